"""What names and keys of a configuration are, as a module has them."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from mscli.migrate.apply.moving.needs.configured import configured
from mscli.migrate.apply.moving.needs.handing import Handing
from mscli.migrate.apply.moving.pieces.disk import Meant
from mscli.migrate.apply.moving.pieces.pieces import Sources
from mscli.migrate.walk.project.imports import meaning
from mscli.migrate.walk.project.index import (
    ClassSymbol,
    ModuleSymbol,
    Project,
    expression_name,
    last_name,
)

FIELD, FURTHEST = "Field", 4


@dataclass(frozen=True, slots=True)
class Names:
    """Names as they are at the top of one module."""

    project: Project
    sources: Sources
    handing: Handing
    symbol: ModuleSymbol

    def meaning(self, chain: str) -> Meant | None:
        """What a chain of names is: a value at the top of a module, or a default of its class."""
        first, _, rest = chain.partition(".")
        dotted = meaning(self.symbol, first)
        find = self.handing.find
        whole = find(dotted)
        place = whole or (find(f"{dotted}.{rest}") if rest else None)
        if place is None:
            return None
        module, name = place
        value = self.sources.of(module).by_name[name][0].value
        if rest and whole:
            cls = self._class(module, value)
            value = _default(cls.attributes.get(rest)) if cls else None
        return None if value is None else (value, replace(self, symbol=module))

    def _class(
        self, module: ModuleSymbol, made: ast.expr | None, depth: int = 0
    ) -> ClassSymbol | None:
        """The class that a call makes an object of, itself or by a function that returns one."""
        called = expression_name(made.func) if isinstance(made, ast.Call) else ""
        place = self.handing.find(meaning(module, called)) if called and depth < FURTHEST else None
        if place is None:
            return None
        home, name = place
        function = home.functions.get(name)
        every = ast.walk(function.node) if function else ()
        returned = [node.value for node in every if isinstance(node, ast.Return)]
        found = (self._class(home, value, depth + 1) for value in returned)
        return home.classes.get(name) or next(filter(None, found), None)

    def configured(self, key: str) -> list[Meant]:
        """Everything that a key of the configuration is set to."""
        every = configured(self.project, key)
        return [(value, replace(self, symbol=module)) for value, module in every]


def _default(value: ast.expr | None) -> ast.expr | None:
    """A field's default, also as pydantic has it: `Field(default="uploads")`."""
    if not isinstance(value, ast.Call) or last_name(value.func) != FIELD:
        return value
    named = [each.value for each in value.keywords if each.arg == "default"]
    return next(iter([*value.args, *named]), None)
