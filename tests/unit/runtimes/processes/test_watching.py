from __future__ import annotations

from pathlib import Path

import pytest

from mscli.model.kinds import Kind
from mscli.runtimes.processes.watching import affected, folders, is_source
from tests.unit.runtimes.processes.scenes import plan, process

SHOP = plan(
    process("gateway", kind=Kind.GATEWAY, folder="/shop/.mscli/local"),
    process("orders-1", folder="/shop/services/orders"),
    process("orders-2", folder="/shop/services/orders"),
    process("orders-x-1", folder="/shop/services/orders-x"),
)


def test_a_changed_file_is_of_the_service_whose_folder_it_is_in() -> None:
    changed = [Path("/shop/services/orders-x/a.py"), Path("/shop/services/orders/b.py")]
    assert affected(SHOP, changed) == {"orders-x": changed[0], "orders": changed[1]}
    assert affected(SHOP, [Path("/shop/mscli.yaml"), Path("/shop/.mscli/local/x")]) == {}


def test_each_services_folder_is_watched_once() -> None:
    assert folders(SHOP) == (Path("/shop/services/orders"), Path("/shop/services/orders-x"))


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("src/orders/app.py", True),
        ("pyproject.toml", True),
        ("src/orders/__pycache__/app.cpython-311.pyc", False),
        (".venv/lib/x.py", False),
        ("tests/test_app.py", False),
        ("src/orders/app.py~", False),
        ("src/orders/.app.py.swp", False),
        ("node_modules/x/index.js", False),
        ("db.sqlite3", False),
        ("instance/app.db-journal", False),
    ],
)
def test_only_what_may_change_a_service_counts(path: str, counts: bool) -> None:
    assert is_source(Path("/shop/services/orders") / path) is counts
