"""Routes that are split: read, spelt out, and edited line by line."""

from collections.abc import Callable

import pytest

from mscli.errors import MscliError
from mscli.model.system import Route, Share, split
from mscli.systemfile import drop_share, read_text, remove_service, share_route, spelt_out
from tests.unit.systemfile.systems import SHARES
from tests.unit.systemfile.test_edits import change


def test_a_share_sees_the_path_as_it_says_or_as_the_route_does() -> None:
    assert read_text(SHARES).system.routes == (
        Route("/", "monolith"),
        Route("/orders", "monolith", "keep"),
        split("/stock", (Share("monolith", 90, "keep"), Share("stock", 10, "strip"))),
    )


def test_a_route_is_known_by_its_largest_share() -> None:
    route = read_text(SHARES).system.routes[2]
    assert (route.service, route.prefix) == ("monolith", "keep")
    assert [share.service for share in route.serving] == ["monolith", "stock"]


def test_a_share_of_nothing_is_known_and_does_not_serve() -> None:
    text = SHARES.replace("monolith: 90", "monolith: 0").replace("percent: 10", "percent: 100")
    route = read_text(text).system.routes[2]
    assert route.serving == (Share("stock", 100, "strip"),)
    assert [share.service for share in route.known] == ["monolith", "stock"]


def test_what_is_spelt_out_reads_the_same() -> None:
    system = read_text(SHARES).system
    assert read_text(spelt_out(system)).system == system


EDITS: dict[str, tuple[Callable[[str], str], list[str]]] = {
    "a route of one service is split": (
        lambda text: share_route(
            text, "/orders", [Share("monolith", 60, "keep"), Share("orders", 40, "keep")]
        ),
        [
            "-   - {path: /orders, service: monolith, prefix: keep}   # the first",
            "+   - {path: /orders, prefix: keep, to: {monolith: 60, orders: 40}}   # the first",
        ],
    ),
    "shares of a split route change": (
        lambda text: share_route(
            text, "/stock", [Share("monolith", 0, "keep"), Share("stock", 100, "strip")]
        ),
        [
            "-       monolith: 90   # for now",
            "+       monolith: 0   # for now",
            "-       stock: {percent: 10, prefix: strip}",
            "+       stock: {percent: 100, prefix: strip}",
        ],
    ),
    "a third service has a share": (
        lambda text: share_route(
            text,
            "/stock/",
            [Share("monolith", 80, "strip"), Share("stock", 10, "keep"), Share("orders", 10)],
        ),
        [
            "-       monolith: 90   # for now",
            "+       monolith: {percent: 80, prefix: strip}   # for now",
            "-       stock: {percent: 10, prefix: strip}",
            "+       stock: {percent: 10, prefix: keep}",
            "+       orders: {percent: 10, prefix: strip}",
        ],
    ),
    "a path without a route gets one": (
        lambda text: share_route(
            text, "/pay", [Share("monolith", 0, "keep"), Share("orders", 100, "keep")]
        ),
        ["+   - {path: /pay, to: {monolith: 0, orders: 100}, prefix: keep}"],
    ),
    "what gets nothing is forgotten": (
        lambda text: drop_share(text, "/stock", "monolith"),
        [
            "-     prefix: keep",
            "+     prefix: strip",
            "+     service: stock",
            "-     to:",
            "-       monolith: 90   # for now",
            "-       stock: {percent: 10, prefix: strip}",
        ],
    ),
}


@pytest.mark.parametrize(("edit", "diff"), EDITS.values(), ids=EDITS.keys())
def test_only_these_lines_change(edit: Callable[[str], str], diff: list[str]) -> None:
    edited = edit(SHARES)
    assert change(SHARES, edited) == diff
    read_text(edited)
    assert edit(SHARES.replace("\n", "\r\n")) == edited.replace("\n", "\r\n")


def test_a_route_of_a_mapping_is_split() -> None:
    text = "version: 1\nname: a\nservices: {a: , b: }\nroutes:\n  /a: a  # here\n"
    edited = share_route(text, "/a", [Share("a", 50), Share("b", 50)])
    assert change(text, edited) == ["-   /a: a  # here", "+   /a: {to: {a: 50, b: 50}}  # here"]
    more = share_route(edited, "/b", [Share("a", 0), Share("b", 100)])
    assert change(edited, more) == ["+   /b:", "+     to:", "+       a: 0", "+       b: 100"]


def test_the_way_there_and_back_is_the_same_file() -> None:
    there = share_route(SHARES, "/stock", [Share("monolith", 0, "keep"), Share("stock", 100)])
    back = share_route(there, "/stock", [Share("monolith", 90, "keep"), Share("stock", 10)])
    assert back == SHARES


def test_a_service_that_gets_nothing_of_a_route_may_go() -> None:
    given = share_route(SHARES, "/stock", [Share("monolith", 100, "keep"), Share("stock", 0)])
    left = read_text(remove_service(given, "stock")).system
    assert left.routes[2] == Route("/stock", "monolith", "keep")
    assert "stock" not in left.services


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda: share_route(SHARES, "/a", [Share("nobody", 100)]), "no service 'nobody'"),
        (lambda: drop_share(SHARES, "/nowhere", "stock"), "no route '/nowhere'"),
        (lambda: drop_share(SHARES, "/stock", "orders"), "has no share for 'orders'"),
        (lambda: drop_share(SHARES, "/orders", "orders"), "has no share for 'orders'"),
        (lambda: remove_service(SHARES, "stock"), "'stock' has a share of the route '/stock/'"),
    ],
)
def test_an_edit_that_cannot_be_says_why(edit: Callable[[], str], message: str) -> None:
    with pytest.raises(MscliError, match=message):
        edit()
