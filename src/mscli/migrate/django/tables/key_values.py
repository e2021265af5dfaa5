"""django-hierarkey: a table of keys and values for each row of a model, or for all of a site.

`@settings.add()` on a model makes it, `@settings.set_global()` on another class one for all; both
have an attribute (`settings`) by which values are read and set. What a row does not say, the one
above it is asked for, and all of the site.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import Confidence, Node
from mscli.migrate.walk.graph.schema import Model, Relation
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.semantics import Semantics
from mscli.migrate.walk.statements.frame import Frame
from mscli.migrate.walk.values.values import (
    Atom,
    Made,
    Member,
    Object,
    Row,
    Site,
    Value,
    from_outside,
    last,
    text,
)

if TYPE_CHECKING:
    from mscli.migrate.django.tables.models import Reader

MAKER, ADDED, GLOBAL = "Hierarkey", "add", "set_global"
PROXY = "hierarkey.proxy.HierarkeyProxy"
WRITING = frozenset(["set", "delete"])
Known = dict[tuple[ClassSymbol, str], Model]


class KeyValues(Semantics):
    """What is asked of such tables, and written to them."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.known: Known = {}
        self.of_all: dict[str, Model] = {}

    def read(self) -> None:
        """The tables that decorators make."""
        for cls in self.reader.engine.project.classes:
            for made in _decorators(self.reader.engine, cls):
                self._table(cls, made)

    def _table(self, cls: ClassSymbol, made: Made) -> None:
        maker = made.of.of if isinstance(made.of, Member) else made.of
        name = text(maker.arg(0, "attribute_name")) if isinstance(maker, Made) else None
        of, schema = self.reader.schema.by_class.get(cls), self.reader.schema
        is_global = last(made.name) == GLOBAL
        if name is None or (of is None and not is_global):
            return
        label = of.owner if of is not None else self.reader.app_label(cls)
        model = f"{cls.name}_{name.title()}Store"
        site, fields = Site(cls.module.file, cls.node.lineno), ("key", "value")
        found = self.known[cls, name] = Model(
            model, f"{label}_{model}".lower(), "django", site, None, label, "store", fields
        )
        schema.add(found)
        if is_global or of is None:
            self.of_all[name] = found
            return
        back = f"_{name}_objects"
        schema.relate(Relation("foreign-key", "object", found, of, site, back, "cascade"))

    def _asked(self, atom: Atom) -> tuple[Model, str] | None:
        """The table that `row.settings` means, and the attribute."""
        if not isinstance(atom, Member) or not isinstance(atom.of, Row | Object):
            return None
        cls = atom.of.model.cls if isinstance(atom.of, Row) else atom.of.cls
        found = self.known.get((cls, atom.name)) if cls is not None else None
        return (found, atom.name) if found is not None else None

    def attribute(self, frame: Frame, atom: Atom, name: str, site: Site) -> Value | None:
        """`row.settings.color`, `row.settings.get`, `row.settings.set`."""
        asked = self._asked(atom)
        if asked is None:
            return None
        table, attribute = asked
        if name in WRITING:
            frame.write(table.table, attribute, site, Confidence.LIKELY)
            return from_outside(f"{PROXY}.{name}")
        for model in {table: None, self.of_all.get(attribute, table): None}:
            frame.read(model.table, attribute, site, Confidence.LIKELY)
        return from_outside(f"{PROXY}.{name}")

    def assign(self, frame: Frame, atom: Atom, name: str, value: Value, site: Site) -> None:
        """`row.settings.color = "red"`."""
        del name, value
        asked = self._asked(atom)
        if asked is not None:
            frame.write(asked[0].table, asked[1], site, Confidence.LIKELY)


def _decorators(engine: Engine, cls: ClassSymbol) -> Iterator[Made]:
    frame = Frame(engine, cls.module, Node(cls.module, ("decorators", cls)), {})
    for decorator in cls.node.decorator_list:
        for atom in frame.evaluate(decorator):
            named = atom.name if isinstance(atom, Made) and MAKER in atom.name else ""
            if isinstance(atom, Made) and last(named) in (ADDED, GLOBAL):
                yield atom
