"""The variables that moved code reads from its environment, by name or as fields of settings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from mscli.migrate.newer_syntax import parsed
from mscli.migrate.walk.project.index import last_name

VARIABLE = re.compile(r"""(?:environ(?:\.get)?\s*[\[(]|getenv\()\s*["'](\w+)["']""")
OF_A_REQUEST = re.compile(
    r"HTTP_\w+|CONTENT_(LENGTH|TYPE)|(PATH_|REQUEST_|SCRIPT_|SERVER_|REMOTE_|QUERY_)\w+"
)
"""What a WSGI environment has, which is called `environ`, too."""
SETTINGS = "BaseSettings"
"""Pydantic's: each field is a variable of its name, whatever the case."""
ALIASES = ("validation_alias", "alias", "env")
CONFIGURED = ("model_config", "Config")
Classes = Mapping[str, ast.ClassDef]


def variables_in(modules: Mapping[str, str]) -> tuple[str, ...]:
    """What modules read, by their texts."""
    found = {name for text in modules.values() for name in VARIABLE.findall(text)}
    found = {name for name in found if not OF_A_REQUEST.fullmatch(name)}
    if any(SETTINGS in text for text in modules.values()):
        trees = [parsed(text) for path, text in modules.items() if path.endswith(".py")]
        declared = [part for t in trees for part in ast.walk(t) if isinstance(part, ast.ClassDef)]
        classes = {cls.name: cls for cls in declared}
        for cls in declared:
            found.update(_fields(cls, classes))
    return tuple(sorted(found))


def _fields(cls: ast.ClassDef, classes: Classes) -> Iterator[str]:
    """The variables of a class of settings, those of the fields that it inherits included."""
    for names, _ in fields_of(cls, classes):
        yield from names


def fields_of(cls: ast.ClassDef, classes: Classes) -> Iterator[tuple[list[str], ast.AnnAssign]]:
    """Each field of a class of settings with its variables, the nearest class first."""
    line = list(_line(cls, classes, frozenset()))
    if not any(last_name(base) == SETTINGS for one in line for base in one.bases):
        return
    prefix = next((said for one in line if (said := _prefix(one)) is not None), "")
    for one in line:
        for part in one.body:
            if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
                name = part.target.id
                if name not in CONFIGURED and "ClassVar" not in ast.unparse(part.annotation):
                    yield [n.upper() for n in _aliases(part) or [prefix + name]], part


def _line(cls: ast.ClassDef, classes: Classes, seen: frozenset[str]) -> Iterator[ast.ClassDef]:
    """A class and those that it inherits from, the nearest first."""
    yield cls
    for base in cls.bases:
        known = classes.get(last_name(base))
        if known is not None and known.name not in seen and known is not cls:
            yield from _line(known, classes, seen | {cls.name})


def _prefix(cls: ast.ClassDef) -> str | None:
    """What its configuration puts before every name: a keyword, a key or an attribute."""
    for part in cls.body:
        if not any(name in CONFIGURED for name in _bound(part)):
            continue
        for inner in ast.walk(part):
            match inner:
                case ast.keyword(arg="env_prefix", value=ast.Constant(value=str(said))):
                    return said
                case ast.Assign(
                    targets=[ast.Name(id="env_prefix")], value=ast.Constant(value=str(said))
                ):
                    return said
                case ast.Dict(keys=keys, values=values):
                    for key, value in zip(keys, values, strict=True):
                        if _text(key) == "env_prefix":
                            return _text(value)
    return None


def _bound(part: ast.stmt) -> tuple[str, ...]:
    if isinstance(part, ast.ClassDef):
        return (part.name,)
    if isinstance(part, ast.Assign):
        return tuple(target.id for target in part.targets if isinstance(target, ast.Name))
    if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
        return (part.target.id,)
    return ()


def _aliases(field: ast.AnnAssign) -> list[str]:
    """The names that a field says it has; then neither its own nor the prefix counts."""
    calls = [part for part in ast.walk(field) if isinstance(part, ast.Call)]
    given = {word.arg: word.value for call in calls for word in call.keywords if word.arg}
    for name in ALIASES:
        if name in given:
            return [said for part in ast.walk(given[name]) if (said := _text(part))]
    return []


def _text(node: ast.AST | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
