"""A generated service tells its newest migration from the files, as Alembic would."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
(HISTORY,) = (ROOT / "templates/service-python/template/src").glob("*/*/history.py")
(MAKO,) = (ROOT / "templates/service-python/template/src").glob("*/*/migrations/script.py.mako")

Newest = Callable[[dict[str, object]], str]


@pytest.fixture
def newest(tmp_path: Path) -> Newest:
    """The newest of migrations that are given with what each follows."""
    history: dict[str, Any] = {}
    exec(HISTORY.read_text(), history)  # imported it would leave bytecode among the templates

    def of(migrations: dict[str, object]) -> str:
        for file, before in migrations.items():
            name = file.partition("_")[0]
            text = f"revision: str = {name!r}\ndown_revision = {before!r}\n"
            (tmp_path / f"{file}.py").write_text(text)
        (tmp_path / "__init__.py").touch()
        return str(history["newest"](tmp_path))

    return of


def test_the_newest_migration_is_the_one_that_no_other_follows(newest: Newest) -> None:
    assert newest({"0002": "0001", "0001": None, "0003": "0002"}) == "0003"


def test_branches_that_were_merged_have_one_newest(newest: Newest) -> None:
    branches: dict[str, object] = {"0001": None, "a": "0001", "b": "0001"}
    with pytest.raises(ValueError, match=r"2 migrations are the newest \(a, b\)"):
        newest(branches)
    assert newest({**branches, "both": ("a", "b")}) == "both"


def test_a_migration_that_follows_itself_is_not_passed_over(newest: Newest) -> None:
    with pytest.raises(ValueError, match="cycle"):
        newest({"0001": None, "0002": "0002"})


def test_a_copy_whose_name_nobody_changed_is_not_passed_over(newest: Newest) -> None:
    with pytest.raises(ValueError, match="several migrations have one revision: 0002"):
        newest({"0001": None, "0002_books": "0001", "0002_loans": "0001"})


@pytest.mark.parametrize("before", ["0001", None, ("a", "b")])
def test_what_alembic_writes_of_its_predecessors_can_be_read_again(before: object) -> None:
    """Its `merge` gives the template a tuple, and a first revision follows nothing."""
    (line,) = (line for line in MAKO.read_text().splitlines() if line.startswith("down_revision"))
    expression = line.partition("${")[2].removesuffix("}")
    written = eval(expression, {"down_revision": before})
    assert ast.literal_eval(written) == before
