"""What keeps a route where it is, and what must not: a fault in a file that only advises."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.cli.migrate_refusals import refuse_lost
from mscli.errors import NotReady
from mscli.model.system import Route, Service, System

SYSTEM = System(
    "shop",
    services={name: Service(name, f"services/{name}") for name in ("monolith", "orders")},
    routes=(Route("/", "monolith"),),
)
BILLS = "services: {orders: {routes: [GET /orders/]}, billing: {routes: [GET /orders/bills/]}}\n"


def test_routes_of_others_below_the_path_keep_it(tmp_path: Path) -> None:
    (tmp_path / "boundaries.yaml").write_text(BILLS)
    with pytest.raises(NotReady, match=r"no answer to GET /orders/bills/ \(of billing\)"):
        refuse_lost(tmp_path, SYSTEM, "orders", "/orders")


def test_a_fault_in_the_boundaries_does_not_keep_the_way_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "boundaries.yaml").write_text("services: [orders\n")
    refuse_lost(tmp_path, SYSTEM, "monolith", "/orders")
    assert "what a flip would lose was not looked for: boundaries.yaml:" in capsys.readouterr().err
