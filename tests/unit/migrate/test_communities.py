"""Communities are agreed upon by many seeds, and do not depend on anything else."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import combinations

import pytest

from mscli.migrate.boundaries.groups.communities import communities

ONE, OTHER = tuple("abcd"), tuple("wxyz")


def test_two_cliques_with_a_thin_bridge_are_two_communities() -> None:
    weights = dict.fromkeys([*combinations(ONE, 2), *combinations(OTHER, 2)], 1.0)
    assert communities((*OTHER, *ONE), {**weights, ("d", "w"): 0.1}) == (ONE, OTHER)


def test_what_hangs_on_nothing_is_alone() -> None:
    assert communities(("b", "a"), {}) == (("a",), ("b",))


@pytest.mark.programs
def test_the_hash_of_texts_changes_no_byte() -> None:
    """Sets of texts are iterated in another order in each run of Python."""
    code = (
        "from pathlib import Path\n"
        "from mscli.migrate.scan import scan\n"
        "from mscli.migrate.boundaries.propose import propose\n"
        "from mscli.migrate.boundaries.document.document import as_document, text\n"
        "from mscli.migrate.boundaries.steps.plan_page import plan_page\n"
        "p = propose(scan(Path('examples/monolith-flask')))\n"
        "print(text(as_document(p)) + plan_page(p))\n"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert runs[0]
