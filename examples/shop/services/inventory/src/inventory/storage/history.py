# Scaffolded by mscli: yours to change.
"""The order of the migrations as their files state it; read without Alembic, which takes long."""

import ast
from collections import Counter
from graphlib import TopologicalSorter
from pathlib import Path

STATED = ("revision", "down_revision")


def newest(versions: Path) -> str:
    """The migration that no other follows.

    Raises ValueError if several are, if two have one name, or if they follow in a circle.
    """
    migrations = [_stated(file) for file in sorted(versions.glob("[!_]*.py"))]
    names = Counter(name for name, _ in migrations)
    if twice := [name for name, times in names.items() if times > 1]:
        raise ValueError(f"several migrations have one revision: {', '.join(twice)}")
    follows = dict(migrations)
    TopologicalSorter(follows).prepare()  # a circle is an error of its own
    heads = sorted(follows.keys() - {name for before in follows.values() for name in before})
    if len(heads) != 1:
        raise ValueError(
            f"{len(heads)} migrations are the newest ({', '.join(heads)}), and one has to be: "
            "make one the other's down_revision, or join them with `alembic merge heads`"
        )
    return heads[0]


def _stated(file: Path) -> tuple[str, tuple[str, ...]]:
    """A migration's name, and what it follows: nothing, one, or, where it joins them, several."""
    stated = {}
    for line in ast.parse(file.read_bytes(), file.name).body:
        match line:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.expr() as value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ) if name in STATED:
                stated[name] = ast.literal_eval(value)
    before = stated.get("down_revision") or ()
    return stated["revision"], (before,) if isinstance(before, str) else tuple(before)
