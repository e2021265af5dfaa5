"""What Django's rows and queries do to tables: managers, querysets, relations, cascades."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mscli.migrate.django.rows import permissions, related, rules
from mscli.migrate.django.rows.deletion import delete
from mscli.migrate.django.rows.lookups import FOLLOWING, follow
from mscli.migrate.django.rows.trees import tree
from mscli.migrate.django.tables import between, content_types
from mscli.migrate.django.tables.managers import is_manager, manager_classes
from mscli.migrate.walk.expressions.access import edge
from mscli.migrate.walk.graph.nodes import Call, Confidence, Emitted, Statement
from mscli.migrate.walk.graph.schema import Model
from mscli.migrate.walk.objects import kept
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.semantics import Semantics
from mscli.migrate.walk.values import newness
from mscli.migrate.walk.values.newness import KEYS, SAVING
from mscli.migrate.walk.values.values import (
    Atom,
    Function,
    Items,
    Made,
    Member,
    Object,
    Outside,
    Row,
    Rows,
    Site,
    Text,
    Type,
    Value,
    last,
    text,
)
from mscli.migrate.words import words

if TYPE_CHECKING:
    from mscli.migrate.django.tables.models import Reader
    from mscli.migrate.walk.engine import Engine
    from mscli.migrate.walk.statements.frame import Frame

CHAIN = frozenset(
    words(
        "all filter exclude order_by annotate select_related prefetch_related distinct only "
        "defer using reverse union intersection difference select_for_update get_queryset alias "
        "extra iterator aiterator values values_list dates datetimes as_manager get_query_set "
        "_clone complex_filter none in_bulk __getitem__ live public child_of descendant_of"
    )
)
ONE = frozenset(words("get first last latest earliest aget afirst alast"))
ANSWER = frozenset(["count", "exists", "aggregate", "acount", "aexists", "contains", "explain"])
MADE = frozenset(["create", "acreate", "get_or_create", "update_or_create", "aget_or_create"])
CHANGED = frozenset(
    ["update", "bulk_create", "bulk_update", "aupdate", "abulk_create", "_raw_delete"]
)
QUERIES = "QuerySet"
QUERYING = ("Manager", QUERIES, ".from_queryset()")
LINKED = frozenset(words("add remove set clear aadd aremove aset aclear"))


class DjangoRows(Semantics):
    """The meaning of attributes and calls on models, rows and queries of Django."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.schema = reader.schema

    def model_of(self, atom: Atom) -> Model | None:
        """The Django model that a class is."""
        if isinstance(atom, Type):
            found = self.schema.by_class.get(atom.cls)
            return found if found is not None and found.framework == "django" else None
        return between.model(self.schema, atom) if isinstance(atom, Outside) else None

    def attribute(self, frame: Frame, atom: Atom, name: str, site: Site) -> Value | None:
        """Managers of classes; relations of rows; what a query is over."""
        model = self.model_of(atom)
        if model is not None:
            return self._of_class(frame, model, name)
        if name == "through" and (through := between.classes(self.schema, atom)):
            return through
        if isinstance(atom, Member) and (atom.name, name) == ("_meta", "db_table"):
            of = atom.of.model if isinstance(atom.of, Row) else self.model_of(atom.of)
            return (Text(of.table),) if of is not None else None
        if isinstance(atom, Member) and (atom.name, name) == ("_state", "adding"):
            return newness.adding(atom.of)
        if isinstance(atom, Row) and atom.model.framework == "django":
            return self._of_row(frame, atom.model, name, site)
        if isinstance(atom, Rows) and atom.model.framework == "django" and name == "model":
            return (Type(atom.model.cls) if atom.model.cls else Outside(atom.model.owner),)
        if isinstance(atom, Object) and name == "AUTH_USER_MODEL":  # settings of a project's own
            return (Outside("django.conf.settings.AUTH_USER_MODEL"),)
        return None

    def _of_class(self, frame: Frame, model: Model, name: str) -> Value | None:
        if name in ("objects", "_default_manager", "_base_manager"):
            return (Rows(model, self.classes_of(frame, model, name)),)
        if model.cls is not None and frame.engine.method(model.cls, name) is None:
            classes = self.classes_of(frame, model, name)
            declared = frame.engine.class_attribute(model.cls, name)
            if classes or any(isinstance(a, Made) and is_manager(a) for a in declared):
                return (Rows(model, classes),)
        return None

    def classes_of(self, frame: Frame, model: Model, name: str) -> tuple[ClassSymbol, ...]:
        """The classes of a custom manager and of its queryset."""
        engine = frame.engine
        if model.cls is None:
            return ()
        found: dict[ClassSymbol, None] = {}
        for atom in engine.class_attribute(model.cls, name):
            for cls in manager_classes(atom):
                found[cls] = None
                for base in engine.bases(cls):
                    found |= dict.fromkeys(manager_classes(base))
                found |= dict.fromkeys(self._given_back(engine, model, cls))
        return tuple(cls for cls in found if engine.inherits(cls, *QUERYING))

    @staticmethod
    def _given_back(engine: Engine, model: Model, manager: ClassSymbol) -> Iterator[ClassSymbol]:
        """The classes of what a manager's own `get_queryset` gives."""
        queryset = engine.method(manager, "get_queryset")
        if queryset is not None:
            for part in engine.enter(queryset, (Rows(model, (manager,)),), {}).returns:
                yield from part.classes if isinstance(part, Rows) else ()

    # -- rows --------------------------------------------------------------------------------

    def _of_row(self, frame: Frame, model: Model, name: str, site: Site) -> Value | None:
        relation = model.all_relations().get(name)
        if relation is not None and relation.target is not None:
            return related.forward(frame, self, relation, site)
        back = model.all_reverses().get(name)
        if back is not None:
            return related.backward(frame, self, back, site)
        if name in ("objects",):
            return self._of_class(frame, model, name)
        return None

    # -- calls -------------------------------------------------------------------------------

    def call(self, frame: Frame, atom: Atom, call: Call) -> Value | None:
        """Operations of queries and rows; making a row in memory touches no table."""
        model = self.model_of(atom)
        if model is not None:
            _ask(frame, call)
            row = Row(model, kept=None if _is_given_key(call) else False)
            if model.cls is not None and (init := frame.engine.method(model.cls, "__init__")):
                frame.apply((Function(init, (row,)),), Call((), (), call.site))
            return (row,)
        if isinstance(atom, Type | Outside) and (queries := self._queries(frame, atom, call)):
            return queries
        if isinstance(atom, Made) and last(atom.name) == "from_queryset":
            return tuple(Object(cls) for cls in manager_classes(atom))
        if isinstance(atom, Member):
            if isinstance(atom.of, Type) and self.model_of(atom.of) is not None:
                found = tree(frame, self, self.model_of(atom.of), atom.name, call)
                if found is not None:
                    return found
            if isinstance(atom.of, Type) and atom.name in ("as_manager", "from_queryset"):
                inner = tuple(part for part in call.arg(0) if isinstance(part, Type))
                return (Object(atom.of.cls),) if atom.name == "as_manager" else (atom.of, *inner)
            if atom.name == "get_perm" and (named := rules.permission(frame, self, atom, call)):
                return named
            if isinstance(atom.of, Rows) and atom.of.model.framework == "django":
                return self.query(frame, atom.of, atom.name, call)
            if isinstance(atom.of, Row) and atom.of.model.framework == "django":
                return self.row(frame, atom.of, atom.name, call)
        return None

    def _queries(self, frame: Frame, made: Type | Outside, call: Call) -> Value:
        """`BookQuerySet(self.model, using=self._db)`."""
        classes = (made.cls,) if isinstance(made, Type) else ()
        if isinstance(made, Type) and not frame.engine.inherits(made.cls, QUERIES):
            return ()
        if isinstance(made, Outside) and not made.name.endswith(QUERIES):
            return ()
        models = map(self.model_of, call.arg(0, "model"))
        return tuple(Rows(model, classes) for model in models if model is not None)

    def query(self, frame: Frame, rows: Rows, name: str, call: Call) -> Value | None:
        """One operation of a query or manager."""
        model = rows.model
        _ask(frame, call)
        if name in FOLLOWING:
            follow(frame, model, name, call)
        if name in CHAIN or name in ONE or name in ANSWER:
            if name not in ("none", "get_queryset", "as_manager", "_clone"):
                self._read(frame, rows, name, call.site)
            return (rows,) if name in CHAIN else (Row(model, kept=True),) if name in ONE else ()
        if name in MADE:
            return self._create(frame, rows, name, call)
        if name in CHANGED:
            self._write(frame, model, name, call.site)
            return call.arg(0) if name.endswith("bulk_create") else ()
        if name in ("delete", "adelete"):
            frame.read(model.table, "collect", call.site, Confidence.LIKELY)
            delete(frame, model, call.site)
            return ()
        if name in LINKED:
            self._link(frame, rows, name, call.site)
            return ()
        if name == "raw":
            return self._raw(frame, model, call)
        if name.startswith(("create_user", "create_superuser")):
            self._save(frame, Row(model, kept=False), name, call.site)
            return (Row(model, kept=True),)
        return (rows,) if not rows.classes else ()

    def _raw(self, frame: Frame, model: Model, call: Call) -> Value:
        frame.read(model.table, "raw", call.site)
        frame.node.statements[Statement(text(call.arg(0)), call.site, frame.regions)] = None
        return (Rows(model),)

    def _read(self, frame: Frame, rows: Rows, name: str, site: Site) -> None:
        frame.read(rows.model.table, name, site)
        for parent in rows.model.parents:
            frame.read(parent.table, name, site)
        for cls in rows.classes:  # what a manager asks for with every query
            queryset = frame.engine.method(cls, "get_queryset")
            if queryset is not None and frame.fn is not queryset:
                node = frame.engine.enter(queryset, (Rows(rows.model, (cls,)),), {})
                edge(frame, node, site, Confidence.LIKELY)
        relation = rows.relation
        if relation is not None and relation.through is not None:
            frame.read(relation.through.table, name, site)

    def _create(self, frame: Frame, rows: Rows, name: str, call: Call) -> Value:
        model = rows.model
        if "or_" in name:
            frame.read(model.table, name, call.site)
        row = Row(model, kept=None if name.startswith("update") else False)
        if model.cls is not None and frame.engine.method(model.cls, "save"):
            frame.apply(frame.attribute((row,), "save", call.site), Call((), (), call.site))
        else:
            self._save(frame, row, name, call.site)
        if rows.relation is not None and rows.relation.through is not None:
            frame.write(rows.relation.through.table, name, call.site)
        made: Value = (Row(model, kept=True),)
        return (Items((made, ())),) if "or_" in name else made

    def _link(self, frame: Frame, rows: Rows, name: str, site: Site) -> None:
        relation = rows.relation
        if relation is not None and relation.through is not None:
            frame.write(relation.through.table, name, site)
            signal = Emitted("m2m_changed", relation.through.table, site, frame.regions)
            frame.node.emitted[signal] = None
        elif relation is not None:
            self._write(frame, rows.model, name, site)

    def row(self, frame: Frame, row: Row, name: str, call: Call) -> Value | None:
        """One operation of a row that its class does not define itself."""
        model = row.model
        if name in SAVING:
            self._save(frame, row, name, call.site)
        elif name in ("delete", "adelete"):
            delete(frame, model, call.site)
        elif name in ("refresh_from_db", "arefresh_from_db"):
            frame.read(model.table, name, call.site)
        elif name in ("has_perm", "has_perms", "has_module_perms", "get_all_permissions"):
            permissions.ask(frame, model, call.site, call.arg(0), _about(call))
        elif name == content_types.LOADING:
            return content_types.load(frame, self.schema, call)
        else:
            return tree(frame, self, model, name, call) or ()
        return ()

    def _save(self, frame: Frame, row: Row, name: str, site: Site) -> None:
        self._write(frame, row.model, name, site)
        for signal in ("pre_save", "post_save"):
            emitted = Emitted(signal, row.model.table, site, frame.regions, row.kept)
            frame.node.emitted[emitted] = None

    @staticmethod
    def _write(frame: Frame, model: Model, name: str, site: Site) -> None:
        frame.write(model.table, name, site)
        for parent in model.parents:
            frame.write(parent.table, name, site)


def _ask(frame: Frame, call: Call) -> None:
    """Whatever a query or a new row is given is asked for."""
    for value in call.given:
        kept.behind(frame, value, call.site)


def _about(call: Call) -> Value:
    """The object that a permission is asked for with."""
    is_given = len(call.args) > 1 or any(name == "obj" for name, _ in call.kwargs)
    return call.arg(1, "obj") if is_given else rules.NOBODY


def _is_given_key(call: Call) -> bool:
    """Whether a row that is made may have a key, and so be one that its table has."""
    return call.starred or bool(call.args) or any(name in KEYS for name, _ in call.kwargs)
