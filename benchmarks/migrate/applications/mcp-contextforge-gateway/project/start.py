"""Starts ContextForge with a throw-away SQLite, its console, and some of all that it knows."""

import asyncio
import datetime
import json
import logging
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from inside.bodies import AsForm

ADMIN, USER, GUEST = "admin@example.com", "ann@example.com", "bob@example.com"
PASSWORD = "Pa55-word!x9"
HERE = "http://127.0.0.1:1/"
columns: dict[str, Any] = {
    "gateways.url": HERE,
    "gateways.transport": "SSE",
    "gateways.visibility": "public",
    "gateways.owner_email": ADMIN,
    "email_team_join_requests.status": "pending",
    "pending_user_approvals.status": "pending",
}
FORM = {
    "name": "another",
    "customName": "another",
    "displayName": "Another",
    "description": "a text",
    "visibility": "public",
    "tags": "one,two",
    "url": HERE,
    "endpoint_url": HERE,
    "uri": "file:///another.txt",
    "content": "some text",
    "mimeType": "text/plain",
    "template": "Hello {{ name }}",
    "arguments": json.dumps([{"name": "name", "description": "", "required": True}]),
    "requestType": "POST",
    "integrationType": "REST",
    "headers": "{}",
    "input_schema": "{}",
    "transport": "SSE",
    "agent_type": "generic",
    "activate": "false",
    "slug": "another",
    "email": "carl@example.com",
    "user_email": USER,
    "full_name": "Another",
    "role": "member",
    "current_password": PASSWORD,
    "new_password": "Pa55-word!y8",
    "tools_json": json.dumps([{"name": "more", "url": HERE, "request_type": "POST"}]),
}
PERSON = {"password": PASSWORD, "confirm_password": PASSWORD}
TOOL = {"name": "another", "url": HERE, "integration_type": "REST", "request_type": "POST"}
RESOURCE = {"uri": "file:///another.txt", "name": "another", "content": "text"}
PROMPT = {"name": "another", "template": "Hello {{ name }}", "arguments": []}
AGENT = {"name": "another", "endpoint_url": HERE, "agent_type": "generic"}
CALLS: dict[str, dict[str, Any]] = {
    "tools/list": {},
    "resources/list": {},
    "resources/read": {"uri": "file:///1.txt"},
    "resources/templates/list": {},
    "prompts/list": {},
    "prompts/get": {"name": "prompt1", "arguments": {"name": "Ann"}},
    "tools/call": {"name": "tool1", "arguments": {}},
    "list_gateways": {},
    "roots/list": {},
    "ping": {},
}


def database(folder: Path) -> Path:
    """The file of the database."""
    return folder / "db.sqlite3"


def metadatas() -> list[Any]:
    """What its tables are declared in."""
    from mcpgateway.db import Base

    return [Base.metadata]


def registries() -> list[Any]:
    """What its models are declared in."""
    from mcpgateway.db import Base

    return [Base.registry]


def start(folder: Path) -> Any:
    """The application, which makes its tables as it is imported."""
    os.chdir(folder)
    os.environ.update(
        DATABASE_URL=f"sqlite:///{database(folder)}",
        CACHE_TYPE="memory",
        JWT_SECRET_KEY="only-for-measuring-and-long-enough-0123456789",
        AUTH_ENCRYPTION_SECRET="only-for-measuring-and-long-enough-0123456789",
        BASIC_AUTH_PASSWORD=PASSWORD,
        PLATFORM_ADMIN_EMAIL=ADMIN,
        PLATFORM_ADMIN_PASSWORD=PASSWORD,
        MCPGATEWAY_UI_ENABLED="true",
        MCPGATEWAY_ADMIN_API_ENABLED="true",
        LLMCHAT_ENABLED="true",
        SSO_ENABLED="true",
        SSO_GITHUB_ENABLED="true",
        SSO_GITHUB_CLIENT_ID="one",
        SSO_GITHUB_CLIENT_SECRET="two",
        OTEL_ENABLE_OBSERVABILITY="false",
        LOG_LEVEL="CRITICAL",
        RETRY_MAX_ATTEMPTS="1",
        RETRY_BASE_DELAY="0.01",
        LLM_REQUEST_TIMEOUT="1",
    )
    logging.disable(logging.CRITICAL)
    from mcpgateway.main import app
    from sse_starlette.sse import EventSourceResponse
    from starlette.responses import StreamingResponse

    for kind in (EventSourceResponse, StreamingResponse):
        kind.__init__ = _ending(kind.__init__)
    return app


def _ending(made: Any) -> Any:
    def made_short(self: Any, content: Any, *more: Any, **given: Any) -> None:
        made(self, _some(content) if hasattr(content, "__aiter__") else content, *more, **given)

    return made_short


