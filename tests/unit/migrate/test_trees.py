"""Slim trees say what they said, with less around it."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from mscli.migrate.trees import slim

CODE = Path(ast.__file__).read_text()


def _size(tree: ast.Module) -> int:
    return sum(sys.getsizeof(node.__dict__) for node in ast.walk(tree))


def test_a_slim_tree_is_the_same_code_in_the_same_lines() -> None:
    whole, slimmed = ast.parse(CODE), slim(ast.parse(CODE))
    assert ast.dump(slimmed) == ast.dump(whole)
    for one, other in zip(ast.walk(slimmed), ast.walk(whole), strict=True):
        assert getattr(one, "lineno", 0) == getattr(other, "lineno", 0)
        assert getattr(one, "end_lineno", 0) == getattr(other, "end_lineno", 0)


def test_it_needs_half_the_room() -> None:
    assert _size(slim(ast.parse(CODE))) < _size(ast.parse(CODE)) / 2
