"""Which answers are the same, and which differences are shown."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from mscli.migrate.strangler.owners import Owners
from mscli.migrate.strangler.standing import Part
from mscli.migrate.verify.comparing import Answer, Comparison
from mscli.migrate.verify.recording import Request
from mscli.migrate.verify.replaying import Choice, seen
from mscli.migrate.verify.written import Write, Written
from mscli.model.system import Route, Service, Share, System, split

JSON = (("Content-Type", "application/json"),)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()
ONE, OTHER = "0f8fad5b-d9cb-469f-a165-70867728950e", "7c9e6679-7425-40de-944b-e07fc1f90ae7"
THIRD = "9b2d7c1e-53b8-4f3c-9d5a-2c6f0a1e4b77"


def differences(one: object, other: object, *, fresh: bool = False, **kept: object) -> list[str]:
    comparison = Comparison(fresh=fresh, now=NOW, **kept)  # type: ignore[arg-type]
    sides = [Answer(200, JSON, json.dumps(body).encode()) for body in (one, other)]
    return [each.where for each in comparison.answers(*sides)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1, "b": [2]}, {"b": [2], "a": 1.0}),
        ({"at": "2026-03-01T12:00:01Z"}, {"at": "2026-03-01T12:00:02.5+00:00"}),
        ("csrf 4b8cf0a9d3e2417fa61c end", "csrf 9d00aa17bb3e4c55f210 end"),
    ],
)
def test_what_means_the_same_is_equal(one: object, other: object) -> None:
    assert differences(one, other) == []


@pytest.mark.parametrize(
    ("one", "other", "where"),
    [
        ({"a": 1}, {"a": 2}, "body.a"),
        ({"a": 1}, {"a": "1"}, "body.a"),
        ({"a": True}, {"a": 1}, "body.a"),
        ({"a": None}, {}, "body.a"),
        ([1, 2], [1], "body"),
        ({"x": [{"id": 1}]}, {"x": [{"id": 2}]}, "body.x[0].id"),
        ({"at": "2020-01-01T00:00:00Z"}, {"at": "2020-01-01T00:00:01Z"}, "body.at"),
        ({"at": "2026-03-01T12:00:00Z"}, {"at": "2020-01-01T00:00:00Z"}, "body.at"),
        ({"ref": ONE}, {"ref": OTHER}, "body.ref"),
        ("good morning", "good evening", "body"),
    ],
)
def test_what_differs_is_named(one: object, other: object, where: str) -> None:
    assert differences(one, other) == [where]


def test_where_both_write_ids_are_their_own_if_they_are_one_to_one() -> None:
    one = [{"id": 1, "ref": ONE}, {"order_id": 1, "ref": ONE}]
    other = [{"id": 5, "ref": OTHER}, {"order_id": 5, "ref": OTHER}]
    assert differences(one, other, fresh=True) == []
    other[1]["order_id"] = 6
    assert differences(one, other, fresh=True) == ["body[1].order_id"]
    assert differences({"total": 1}, {"total": 2}, fresh=True) == ["body.total"]


def test_the_end_of_a_session_is_counted_from_when_it_is_asked_for() -> None:
    later = {"end": "2026-03-15T12:00:00.1Z"}, {"end": "2026-03-15T12:00:02Z"}
    assert differences(*later) == ["body.end"]
    assert differences(*later, fresh=True) == []
    other = {"end": "2026-03-15T12:00:00Z"}, {"end": "2026-03-15T13:00:00Z"}
    assert differences(*other, fresh=True) == ["body.end"]
    before = {"at": "2020-01-01T00:00:00Z"}, {"at": "2020-01-01T00:00:01Z"}
    assert differences(*before, fresh=True) == ["body.at"]


def test_a_field_that_is_ignored_is_not_compared() -> None:
    assert differences({"a": 1, "B": 2}, {"a": 1}, ignored=frozenset({"b"})) == []


def test_status_headers_that_matter_and_names_of_cookies() -> None:
    comparison = Comparison(now=NOW)
    assert [d.where for d in comparison.answers(Answer(200), Answer(500))] == ["status"]
    one = Answer(302, (("Location", "http://a/x"), ("Set-Cookie", "s=1"), ("Server", "one")))
    other = Answer(302, (("location", "https://b/y"), ("Set-Cookie", "t=1"), ("Server", "other")))
    assert [d.where for d in comparison.answers(one, other)] == ["header location", "cookies"]
    same = Answer(302, (("location", "/x"), ("set-cookie", "s=2; Path=/")))
    assert comparison.answers(one, same) == []


def _of_headers(one: dict[str, str], other: dict[str, str]) -> list[str]:
    sides = [Answer(200, tuple(headers.items())) for headers in (one, other)]
    return [d.where for d in Comparison(now=NOW).answers(*sides)]


def test_headers_that_are_sets_have_no_order_and_no_case() -> None:
    one = {"Allow": "GET, options", "Vary": "Accept,Cookie", "Cache-Control": "public, max-age=5"}
    other = {"Allow": "OPTIONS, GET", "Vary": "cookie, Accept", "Cache-Control": "max-age=5,Public"}
    assert _of_headers(one, other) == []
    assert _of_headers(one, {**other, "Allow": "GET", "Vary": "Accept"}) == [
        "header allow",
        "header vary",
    ]


def test_headers_that_protect_are_compared_where_the_monolith_has_them() -> None:
    guards = {"X-Frame-Options": "DENY", "Content-Security-Policy": "default-src 'self'"}
    assert _of_headers(guards, {"X-Frame-Options": "SAMEORIGIN"}) == [
        "header content-security-policy",
        "header x-frame-options",
    ]
    assert _of_headers({}, guards) == []


@pytest.mark.parametrize(
    ("answer", "refused"),
    [
        (Answer(401), True),
        (Answer(403), True),
        (Answer(302, (("Location", "/accounts/login/?next=/orders"),)), True),
        (Answer(303, (("Location", "/auth/sign-in"),)), True),
        (Answer(302, (("Location", "/blogging/1"),)), False),
        (Answer(200, (("Location", "/login"),)), False),
        (Answer(404), False),
    ],
)
def test_a_refusal_is_told_from_an_answer(answer: Answer, refused: bool) -> None:
    assert answer.is_refusal is refused


class Noted:
    """Writes that are read once."""

    def __init__(self, tables: str, *writes: Write) -> None:
        self._tables, self._writes = frozenset(tables.split()), list(writes)

    def tables(self) -> frozenset[str]:
        return self._tables

    def since(self) -> list[Write]:
        found, self._writes = self._writes, []
        return found


def _rows(one: Noted, other: Noted) -> list[str]:
    return [d.where for d in Written(one, other, Comparison(fresh=True, now=NOW))()]


def test_rows_are_compared_whatever_database_they_are_from() -> None:
    one = Write(
        "orders", "insert", {"id": 1, "paid": 1, "sum": "10.50", "at": "2026-03-01 12:00:00"}
    )
    other = Write(
        "orders",
        "insert",
        {"id": 9, "paid": True, "sum": 10.5, "at": "2026-03-01T12:00:03+00:00", "version": 1},
    )
    assert _rows(Noted("orders", one), Noted("orders outbox", other)) == []


def test_a_row_that_is_missing_or_other_is_a_difference() -> None:
    row = Write("orders", "insert", {"id": 1, "sum": 1})
    other = Write("orders", "insert", {"id": 1, "sum": 2})
    audit = Write("audit", "insert", {"id": 1})
    outbox = Write("outbox", "insert", {"id": 1})
    assert _rows(Noted("orders", row), Noted("orders")) == ["rows of orders"]
    assert _rows(Noted("orders", row), Noted("orders", other)) == ["row 1 of orders (insert).sum"]
    assert _rows(Noted("audit", audit), Noted("orders")) == ["rows of audit"]
    assert _rows(Noted("orders"), Noted("orders outbox", outbox)) == []


def test_requests_of_shared_routes_are_asked_as_each_side_sees_them() -> None:
    system = System(
        "shop",
        services={name: Service(name, name) for name in ("monolith", "orders")},
        routes=(
            Route("/", "monolith"),
            split("/orders", (Share("monolith", 100, "keep"), Share("orders", 0, "strip"))),
        ),
    )
    asked = [Request("GET", target) for target in ("/orders/7?a=1", "/orders", "/stock/1")]
    found = list(Choice(system, "monolith", "orders").cases(asked))
    assert [(case.route, case.monolith, case.service) for case in found] == [
        ("/orders", "keep", "strip"),
        ("/orders", "keep", "strip"),
    ]
    assert seen("/orders/7?a=1", "/orders", "strip") == "/7?a=1"
    assert seen("/orders?a=1", "/orders", "strip") == "/?a=1"
    assert seen("/orders/7", "/orders", "keep") == "/orders/7"
    below = list(Choice(system, "monolith", "orders", "/stock").cases(asked))
    assert [(case.request.target, case.service) for case in below] == [("/stock/1", "strip")]


def test_of_long_values_the_first_place_that_differs_is_shown() -> None:
    page = "<p>" + "same " * 400
    comparison = Comparison(now=NOW)
    sides = [Answer(200, (), (page + word + " after" * 99).encode()) for word in ("one", "other")]
    [found] = comparison.answers(*sides)
    assert "same one after" in found.monolith
    assert "same other after" in found.service
    assert "(from character 1945 of 2602)" in found.monolith
    assert len(found.monolith) < 250


def test_what_is_not_asked_says_why() -> None:
    asked = [
        Request(method, path, (), b"")
        for method, path in (("GET", "/orders/1"), ("POST", "/orders"), ("GET", "/else"))
    ]
    system = System(
        "shop",
        services={name: Service(name, name) for name in ("monolith", "orders")},
        routes=(split("/orders", (Share("monolith", 100), Share("orders", 0))),),
    )
    choice = Choice(system, "monolith", "orders")
    chosen = list(choice.cases(asked))
    assert choice.not_asked(asked, chosen, writes=False) == {
        "POST /orders": "it writes, and there is no --writes",
        "GET /else": "no route of both, or not below --path",
    }
    assert list(choice.not_asked(asked, chosen, writes=True)) == ["GET /else"]


OWNED = {
    "orders": Part(routes=("GET /api/orders/{id}", "POST /api/orders")),
    "stock": Part(routes=("ANY /api/orders/{id}/stock/", "POST /api/stock")),
    "the monolith": Part(routes=("GET /api/health",)),
}


def _asked(route: Route, path: str, *asked: str) -> tuple[list[str], dict[str, str]]:
    """What is asked of orders, and why the rest is not; with --writes."""
    services = {name: Service(name, name) for name in ("monolith", "orders")}
    system = System("s", services=services, routes=(route,))
    choice = Choice(system, "monolith", "orders", path, Owners(OWNED))
    requests = [Request(method, target) for method, target in map(str.split, asked)]
    chosen = list(choice.cases(requests))
    return [c.request.target for c in chosen], choice.not_asked(requests, chosen, writes=True)


@pytest.mark.parametrize("path", ["", "/api"])
def test_a_service_is_asked_for_its_own_routes_also_before_a_flip(path: str) -> None:
    asked, left_out = _asked(
        Route("/", "monolith"),
        path,
        "GET /api/orders/7?a=1",
        "POST /api/orders/",
        "GET /api/orders/7/stock",
        "POST /api/stock",
        "GET /api/health",
    )
    assert asked == ["/api/orders/7?a=1", "/api/orders/"]
    assert left_out == {
        "GET /api/orders/7/stock": "it is of stock",
        "POST /api/stock": "it is of stock: what it writes is missing on both sides",
        "GET /api/health": "it is of the monolith",
    }


def test_what_the_gateway_sends_to_a_service_is_asked_whoever_owns_it() -> None:
    route = split("/api", (Share("monolith", 90, "keep"), Share("orders", 10, "keep")))
    assert _asked(route, "", "GET /api/health") == (["/api/health"], {})
    back = split("/api", (Share("monolith", 100, "keep"), Share("orders", 0, "keep")))
    assert _asked(back, "", "GET /api/health") == ([], {"GET /api/health": "it is of the monolith"})


@pytest.mark.parametrize(
    ("told", "where"), [(OTHER, []), (THIRD, ["row 1 of notes (insert).more.of"])]
)
def test_a_row_of_sqlite_has_its_uuids_and_documents_as_texts(told: str, where: list[str]) -> None:
    kept = f'{{"of": "{ONE}", "tags": [1]}}'
    one = Write("notes", "insert", {"id": ONE.replace("-", ""), "more": kept, "text": "{no JSON"})
    more = {"tags": [1], "of": told}
    other = Write("notes", "insert", {"id": OTHER, "more": more, "text": "{no JSON"})
    comparison = Comparison(fresh=True, now=NOW)
    sides = [Answer(201, JSON, json.dumps({"id": each}).encode()) for each in (ONE, OTHER)]
    assert comparison.answers(*sides) == []
    written = Written(Noted("notes", one), Noted("notes", other), comparison)()
    assert [each.where for each in written] == where
