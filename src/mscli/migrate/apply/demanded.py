"""Variables without which a monolith does not start: what its settings read, without a default."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from mscli.migrate.apply.moving.implied.environment import fields_of
from mscli.migrate.sources import Source
from mscli.migrate.walk.project.index import last_name

READERS = frozenset({"env", "config"})
"""What settings call their reader: django-environ's or environs', decouple's."""
WITH_DEFAULT = frozenset({"default", "default_factory"})


def demanded(sources: Iterable[Source]) -> Mapping[str, str]:
    """Such variables, by name, and where each is read."""
    files = list(sources)
    declared = [(file, cls) for file in files for cls in _classes(file.tree)]
    classes = {cls.name: cls for _, cls in declared}
    found: dict[str, str] = {}
    bases = {last_name(base) for cls in classes.values() for base in cls.bases}
    for file, cls in declared:
        if cls.name in bases:
            continue  # nobody makes one of it
        seen: set[str] = set()
        for names, part in fields_of(cls, classes):
            name = part.target.id  # type: ignore[union-attr]
            if name not in seen and len(names) == 1 and not _has_default(part.value):
                found.setdefault(names[0], f"{file.path}:{cls.lineno}")
            seen.add(name)
    for file in files:
        if "settings" in file.path or "config" in file.path:
            for name, line in _read(file.tree):
                found.setdefault(name, f"{file.path}:{line}")
    return found


def _classes(tree: ast.Module) -> Iterator[ast.ClassDef]:
    return (part for part in ast.walk(tree) if isinstance(part, ast.ClassDef))


def _has_default(value: ast.expr | None) -> bool:
    """Whether a field has a value: `Field(...)` and `Field()` are none."""
    if value is None or (isinstance(value, ast.Constant) and value.value is ...):
        return False
    if isinstance(value, ast.Call) and last_name(value.func) == "Field":
        given = any(word.arg in WITH_DEFAULT for word in value.keywords)
        return given or any(_has_default(each) for each in value.args)
    return True


def _read(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """What a module reads while it is imported, whatever happens: not under a condition."""
    with_default = {
        word.arg
        for part in ast.walk(tree)
        if isinstance(part, ast.Call) and last_name(part.func) == "Env"
        for word in part.keywords
    }
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign | ast.Expr):
            for part in ast.walk(statement):
                name = _name_of(part)
                if name and name not in with_default:
                    yield name, statement.lineno


def _name_of(part: ast.AST) -> str:
    """The variable that an expression insists on, if it is such a one."""
    match part:
        case ast.Subscript(value=base, slice=ast.Constant(value=str(name))):
            return name if last_name(base) == "environ" else ""
        case ast.Call(func=ast.Name(id=reader), args=[ast.Constant(value=str(name))], keywords=[]):
            return name if reader in READERS else ""
        case _:
            return ""
