"""Flags of settings, and what each is where nobody sets it.

Fields of pydantic's settings, names of settings modules, what is asked for with a default. A flag
is one atom, `Made("setting.NAME")` with its default, and goes wherever values go. What code sets
elsewhere is none, nor what settings modules say differently, nor what has no default.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from mscli.migrate.settings_fields import variable
from mscli.migrate.walk.project.index import last_name
from mscli.migrate.walk.project.scopes import statements, targets
from mscli.migrate.walk.statements.variables import SETTING, asks
from mscli.migrate.walk.values.values import Items, Known, Made, Outside, Site, Text, Value, text

if TYPE_CHECKING:
    from mscli.migrate.walk.graph.nodes import Call
    from mscli.migrate.walk.objects.classes import Classes
    from mscli.migrate.walk.project.index import ClassSymbol, ModuleSymbol, Project

OF_PYDANTIC, OF_DJANGO = "BaseSettings", "django.conf.settings."
ASKING = re.compile("env|config|bool|flag", re.I)
"""How functions are called that ask for a variable of the environment."""
DEEPEST = 5


def of_class(engine: Classes, cls: ClassSymbol, name: str) -> Value:
    """A flag that is a field of pydantic's settings, or the text that `Field(...)` says."""
    if f".{name}" in engine.project.changed or not engine.inherits(cls, OF_PYDANTIC):
        return ()
    for entry in engine.lineage(cls):
        if name in entry.attributes and name not in engine.assigned(entry):
            said = entry.attributes[name]
            default = _given(said, 0) if isinstance(said, ast.Call) else said
            match said, default:
                case ast.Call(), ast.Constant(value=str(told)):
                    return (Text(told),)
            site = Site(entry.module.file, said.lineno)
            return made(variable(entry.node, name), default, site)
    return ()


def _given(call: ast.Call, place: int) -> ast.expr | None:
    named = (word.value for word in call.keywords if word.arg == "default")
    return next(named, call.args[place] if len(call.args) > place else None)


def made(name: str, default: ast.expr | None, site: Site) -> Value:
    """The flag of a name, if its default is one: True, False, None, or an empty collection."""
    value: Value = ()
    match default:
        case ast.Constant(value=bool() | None as known):
            value = (Known(known),)
        case ast.List(elts=[]) | ast.Tuple(elts=[]) | ast.Dict(keys=[]):
            value = (Items(()),)
    return (Made(f"{SETTING}{name}", site, (name,), (value,)),) if value else ()


def asked(call: Call, name: str) -> Value:
    """A variable that is asked for with a flag as its default: `env.bool("A", default=False)`."""
    node, wanted = call.node, text(call.arg(0))
    if node is None or not wanted or not asks(name):
        return ()
    return made(wanted, _given(node, 1), call.site)


def _said(name: str, said: ast.expr | None, site: Site) -> Value:
    """A flag of a settings module; `A = get_bool_env("A", False)` asks a variable, in its way."""
    match said:
        case ast.Call(func=func, args=[ast.Constant(value=str(asked)), *_]) if ASKING.search(
            last_name(func)
        ):
            return made(asked, _given(said, 1), site)
        case _:
            return made(name, said, site)


def by_default(name: str, call: Call, place: int) -> Value:
    """The flag of a name that nobody says, by the default that it is asked for with."""
    return made(name, _given(call.node, place), call.site) if call.node is not None else ()


def of_django(found: Value) -> bool:
    """Whether it is a name of Django's settings that the project does not say."""
    return len(found) == 1 and isinstance(found[0], Outside) and found[0].name.startswith(OF_DJANGO)


class Flags:
    """The flags of settings modules; one that is taken in by another is read as a part of that."""

    def __init__(self, project: Project, modules: Iterable[ModuleSymbol]) -> None:
        self._project = project
        self._said: dict[ModuleSymbol, dict[str, list[ast.expr | None]]] = {}
        every = list(modules)
        above = {id(part) for module in every for part in self._parts(module)}
        self._modules = [module for module in every if id(module) not in above]

    def of(self, name: str) -> Value:
        """The flag of a name, if all modules that say it agree."""
        found = [flag for one in self._modules for flag in self._flags(one, name, 0)]
        told = {flag[0].args if flag else () for flag in found}  # type: ignore[union-attr]
        is_sure = len(told) == 1 and f".{name}" not in self._project.changed
        return found[0] if is_sure else ()

    def _flags(self, module: ModuleSymbol, name: str, depth: int) -> Iterator[Value]:
        if module not in self._said:
            self._said[module] = _assigned(module)
        for said in self._said[module].get(name, ()):
            line = said.lineno if said is not None else 1
            yield _said(name, said, Site(module.file, line))
        if name not in self._said[module] and depth < DEEPEST:
            for part in self._parts(module):
                yield from self._flags(part, name, depth + 1)

    def _parts(self, module: ModuleSymbol) -> list[ModuleSymbol]:
        parts = (self._project.module(star, module) for star in module.stars)
        return [part for part in parts if part is not None and part is not module]


def _assigned(module: ModuleSymbol) -> dict[str, list[ast.expr | None]]:
    """What each name of a module is assigned; None, where it is no plain assignment."""
    found: dict[str, list[ast.expr | None]] = {}
    for node in statements(module.tree.body):
        for target in targets(node):
            if isinstance(target, ast.Name):
                value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
                found.setdefault(target.id, []).append(value)
    return found
