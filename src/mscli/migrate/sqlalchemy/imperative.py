"""Classes that a call maps: `registry.map_imperatively(Order, orders, properties=...)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mscli.migrate.sqlalchemy.relations import Told
from mscli.migrate.sqlalchemy.tables import PACKAGES, Tables
from mscli.migrate.trees import every
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import Node
from mscli.migrate.walk.project.index import ModuleSymbol, last_name
from mscli.migrate.walk.values.values import Made, Pairs, Type, last

MAPPING = frozenset(["map_imperatively", "mapper"])


def read(engine: Engine, tables: Tables) -> list[Told]:
    """Every such call, wherever it stands: the plain tables become the classes' own.

    Gives the properties that are told there.
    """
    return [
        told
        for module in engine.project.modules
        if any(name.partition(".")[0] in PACKAGES for name, _ in module.import_lines)
        for node in every(module.tree)
        if isinstance(node, ast.Call) and last_name(node.func) in MAPPING
        for told in _mapped(engine, tables, module, node)
    ]


def _mapped(engine: Engine, tables: Tables, module: ModuleSymbol, node: ast.Call) -> Iterator[Told]:
    frame = engine.frame(module, Node(module, ("mapped", node)), {})
    given = {word.arg: word.value for word in node.keywords}
    parts = [*node.args[:2], *(given[n] for n in ("class_", "local_table") if n in given)]
    values = [frame.evaluate(part) for part in parts]
    classes = [atom.cls for value in values for atom in value if isinstance(atom, Type)]
    named = [atom for value in values for atom in value if isinstance(atom, Made)]
    table = next((tables.known(atom) for atom in named if last(atom.name) == "Table"), None)
    if not classes or table is None or table.cls is not None:
        return
    said = frame.evaluate(given["properties"]) if "properties" in given else ()
    properties = [pair for atom in said if isinstance(atom, Pairs) for pair in atom.pairs]
    table.name, table.cls = classes[0].name, classes[0]
    table.fields = tuple(sorted({*table.fields, *(name for name, _ in properties)}))
    engine.schema.by_class[classes[0]] = table
    yield from ((table, classes[0], name, value) for name, value in properties)
