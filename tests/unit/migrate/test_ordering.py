"""The order of routers: what is narrow before what is wide."""

from __future__ import annotations

import pytest

from mscli.migrate.apply.moving.ordering import hides, ordered
from mscli.migrate.apply.moving.placing import Mount

A, B, C = (Mount("shop.urls", name, "") for name in "abc")


@pytest.mark.parametrize(
    ("path", "other", "expected"),
    [
        ("/books/{pk}/", "/books/mine/", True),
        ("/books/mine/", "/books/{pk}/", False),
        ("/books/{pk}/", "/books/{id}/", True),
        ("/books/{pk}", "/books/mine/", False),
        ("/{kind}/mine/", "/books/mine/", True),
        ("/books/{pk}/", "/books/mine/pages/", False),
    ],
)
def test_a_path_hides_what_it_would_take(path: str, other: str, expected: bool) -> None:
    assert hides(path, other) is expected


def test_mounts_stand_before_those_that_hide_their_routes() -> None:
    assert ordered({A: ["/{x}/{y}"], B: ["/books/{y}"], C: ["/books/mine"]}) == [C, B, A]
    assert ordered({C: ["/c"], A: ["/a"], B: ["/{x}/b"]}) == [A, B, C]


def test_mounts_that_hide_each_other_are_in_the_order_of_their_names() -> None:
    assert ordered({B: ["/x/{y}", "/a/b"], A: ["/a/{y}", "/x/z"]}) == [A, B]