async def _some(content: Any) -> AsyncIterator[Any]:
    """What comes at once of what has no end."""
    waiting = aiter(content)
    try:
        for _ in range(9):
            yield await asyncio.wait_for(anext(waiting), 0.2)
    except (TimeoutError, StopAsyncIteration):
        return


def given(client: Any) -> dict[str, Any]:
    """Two of each that a visitor makes, and people who are in a team, or want to be."""
    headers = login(client)

    def made(where: str, /, **what: Any) -> dict[str, Any]:
        answer = client.post(f"/{where}", json=what, headers=headers)
        found: dict[str, Any] = answer.json() if answer.content else {}
        if not answer.is_success:
            print(f"{where} {what}: {answer.text}"[:300])
        return found

    for email in (USER, GUEST):
        made("auth/email/admin/users", email=email, password=PASSWORD, full_name=email[:3])
    for number in (1, 2):
        _people(made, client, number)
        _published(made, number)
        _asked(made, number)
    return {}


def _people(made: Any, client: Any, number: int) -> None:
    """A team with a member, one who is invited, and one who asks to be in."""
    from mcpgateway.db import EmailTeamInvitation, EmailTeamMember, SessionLocal, utc_now

    team = made("teams/", name=f"team{number}", visibility="public")["id"]
    until = utc_now() + datetime.timedelta(days=7)
    with SessionLocal() as session:
        member = EmailTeamMember(team_id=team, user_email=USER, role="member", invited_by=ADMIN)
        asked = EmailTeamInvitation(team_id=team, email=GUEST, role="member", invited_by=ADMIN)
        asked.token, asked.expires_at = f"token{number}", until
        session.add_all([member, asked])
        session.commit()
    client.post(f"/teams/{team}/join", json={"message": "please"}, headers=_headers(GUEST))
    made("tokens", name=f"token{number}", description="a token")
    role = made("rbac/roles", name=f"role{number}", scope="global", permissions=["tools.read"])
    made(f"rbac/users/{USER}/roles", role_id=role.get("id"), scope="global")


def _published(made: Any, number: int) -> None:
    """A server with a tool, a resource, a prompt and an agent."""
    tool = made("tools", tool={**TOOL, "name": f"tool{number}", "tags": ["one"]})
    known = {**RESOURCE, "name": f"resource{number}", "uri": f"file:///{number}.txt"}
    resource = made("resources", resource=known)
    prompt = made("prompts", prompt={**PROMPT, "name": f"prompt{number}"})
    agent = made("a2a", agent={**AGENT, "name": f"agent{number}"})
    parts = {
        f"associated_{kind}": [str(one.get("id"))]
        for kind, one in (
            ("tools", tool),
            ("resources", resource),
            ("prompts", prompt),
            ("a2a_agents", agent),
        )
    }
    made("servers", server={"name": f"server{number}", **parts})


def _asked(made: Any, number: int) -> None:
    """A model of a provider, a provider of log-ins, and a search that is kept."""
    more = {"provider_type": "openai", "api_base": HERE, "api_key": "one"}
    provider = made("llm/providers", name=f"provider{number}", **more)
    model = {"model_id": f"model{number}", "model_name": f"Model {number}"}
    made("llm/models", provider_id=provider.get("id"), **model)
    urls = dict.fromkeys(("authorization_url", "token_url", "userinfo_url"), HERE)
    client = {"client_id": "one", "client_secret": "two", "provider_type": "oidc"}
    name = f"login{number}"
    made("auth/sso/admin/providers", id=name, name=name, display_name=name, **client, **urls)
    made("admin/observability/queries", name=f"query{number}", filter_config={})


def forget() -> None:
    """How often somebody has asked, and what was read before."""
    from mcpgateway import admin, main

    admin.rate_limit_storage.clear()
    main.resource_cache.clear()


def bodies(method: str, path: str) -> Iterator[Any]:
    """Forms of the console, and what the protocol asks for."""
    if method == "POST" and path.startswith("/admin/"):
        yield AsForm({**FORM, **PERSON} if "/users" in path else FORM)
    if path.startswith("/rpc"):
        for name, inner in CALLS.items():
            yield {"jsonrpc": "2.0", "id": 1, "method": name, "params": inner}
    for way, body in (
        ("/tools", {"tool": TOOL}),
        ("/resources", {"resource": RESOURCE}),
        ("/prompts", {"prompt": PROMPT}),
        ("/a2a", {"agent": AGENT}),
    ):
        if method == "POST" and path.rstrip("/") == way:
            yield body


def _headers(email: str) -> dict[str, str]:
    from mcpgateway.utils.create_jwt_token import create_jwt_token

    return {"Authorization": f"Bearer {asyncio.run(create_jwt_token({'sub': email}))}"}


def login(client: Any) -> dict[str, str]:
    """As the administrator."""
    del client
    return _headers(ADMIN)


def user(client: Any) -> dict[str, str]:
    """As somebody who is in a team."""
    del client
    return _headers(USER)
