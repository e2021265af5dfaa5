"""facts.json is read back as what was written."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.errors import MscliError
from mscli.migrate import facts_file
from mscli.migrate.facts import json_parts
from mscli.migrate.scan import scan
from tests.unit.migrate.test_examples import NAMES, ROOT


@pytest.mark.parametrize("name", NAMES)
def test_facts_survive_the_file(tmp_path: Path, name: str) -> None:
    facts = scan(ROOT / "examples" / name)
    (tmp_path / "facts.json").write_text("".join(json_parts(facts)))
    assert facts_file.read(tmp_path / "facts.json") == facts


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "facts.json:1: not valid JSON"),
        ("[]", "no facts of version 5"),
        ('{"version": 9}', "no facts of version 5"),
        ('{"version": 5, "frameworks": []}', "not whole"),
        ('{"version": 5, "frameworks": 3}', "not whole"),
        ("[" * 100_000, "not valid JSON"),
    ],
)
def test_anything_else_is_one_clear_error(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "facts.json"
    path.write_text(content)
    with pytest.raises(MscliError, match=message):
        facts_file.read(path)
