"""Chains of queries: what only leads to a change reads nothing."""

from __future__ import annotations

import ast

from mscli.migrate.words import words

WRITING = frozenset(
    words(
        "update create bulk_create bulk_update delete get_or_create update_or_create add set "
        "remove clear acreate aupdate adelete in_bulk aggregate"
    )
)
FETCHED = frozenset(words("get first last latest earliest aget afirst alast"))


def changes_a_query(called: ast.Attribute) -> bool:
    """`query.filter(...).delete()` reads nothing, `query.get(...).delete()` a row before."""
    before = called.value
    if isinstance(before, ast.Call):
        name = before.func
        if isinstance(name, ast.Name) or (isinstance(name, ast.Attribute) and name.attr in FETCHED):
            return False
    return called.attr in WRITING
