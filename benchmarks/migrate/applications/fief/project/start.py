"""Starts Fief with a throw-away SQLite, somebody who is logged in, and no queue of tasks."""

import asyncio
import base64
import json
import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

columns: dict[str, Any] = {
    "fief_webhook_logs.event": "client.created",
    "fief_webhook_logs.payload": "{}",
    "fief_email_domains.email_provider": "POSTMARK",
}
TOKEN = "only-for-measuring"
EMAIL, PASSWORD = "admin@example.com", "Pa55-word!x9-only-for-measuring"


def database(folder: Path) -> Path:
    """The file of the database."""
    return folder / "db.sqlite3"


def metadatas() -> list[Any]:
    """What its tables are declared in."""
    from fief.models import Base

    return [Base.metadata]


def registries() -> list[Any]:
    """What its models are declared in."""
    from fief.models import Base

    return [Base.registry]


def start(folder: Path) -> Any:
    """The application."""
    os.environ.update(
        SECRET=TOKEN,
        ENCRYPTION_KEY=base64.urlsafe_b64encode(bytes(range(32))).decode(),
        DATABASE_LOCATION=str(folder),
        DATABASE_NAME=database(folder).name,
        FIEF_CLIENT_ID="client",
        FIEF_CLIENT_SECRET="secret",
        FIEF_DOMAIN="testserver",
        GENERATED_JWK_SIZE="1024",
        CLIENT_REDIRECT_URI_SSL_REQUIRED="false",
        CSRF_CHECK_ENABLED="false",
        TELEMETRY_ENABLED="false",
    )
    _without_redis()
    from fief.app import app

    asyncio.run(_rows())
    return app


def _without_redis() -> None:
    """Tasks are kept in memory, and nobody takes them."""
    from dramatiq.brokers import redis, stub

    class Nowhere(stub.StubBroker):  # type: ignore[misc, unused-ignore]
        client = SimpleNamespace(ping=lambda: True)

        def __init__(self, **_where: object) -> None:
            super().__init__()

    redis.RedisBroker = Nowhere


async def _rows() -> None:
    """Its own first rows, an administrator, and what a browser of theirs would have begun."""
    from fief.db.main import create_main_async_session_maker, create_main_engine
    from fief.db.migration import migrate_schema
    from fief.services.initializer import Initializer
    from fief.settings import settings

    engine = create_main_engine()
    await migrate_schema(engine)
    initializer = Initializer(engine, settings)
    await initializer.init_all()
    user = await initializer.create_admin(EMAIL, PASSWORD)
    await initializer.create_admin_api_key(TOKEN)
    async with create_main_async_session_maker(engine)() as session:
        await _sessions(session, user)
        session.add_all(_described())
        await session.flush()
        await _second(session, user)
        await session.commit()
    await engine.dispose()


async def _sessions(session: Any, user: Any) -> None:
    from fief.crypto.token import get_token_hash
    from fief.models import (
        AdminSessionToken,
        Client,
        LoginSession,
        RegistrationSession,
        SessionToken,
    )
    from sqlalchemy import select

    token = get_token_hash(TOKEN)
    client = (await session.scalars(select(Client))).first()
    told = json.dumps({"sub": str(user.id), "email": EMAIL})
    session.add(AdminSessionToken(token=token, raw_tokens="{}", raw_userinfo=told))
    session.add(SessionToken(token=token, user_id=user.id))
    session.add(RegistrationSession(token=TOKEN, email="n@x.org", tenant_id=user.tenant_id))
    session.add(
        LoginSession(
            token=TOKEN,
            response_type="code",
            response_mode="query",
            redirect_uri=client.redirect_uris[0],
            scope=["openid"],
            client_id=client.id,
        )
    )


def _described() -> Iterator[Any]:
    """Two of each whose columns hold more than a text."""
    from fief.models import OAuthProvider, UserField, UserFieldType, Webhook

    shown = {"at_registration": True, "at_update": True, "required": False}
    for number in (1, 2):
        name = f"field{number}"
        more = {"configuration": {**shown, "choices": None, "default": None}}
        yield UserField(name=name, slug=name, type=UserFieldType.STRING, **more)
        yield Webhook(url=f"https://example.com/{number}", events=["user.created"])
        yield OAuthProvider(provider="GITHUB", client_id="id", client_secret="secret", name=name)


async def _second(session: Any, user: Any) -> None:
    """A tenant, a client and an account elsewhere, beside those that were there first."""
    from fief.models import Client, OAuthAccount, OAuthProvider, Tenant
    from sqlalchemy import select

    tenant = Tenant(name="Second", slug="second")
    client = Client(name="second", tenant=tenant, redirect_uris=["https://example.com/back"])
    session.add_all([tenant, client])
    providers = (await session.scalars(select(OAuthProvider))).all()
    for number, provider in enumerate(providers):
        account = OAuthAccount(access_token="token", account_id=str(number), user_id=user.id)
        account.oauth_provider_id, account.tenant_id = provider.id, user.tenant_id
        session.add(account)


def given(client: Any) -> dict[str, Any]:
    """What its client asks with."""
    del client
    return {
        "client_id": "client",
        "client_secret": "secret",
        "redirect_uri": "http://testserver/admin/auth/callback",
        "response_type": "code",
        "scope": "openid",
        "email": EMAIL,
        "password": PASSWORD,
    }


def _cookies(**them: str) -> dict[str, str]:
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in them.items())}


def login(client: Any) -> dict[str, str]:
    """As the administrator, in the dashboard."""
    del client
    return _cookies(fief_admin_session=TOKEN)


def key(client: Any) -> dict[str, str]:
    """As the administrator, by a key of the API."""
    del client
    return {"Authorization": f"Bearer {TOKEN}"}


def user(client: Any) -> dict[str, str]:
    """As somebody who is logged in, and is about to log in and to register elsewhere."""
    del client
    return _cookies(fief_session=TOKEN, fief_login_session=TOKEN, fief_registration_session=TOKEN)
