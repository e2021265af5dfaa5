"""Tables and relations, whatever framework declares them."""

from __future__ import annotations

from dataclasses import dataclass, field

from mscli.migrate.walk.graph.nodes import Confidence
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.values.values import Site


@dataclass(eq=False, slots=True, repr=False)
class Relation:
    """A relation from one model to another, seen from the side that declares it.

    `kind`: foreign-key, one-to-one, many-to-many, inheritance, generic. `on_delete`: cascade,
    set-null, protect or nothing known. `through` is the table of a many-to-many. `eager`: its
    target is read together with every row. `required`: a row has to have this key. `passive`: the
    database alone sees to what hangs on a row. `shown`: nothing is ever written by it. `makes`: a
    row that is asked for from the other side is made if it is not there.
    """

    kind: str
    name: str
    source: Model
    target: Model | None
    site: Site
    reverse: str = ""
    on_delete: str = ""
    through: Model | None = None
    confidence: Confidence = Confidence.CERTAIN
    collection: bool = False
    eager: bool = False
    required: bool = False
    passive: bool = False
    shown: bool = False
    makes: bool = False

    def is_side_of(self, other: Relation) -> bool:
        """Whether both are one many-to-many; a table may be between many (tags of all kinds)."""
        ends = {self.source, self.target} == {other.source, other.target}
        return self.kind == other.kind and self.through is other.through and ends


@dataclass(eq=False, slots=True, repr=False)
class Model:
    """A class that is a table, or a table of a framework that the application uses."""

    name: str
    table: str
    framework: str
    site: Site | None
    cls: ClassSymbol | None = None
    owner: str = ""
    origin: str = "model"
    fields: tuple[str, ...] = ()
    relations: dict[str, Relation] = field(default_factory=dict)
    reverses: dict[str, Relation] = field(default_factory=dict)
    parents: tuple[Model, ...] = ()
    confidence: Confidence = Confidence.CERTAIN
    proxy: bool = False

    def all_relations(self) -> dict[str, Relation]:
        """Its own relations and those of the tables that it inherits from."""
        found: dict[str, Relation] = {}
        for parent in self.parents:
            found.update(parent.all_relations())
        return {**found, **self.relations}

    def all_reverses(self) -> dict[str, Relation]:
        """Relations of others that lead here, by the name they have here."""
        found: dict[str, Relation] = {}
        for parent in self.parents:
            found.update(parent.all_reverses())
        return {**found, **self.reverses}


@dataclass(slots=True)
class Schema:
    """Every model, by class and by table."""

    by_class: dict[ClassSymbol, Model] = field(default_factory=dict)
    outside: dict[str, Model] = field(default_factory=dict)
    by_table: dict[str, Model] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    history: dict[str, tuple[str, ...]] = field(default_factory=dict)  # written with a table
    closed: dict[str, str] = field(default_factory=dict)  # read when a table is written
    versions: dict[str, Model] = field(default_factory=dict)  # what the rows of a table were
    logged_in: Model | None = None  # the rows that stand for who is logged in
    heard: frozenset[str] = frozenset()  # attributes that somebody listens to

    def add(self, model: Model) -> None:
        """Take in a model; a proxy adds no table."""
        if model.cls is not None:
            self.by_class[model.cls] = model
        if not model.proxy:
            self.by_table.setdefault(model.table, model)

    def relate(self, relation: Relation) -> None:
        """Take in a relation, and make it known at its other end."""
        self.relations.append(relation)
        relation.source.relations[relation.name] = relation
        if relation.target is not None and relation.reverse:
            relation.target.reverses.setdefault(relation.reverse, relation)
