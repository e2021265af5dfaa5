"""Whose a request is, by the routes of boundaries.yaml."""

from __future__ import annotations

import pytest

from mscli.migrate.strangler.owners import Owners
from mscli.migrate.strangler.standing import Part

OWNERS = Owners(
    {
        "a": Part(routes=("GET /things/{id}", "ANY /", "GET /mixed/{id}.json")),
        "b": Part(routes=("GET /things/new", "POST /things/{id}")),
        "c": Part(routes=("GET /files/{path}", "GET /files/{path}/size")),
    }
)


@pytest.mark.parametrize(
    ("method", "path", "owner"),
    [
        ("GET", "/things/7", "a"),
        ("HEAD", "/things/7/", "a"),
        ("GET", "/things/new", "b"),
        ("POST", "/things/new", "b"),
        ("POST", "/things/7", "b"),
        ("GET", "/things/7/more", "a"),
        ("GET", "/files/x/y", "c"),
        ("GET", "/mixed/3.json", "a"),
        ("GET", "/mixed/3xjson", ""),
        ("PUT", "/", "a"),
        ("GET", "/else", ""),
    ],
)
def test_the_route_that_fits_best_says_whose_a_request_is(
    method: str, path: str, owner: str
) -> None:
    assert OWNERS.of(method, path) == owner
