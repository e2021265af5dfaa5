"""A Flask application goes along as a whole: its sessions, forms and languages are one with it."""

from __future__ import annotations

import http.client
import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.e2e.checkouts import Checkout, until
from tests.e2e.test_migrate import assert_typed
from tests.ports import free_port

pytestmark = [pytest.mark.e2e, pytest.mark.patient, pytest.mark.timeout(300)]
GAZETTE = Path(__file__).parent / "monoliths" / "gazette"
KEY = "the-same-on-both-sides-and-in-no-file-of-code"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
HEADERS = ("Content-Type", "Location", "Vary", "X-Gazette")
Form = Mapping[str, str]
GERMAN = {"Accept-Language": "de"}


@dataclass
class Answered:
    """What a browser got; the token of a form is `<token>` in its text."""

    status: int
    headers: list[str | None]
    text: str
    token: str = field(compare=False)


@dataclass
class Browser:
    """Keeps cookies, whoever answers: all are behind one name."""

    ports: Mapping[str, int]
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(
        self,
        port: str,
        path: str,
        form: Form | None = None,
        headers: Mapping[str, str] | None = None,
        body: str | None = None,
    ) -> Answered:
        sent = {"Host": "gazette.test", **(headers or {})}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if form is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        content = body if form is None else urlencode(form)
        method = "GET" if content is None else "POST"
        with closing(http.client.HTTPConnection("127.0.0.1", self.ports[port])) as connection:
            connection.request(method, path, content, sent)
            given = connection.getresponse()
            text = given.read().decode()
        for cookie in given.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        token = TOKEN.search(text)
        hidden = TOKEN.sub("<token>", text)
        found = [given.getheader(name) for name in HEADERS]
        return Answered(given.status, found, hidden, token.group(1) if token else "")


@dataclass
class Gazette(Checkout):
    """The monolith and its articles, as a service on the same database."""

    def browser(self, cookies: Mapping[str, str] | None = None) -> Browser:
        return Browser(self.ports(), dict(cookies or {}))

    def visits(self) -> int:
        with closing(sqlite3.connect(self.folder / "gazette.sqlite3")) as database:
            found: int = database.execute("SELECT visits FROM users").fetchone()[0]
            return found

    def member(self) -> Browser:
        """Somebody who has joined and logged in, at the monolith, by way of the gateway."""
        browser = self.browser()
        anna = {"name": "anna", "password": "secret"}
        for path in ("/auth/join", "/auth/login"):
            token = browser.ask("gateway:http", "/auth/login").token
            browser.ask("gateway:http", path, {**anna, "csrf_token": token})
        return browser


@pytest.fixture(scope="module")
def gazette(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gazette]:
    """Planned, applied, brought up, and its articles are the service's."""
    begun = Checkout(tmp_path_factory.mktemp("session"))
    begun.run("migrate", "plan", str(GAZETTE), "--database", "shared")
    begun.run("migrate", "apply", str(GAZETTE), "--into", "gazette", "--port", str(free_port()))
    made = Gazette(begun.folder / "gazette")
    address = f"sqlite:///{made.folder / 'gazette.sqlite3'}"
    given = {"SECRET_KEY": KEY, "DATABASE_URL": address}
    asked = {"SECRET_KEY": KEY, "MONOLITH_DATABASE_URL": address}
    made.edit("    health: tcp\n", f"    health: tcp\n    env: {json.dumps(given)}\n")
    files = "      MONOLITH_ROOT: ../monolith\n"  # as `apply` knows it
    made.edit(files, "".join([files, *(f"      {n}: {v}\n" for n, v in asked.items())]))
    try:
        made.up()
        made.run("migrate", "route", "/articles", "--to", "articles")
        yield made
    finally:
        made.remove()


@pytest.fixture(scope="module")
def member(gazette: Gazette) -> Browser:
    return gazette.member()


def test_who_logs_in_at_the_monolith_writes_at_the_service(
    gazette: Gazette, member: Browser
) -> None:
    """By a form with the token of the session; one without it is refused, in any language."""
    page = member.ask("gateway:http", "/articles/new")
    assert (page.status, "ANNA!" in page.text) == (200, True)
    before = gazette.visits()
    article = {"title": "Snow", "text": "It fell."}
    forged = member.ask("gateway:http", "/articles/new", article, GERMAN)
    assert (forged.status, "400: Das ging nicht" in forged.text) == (400, True)
    given = member.ask("gateway:http", "/articles/new", {**article, "csrf_token": page.token})
    assert (given.status, given.headers[1]) == (302, "/articles/1")
    shown = member.ask("gateway:http", "/articles/1", headers=GERMAN)
    assert "It fell." in shown.text
    assert "Thank you" in shown.text  # flashed in the language of the form
    assert gazette.visits() == before + 2  # the hook of another blueprint; a forged form is refused

    def has_answered() -> bool:
        served = gazette.get("/metrics", "articles-1:http").body.decode()
        return 'route="/articles/new",status="302"' in served

    until(has_answered)


def test_both_sides_answer_members_and_strangers_alike(gazette: Gazette, member: Browser) -> None:
    statuses = set()
    for path, form, body in (
        ("/articles/", None, None),
        ("/articles/?page=7", None, None),
        ("/articles", None, None),
        ("/articles/1", None, None),
        ("/articles/99", None, None),
        ("/articles/new", None, None),
        ("/articles/new", {"title": "", "csrf_token": "forged"}, None),
        ("/articles/1/title", None, json.dumps({"title": "Rain"})),
        ("/articles/9/title", None, json.dumps({"title": "Rain"})),
        ("/articles/1/title", None, "no JSON"),
    ):
        for cookies in ({}, member.cookies):
            for language in ({}, GERMAN):
                headers = {**language, **({"Content-Type": "application/json"} if body else {})}
                sides = (
                    gazette.browser(cookies).ask(port, path, form, headers, body)
                    for port in ("monolith-1:http", "articles-1:http")
                )
                direct, found = sides
                assert found == direct, (path, form, body, headers)
                statuses.add(direct.status)
    assert statuses == {200, 302, 308, 400, 403, 404}


def test_what_one_side_keeps_in_a_file_the_other_sends(gazette: Gazette, member: Browser) -> None:
    """In one folder, which is the monolith's, and named from where its code is."""
    path = "/articles/1/picture"
    for kept, asked in (("articles", "monolith"), ("monolith", "articles")):
        given = member.ask(f"{kept}-1:http", path, body=f"<svg>{kept}</svg>")
        found = member.ask(f"{asked}-1:http", path)
        assert (given.status, found.status, found.text) == (200, 200, f"<svg>{kept}</svg>")
        assert found.headers == given.headers
    assert (gazette.folder / "services" / "monolith" / "pictures" / "1.svg").is_file()


def test_what_is_generated_is_typed_and_has_no_secret(gazette: Gazette) -> None:
    service = gazette.folder / "services" / "articles"
    assert_typed(service)
    code = "".join(path.read_text() for path in (service / "src").rglob("*.py"))
    assert "never-guess" not in code
    assert "create_all" not in code
