"""What a flip would send to a service that has no answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mscli.migrate.strangler import standing
from mscli.migrate.strangler.owners import Owners
from mscli.migrate.strangler.standing import Part
from mscli.migrate.strangler.unanswered import (
    Unwritten,
    still_writing,
    to_be_written,
    unanswered,
    unwritten,
    written,
)
from mscli.migrate.verify.recording import Request
from mscli.migrate.verify.replaying import Choice
from mscli.model.system import Route, Service, System

SYSTEM = System(
    "shop",
    services={name: Service(name, f"services/{name}") for name in ("monolith", "orders")},
    routes=(Route("/", "monolith"),),
)
PARTS = {
    "orders": Part(routes=("GET /orders/", "DELETE /orders/{id}/", "ANY /orders/{id}/pay/")),
    "billing": Part(routes=("GET /orders/{id}/bill/", "GET /bills/")),
    "the monolith": Part(routes=("GET /login/",)),
}
UNWRITTEN = """
from fastapi import APIRouter

first = APIRouter()


@first.api_route("/orders/{id}/", methods=["DELETE"])
async def destroy() -> None:
    '''shop.orders.destroy (shop/orders.py:9).

    What keeps it in the monolith:

    - it writes stock,
      which stock owns
    - another reason
    '''


@first.api_route("/orders/{id}/pay/", methods=["DELETE", "GET", "POST"])
async def pay() -> None: ...
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A system whose service has two routes to be written."""
    file = tmp_path / "services/orders/src/orders/api/unwritten.py"
    file.parent.mkdir(parents=True)
    file.write_text(UNWRITTEN)
    return tmp_path


def _lost(root: Path, system: System, service: str, path: str) -> list[str]:
    return [str(each) for each in unanswered(root, system, PARTS, service, path)]


def test_what_is_to_be_written_is_read_from_the_service(root: Path) -> None:
    found = to_be_written(root, SYSTEM, "orders")
    file = "services/orders/src/orders/api/unwritten.py"
    reason = "it writes stock, which stock owns"
    assert found["DELETE /orders/{id}/"] == Unwritten(f"{file}:7", reason)
    assert found["POST /orders/{id}/pay/"] == Unwritten(f"{file}:19", "")
    assert to_be_written(root, SYSTEM, "monolith") == {}


def test_a_flip_would_lose_what_is_to_be_written_and_what_is_of_others(root: Path) -> None:
    file = "services/orders/src/orders/api/unwritten.py"
    assert _lost(root, SYSTEM, "orders", "/orders") == [
        f"DELETE /orders/{{id}}/ (a 501: {file}:7)",
        f"ANY /orders/{{id}}/pay/ (a 501: {file}:19)",
        "GET /orders/{id}/bill/ (of billing)",
    ]
    whole = _lost(root, SYSTEM, "orders", "/")
    assert whole[-2:] == ["GET /bills/ (of billing)", "GET /login/ (of the monolith)"]


def test_what_a_longer_path_takes_is_not_lost(root: Path) -> None:
    system = replace(SYSTEM, routes=(*SYSTEM.routes, Route("/bills", "monolith")))
    assert "GET /bills/ (of billing)" not in _lost(root, system, "orders", "/")
    assert _lost(root, system, "orders", "/orders/mine") == []


def test_what_is_written_is_taken_out_and_not_lost(root: Path) -> None:
    file = root / "services/orders/src/orders/api/unwritten.py"
    file.write_text(UNWRITTEN.replace('["DELETE"]', "[]"))
    assert not any("DELETE /orders" in each for each in _lost(root, SYSTEM, "orders", "/orders"))
    file.write_text("this is no python")
    assert _lost(root, SYSTEM, "orders", "/orders") == ["GET /orders/{id}/bill/ (of billing)"]


def test_what_still_writes_in_the_monolith_is_what_is_not_flipped() -> None:
    writers = (
        "GET /orders/{id}/ writes orders",
        "job:sweep writes orders",
        "POST /pay/ writes orders",
    )
    part = Part(writers=writers)
    system = replace(SYSTEM, routes=(*SYSTEM.routes, Route("/orders", "orders")))
    assert still_writing(system, part, "orders") == list(writers[1:])
    assert still_writing(SYSTEM, part, "orders") == list(writers)
    assert still_writing(SYSTEM, replace(part, store="shared"), "orders") == []


def test_a_route_stands_with_its_code(root: Path) -> None:
    found = written(root, SYSTEM, standing.routes(SYSTEM, PARTS, "monolith"))
    assert [each.written for each in found] == [True, False, False, None, None, None]


def test_what_is_a_501_is_asked_of_neither_side_and_told_with_its_reason(root: Path) -> None:
    gaps = unwritten(root, SYSTEM, PARTS["orders"], "orders")
    choice = Choice(SYSTEM, "monolith", "orders", owners=Owners(PARTS), unwritten=gaps)
    asked = {"/orders/": "GET", "/orders/3/": "DELETE", "/orders/3/pay/": "POST", "/bills/": "GET"}
    kept = [Request(method, path) for path, method in asked.items()]
    chosen = list(choice.cases(kept))
    assert [case.request.target for case in chosen] == ["/orders/"]
    file = "services/orders/src/orders/api/unwritten.py"
    assert choice.not_asked(kept, chosen, writes=True) == {
        "DELETE /orders/3/": "orders has a 501 for it yet: it writes stock, which stock owns",
        "POST /orders/3/pay/": f"orders has a 501 for it yet: {file}:19",
        "GET /bills/": "it is of billing",
    }
