"""REST framework behind a login: the service asks the monolith's tables who somebody is."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.e2e.checkouts import Checkout, until
from tests.e2e.test_migrate import assert_typed
from tests.ports import free_port

pytestmark = [pytest.mark.e2e, pytest.mark.patient, pytest.mark.timeout(300)]
LIBRARY = Path(__file__).parent / "monoliths" / "library"
KEY = "the-same-on-both-sides-and-in-no-file-of-code"
PEOPLE = """
import django; django.setup()
from django.contrib.auth.models import Permission, User
from django.core.files.base import ContentFile
from rest_framework.authtoken.models import Token
from library.books.models import Author, Book
anna = User.objects.create_user("anna", "anna@example.com", password="secret")
anna.user_permissions.add(Permission.objects.get(codename="change_book"))
bo = User.objects.create_user("bo", password="secret")
author = Author.objects.create(name="Åsa")
for title in ("Kites", "Balls", "Tops"):
    book = Book.objects.create(title=title, author=author, keeper=anna, pages=len(title))
    book.cover.save("cover.txt", ContentFile(title.encode()))
print(*(Token.objects.create(user=user).key for user in (anna, bo)))
"""
Body = Mapping[str, object] | bytes | None
UPLOADS = "      MONOLITH_MEDIA_ROOT: ../monolith/media\n"
MOMENTS = re.compile(r"^(Date|Message-ID): .*$", re.MULTILINE)
Answered = tuple[int, list[str | None], bytes]


@dataclass
class Library(Checkout):
    """A monolith with members; books are a service that was just brought up beside it."""

    anna: str = ""
    bo: str = ""

    def ask(
        self,
        port: str,
        method: str,
        path: str,
        body: Body = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answered:
        """Status, headers that matter, and body; moments and keys that count up are alike."""
        host = {"Host": "library.test", "Content-Type": "application/json"}
        text = body if body is None or isinstance(body, bytes) else json.dumps(body)
        connection = http.client.HTTPConnection("127.0.0.1", self.ports()[port], timeout=20)
        with closing(connection):
            connection.request(method, path, text, host | dict(headers or {}))
            given = connection.getresponse()
            names = ("Content-Type", "Location", "Allow", "WWW-Authenticate", "Content-Language")
            content = re.sub(rb'"id": ?\d+', b'"id":0', given.read())
            return given.status, [given.getheader(name) for name in names], content

    def has_shown_mine(self) -> bool:
        """Whether the service, not the monolith, has told somebody what is his."""
        served = self.get("/metrics", "books-1:http").body.decode()
        return 'route="/books/mine/",status="200"' in served

    def sign_in(self, name: str) -> Mapping[str, str]:
        """What a browser sends after a login at the monolith, by way of the gateway."""
        form = urlencode({"name": name, "password": "secret"})
        connection = http.client.HTTPConnection("127.0.0.1", self.ports()["gateway:http"])
        with closing(connection):
            sent = {"Host": "library.test", "Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", "/login/", form, sent)
            given = connection.getresponse()
            token = json.loads(given.read())["token"]
            cookies = [c.partition(";")[0] for c in given.headers.get_all("Set-Cookie") or ()]
        return {"Cookie": "; ".join(cookies), "X-CSRFToken": token}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Planned, applied, brought up, with members; rows of books are carried over."""
    begun = Checkout(tmp_path_factory.mktemp("login"))
    begun.run("migrate", "plan", str(LIBRARY))
    chosen = ("--service", "books", "--port", str(free_port()))
    begun.run("migrate", "apply", str(LIBRARY), "--into", "library", *chosen)
    made = Library(begun.folder / "library")
    monolith = made.folder / "services" / "monolith"
    given = {"SECRET_KEY": KEY, "LIBRARY_PAGE": "2", "LIBRARY_MAIL": "mail"}
    asked = {**given, "MONOLITH_DATABASE_URL": f"sqlite:///{monolith / 'library.sqlite3'}"}
    made.edit("    health: tcp\n", f"    health: tcp\n    env: {json.dumps(given)}\n")
    more = "".join(f"      {name}: {json.dumps(value)}\n" for name, value in asked.items())
    made.edit(UPLOADS, UPLOADS + more)
    try:
        made.up()
        made.anna, made.bo = _people(monolith).split()
        made.run("migrate", "backfill", "authors", "books", "--to", "books")
        yield made
    finally:
        made.remove()


