"""What names and keys of a configuration are, as a module has them."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from mscli.migrate.apply.moving.configured import configured
from mscli.migrate.apply.moving.disk import Meant
from mscli.migrate.apply.moving.handing import Handing
from mscli.migrate.apply.moving.pieces import Sources
from mscli.migrate.walk.imports import meaning
from mscli.migrate.walk.index import ModuleSymbol, Project, expression_name


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
        place = find(dotted) or (find(f"{dotted}.{rest}") if rest else None)
        if place is None:
            return None
        module, name = place
        value = self.sources.of(module).by_name[name][0].value
        if rest and name == first and isinstance(value, ast.Call):
            cls = module.classes.get(expression_name(value.func))
            value = cls.attributes.get(rest) if cls else None
        elif rest and name != rest:
            value = None
        return None if value is None else (value, replace(self, symbol=module))

    def configured(self, key: str) -> list[Meant]:
        """Everything that a key of the configuration is set to."""
        every = configured(self.project, key)
        return [(value, replace(self, symbol=module)) for value, module in every]
