"""What import statements mean: the names that they bind, and the modules that they name."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mscli.migrate.walk.project.index import ModuleSymbol


def absolute(module: ModuleSymbol, target: str, level: int) -> str:
    """The absolute name of a relative import."""
    if not level:
        return target
    parts = module.name.split(".")
    drop = level - 1 if module.is_package else level
    head = parts[: len(parts) - drop] if drop else parts
    return ".".join([*head, target]) if target else ".".join(head)


def lines(module: ModuleSymbol, node: ast.Import | ast.ImportFrom) -> list[tuple[str, int]]:
    """Every dotted name that is imported, and where."""
    if isinstance(node, ast.Import):
        return [(alias.name, node.lineno) for alias in node.names]
    target = absolute(module, node.module or "", node.level)
    return [(f"{target}.{alias.name}", node.lineno) for alias in node.names]


def meaning(
    module: ModuleSymbol, chain: str, imports: Mapping[str, tuple[str, str]] | None = None
) -> str:
    """The dotted name of what a chain of names means in a module; `imports` of a function in it."""
    first, _, rest = chain.partition(".")
    known = module.imports if imports is None else imports
    return ".".join(filter(None, (*known.get(first, (module.name, first)), rest)))


def bind_import(
    module: ModuleSymbol,
    node: ast.stmt,
    into: dict[str, tuple[str, str]],
    stars: list[str] | None = None,
) -> None:
    """Note what an import statement binds."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.asname:
                into[alias.asname] = (alias.name, "")
            else:
                into[alias.name.partition(".")[0]] = (alias.name.partition(".")[0], "")
    elif isinstance(node, ast.ImportFrom):
        target = absolute(module, node.module or "", node.level)
        for alias in node.names:
            if alias.name == "*":
                if stars is not None:
                    stars.append(target)
            else:
                into[alias.asname or alias.name] = (target, alias.name)