def _people(monolith: Path) -> str:
    python = str(monolith / ".venv/bin/python")
    migrate = [python, "manage.py", "migrate", "--run-syncdb"]
    subprocess.run(migrate, cwd=monolith, check=True, capture_output=True)
    settings = {"DJANGO_SETTINGS_MODULE": "library.settings"}
    done = subprocess.run(
        [python, "-c", PEOPLE],
        cwd=monolith,
        env=settings,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def test_uploads_mail_and_texts_are_the_monoliths(library: Library) -> None:
    """One folder of uploads, one way to send mail, one catalogue of texts."""
    anna = {"Authorization": f"Token {library.anna}"}
    german = {**anna, "Accept-Language": "de"}
    upload = {**anna, "Content-Type": "*/*", "Content-Disposition": "attachment; filename=x.txt"}
    asking: tuple[tuple[str, str, Body, Mapping[str, str]], ...] = (
        ("GET", "/books/2/cover/", None, {}),
        ("GET", "/books/3/cover/", None, anna),
        ("PUT", "/books/2/cover/", b"Balls, in blue", upload),
        ("GET", "/books/2/cover/", None, {}),
        ("POST", "/books/2/renew/", {}, german),
        ("POST", "/books/2/renew/", {}, anna),
    )
    for asked in asking:
        direct, found = (library.ask(f"{name}-1:http", *asked) for name in ("monolith", "books"))
        assert found == direct, (asked, found, direct)
        assert direct[0] == 200
        assert ("Verlängert" in found[2].decode()) == (asked[3] == german)
    services = library.folder / "services"
    assert len(list((services / "monolith/media/covers/2").iterdir())) == 3
    assert not (services / "books/media").exists()
    mails = [sorted((services / n / "mail").iterdir()) for n in ("monolith", "books")]
    one, other = (sorted(MOMENTS.sub("", m.read_text()) for m in each) for each in mails)
    assert (len(one), one) == (2, other)
    assert "To: anna@example.com" in one[0]


def test_both_sides_answer_members_and_strangers_alike(library: Library) -> None:
    anna, bo = ({"Authorization": f"Token {key}"} for key in (library.anna, library.bo))
    book = {"title": "Yoyos", "author_id": 1, "pages": 5}
    statuses = set()
    for method, path, body, headers in (
        ("GET", "/books/", None, {}),
        ("GET", "/books/?page=2", None, {}),
        ("GET", "/books/?page=9", None, {"Accept-Language": "de"}),
        ("GET", "/books/?pages=4", None, anna),
        ("GET", "/books/?author=many", None, {}),
        ("GET", "/books/1/", None, {}),
        ("GET", "/books/99/", None, {"Accept-Language": "fr"}),
        ("GET", "/books/1", None, {}),
        ("GET", "/authors/", None, {}),
        ("OPTIONS", "/authors/", None, anna),
        ("PUT", "/authors/1/", {"name": "x"}, anna),
        ("POST", "/books/", book, {}),
        ("POST", "/books/", book, {"Authorization": "Token of-nobody"}),
        ("POST", "/books/", book, bo),
        ("POST", "/books/", {"title": "LOUD", "author_id": 7}, anna),
        ("POST", "/books/", book, anna),
        ("PATCH", "/books/1/", {"title": "Kites and strings"}, anna),
        ("PATCH", "/books/1/", {"title": "Mine"}, bo),
        ("POST", "/books/1/renew/", {}, anna),
        ("GET", "/books/1/renew/", None, anna),
        ("GET", "/books/mine/", None, {}),
        ("GET", "/books/1/", None, {}),
    ):
        asked = (method, path, body, headers)
        direct = library.ask("monolith-1:http", *asked)
        found = library.ask("books-1:http", *asked)
        assert found == direct, (asked, found, direct)
        statuses.add(direct[0])
    assert statuses == {200, 201, 301, 302, 400, 401, 403, 404, 405}


def test_what_is_generated_is_typed(library: Library) -> None:
    assert_typed(library.folder / "services" / "books")


def test_what_a_table_of_others_protects_is_not_deleted(library: Library) -> None:
    anna = {"Authorization": f"Token {library.anna}"}
    status, _, content = library.ask("books-1:http", "DELETE", "/books/1/", None, anna)
    assert status == 501
    assert b"not moved" in content


def test_who_logs_in_at_the_monolith_is_known_to_the_service(library: Library) -> None:
    """One session on both sides of the gateway; a form without the token of it is refused."""
    route = ("migrate", "route", "/books", "--to", "books")
    assert "DELETE /books/{pk}/ (a 501: services/books/" in library.run(*route, code=6).err
    library.run(*route, "--force")
    try:
        anna = library.sign_in("anna")
        status, _, content = library.ask("gateway:http", "GET", "/books/mine/", None, anna)
        assert (status, json.loads(content)["name"]) == (200, "anna")
        until(library.has_shown_mine)
        book = {"title": "Drums", "author_id": 1}
        forged = {"Cookie": anna["Cookie"]}
        for headers, expected in ((anna, 201), (forged, 403), (library.sign_in("bo"), 403)):
            given = library.ask("gateway:http", "POST", "/books/", book, headers)
            assert given[0] == expected, given
    finally:
        library.run("migrate", "route", "/books", "--to", "monolith")
