"""Who gets what of a path after a flip, and after the flip back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mscli.errors import MscliError
from mscli.migrate.strangler.paths import is_below, prefix_of, spelt_out
from mscli.migrate.strangler.shares import covering, shares_after
from mscli.model.system import Route, Service, Share, System, split

SYSTEM = System(
    "shop",
    services={name: Service(name, name) for name in ("monolith", "orders", "stock")},
    routes=(
        Route("/", "monolith"),
        Route("/orders", "monolith", "keep"),
        Route("/old", "monolith", "strip"),
        split("/stock", (Share("monolith", 60, "keep"), Share("orders", 40), Share("stock", 0))),
    ),
)


def percents(path: str, service: str, percent: int = 100) -> dict[str, int]:
    return {s.service: s.percent for s in shares_after(SYSTEM, path, service, percent)}


def test_a_flip_keeps_the_way_back_and_how_each_sees_the_path() -> None:
    there = shares_after(SYSTEM, "/orders", "orders", prefix="strip")
    assert there == (Share("monolith", 0, "keep"), Share("orders", 100, "strip"))
    flipped = replace(SYSTEM, routes=(split("/orders", there),))
    back = shares_after(flipped, "/orders", "monolith")
    assert back == (Share("monolith", 100, "keep"), Share("orders", 0, "strip"))


def test_a_path_below_a_route_leaves_it_and_keeps_the_whole_path() -> None:
    assert shares_after(SYSTEM, "/pay/now", "orders", 10) == (
        Share("monolith", 90, "keep"),
        Share("orders", 10, "keep"),
    )


def test_the_others_keep_their_proportions_in_the_rest() -> None:
    assert percents("/stock", "stock", 50) == {"monolith": 30, "orders": 20, "stock": 50}
    assert percents("/stock", "stock", 99) == {"monolith": 1, "orders": 0, "stock": 99}


def test_what_nobody_had_goes_back_where_the_route_came_from() -> None:
    flipped = replace(SYSTEM, routes=(split("/a", shares_after(SYSTEM, "/stock", "stock")),))
    shares = shares_after(flipped, "/a", "stock", 30)
    assert {s.service: s.percent for s in shares} == {"monolith": 70, "orders": 0, "stock": 30}


@pytest.mark.parametrize("percent", range(0, 101, 7))
def test_all_shares_are_the_whole(percent: int) -> None:
    assert sum(percents("/stock", "orders", percent).values()) == 100


@pytest.mark.parametrize(
    ("path", "service", "percent", "message"),
    [
        ("/orders", "ordrs", 100, "no service 'ordrs'"),
        ("/orders", "monolith", 40, "'monolith' is all that '/orders' has"),
        ("/old/one", "orders", 100, "'/old' is taken off before monolith sees"),
    ],
)
def test_a_flip_that_cannot_be_says_why(
    path: str, service: str, percent: int, message: str
) -> None:
    with pytest.raises(MscliError, match=message):
        shares_after(SYSTEM, path, service, percent)


def test_without_a_route_above_there_is_nothing_to_flip() -> None:
    with pytest.raises(MscliError, match="no route '/pay'"):
        shares_after(replace(SYSTEM, routes=SYSTEM.routes[1:]), "/pay", "orders")


@pytest.mark.parametrize(
    ("path", "prefix"),
    [
        ("/orders/{order_id}/cancel/", "/orders"),
        ("/orders/<int:pk>", "/orders"),
        ("/orders/:id", "/orders"),
        ("/{slug}", "/"),
        ("/", "/"),
        ("/reports/sales/", "/reports/sales"),
        ("/a/(?P<x>b)", "/a"),
    ],
)
def test_a_gateway_matches_what_comes_before_the_first_parameter(path: str, prefix: str) -> None:
    assert prefix_of(path) == prefix


LANGUAGES = replace(
    SYSTEM,
    routes=(
        Route("/", "monolith", "keep"),
        split("/{de,en}/shelf", (Share("monolith", 0, "keep"), Share("stock", 100, "keep"))),
    ),
)


@pytest.mark.parametrize(
    ("path", "at"),
    [
        ("/de/shelf/1", "/{de,en}/shelf"),
        ("/{language}/shelf", "/{de,en}/shelf"),
        ("/{de,en}/shelf", "/{de,en}/shelf"),
        ("/fr/shelf", "/"),
        ("/de/shelves", "/"),
        ("/{language}/other", "/"),
    ],
)
def test_a_segment_may_be_one_of_several(path: str, at: str) -> None:
    route = covering(LANGUAGES, path)
    assert route is not None
    assert route.path == at


def test_a_path_that_begins_with_a_language_is_below_every_language() -> None:
    assert prefix_of("/{language}/shelf/{pk}") == "/{language}/shelf"
    assert prefix_of("/{language}/{pk}") == "/"
    assert spelt_out("/{language}/shelf", ("de", "en")) == "/{de,en}/shelf"
    assert spelt_out("/{language}/shelf", ("de",)) == "/de/shelf"
    assert spelt_out("/{language}/shelf", ()) == "/{language}/shelf"
    assert is_below("/{language}/shelf", "/de/shelf", ("de", "en"))
    assert not is_below("/{language}/shelf", "/api/shelf", ("de", "en"))
    assert not is_below("/{language}/shelf", "/api")
