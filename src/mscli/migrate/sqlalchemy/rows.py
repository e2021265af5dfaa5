"""What SQLAlchemy's sessions, queries and statements do to tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.sqlalchemy import active, hanging, heirs, proxies
from mscli.migrate.sqlalchemy.sessions import SESSION_METHODS, are_sql, is_session, raw, session
from mscli.migrate.sqlalchemy.values import (
    computed,
    delete_all,
    emit,
    has_entities,
    heard_of,
    model_of,
    models_in,
    read_along,
    read_rows,
    rows_in,
    tables_in,
)
from mscli.migrate.walk.calls.calling import call_function
from mscli.migrate.walk.graph.nodes import Call, Confidence
from mscli.migrate.walk.graph.schema import Model
from mscli.migrate.walk.semantics import Semantics
from mscli.migrate.walk.values.values import (
    Atom,
    Function,
    Items,
    Known,
    Made,
    Member,
    Outside,
    Row,
    Rows,
    Site,
    Text,
    Type,
    Value,
    dotted,
    last,
)
from mscli.migrate.words import words

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

ONE = frozenset(
    words(
        "first one one_or_none get get_or_404 first_or_404 one_or_404 scalar scalar_one "
        "scalar_one_or_none"
    )
)
STATEMENTS = {
    "select": "read",
    "exists": "read",
    "insert": "write",
    "update": "write",
    "delete": "write",
}
OPEN = frozenset(["select", "exists", "query"])  # may stand there before any table is named
NOTHING: tuple[Value, ...] = ((Items(()),), (Known(None),))
CHANGES = frozenset(["append", "remove", "extend", "add", "clear"])  # a collection of rows


class SqlaRows(Semantics):
    """The meaning of attributes and calls on SQLAlchemy's models, sessions and queries."""

    # -- attributes --------------------------------------------------------------------------

    def attribute(self, frame: Frame, atom: Atom, name: str, site: Site) -> Value | None:
        """`Model.query`, relationships of rows, tables behind classes."""
        if name == "query" and (of := model_of(frame, atom)) and isinstance(atom, Type | Made):
            if not frame.quiet:
                read_rows(frame, of, name, site)
            return (Rows(of),)
        if isinstance(atom, Type):
            return self._of_class(frame, atom, name, site)
        if isinstance(atom, Member) and isinstance(atom.of, Type | Made):
            return self._of_column(frame, atom, name, site)
        user = frame.engine.schema.logged_in
        if user and isinstance(atom, Outside) and atom.name.endswith("current_user"):
            read_rows(frame, user, "current_user", site, Confidence.LIKELY)
            return frame.attribute((Row(user, kept=True),), name, site)
        if isinstance(atom, Row) and atom.model.framework == "sqlalchemy":
            return self._of_row(frame, atom, name, site)
        if isinstance(atom, Rows) and atom.model.framework == "sqlalchemy" and name == "items":
            return (atom,)  # of a page
        return None

    @staticmethod
    def _of_class(frame: Frame, atom: Type, name: str, site: Site) -> Value | None:
        model = model_of(frame, atom)
        if model is None:
            return None
        if name == "__table__":
            return (Made("sqlalchemy.Table", site, (model.table,), ((Text(model.table),),)),)
        if (made := proxies.hybrid(frame, atom, name)) is not None:
            return frame.apply(made, Call((), (), site))
        return (Member(atom, name),) if name in (*model.fields, *model.relations) else None

    @staticmethod
    def _of_row(frame: Frame, row: Row, name: str, site: Site) -> Value | None:
        if name == "awaitable_attrs":
            return (row,)
        if name == "versions" and (kept := frame.engine.schema.versions.get(row.model.table)):
            read_rows(frame, kept, name, site, Confidence.LIKELY)
            return (Rows(kept),)
        relation = row.model.all_relations().get(name)
        if relation is None:
            for other in computed(frame, row.model, name):
                frame.read(other.table, name, site, Confidence.LIKELY)
            known = proxies.attribute(frame, row, name, site)
            return heirs.attribute(frame, row, name, site) if known is None else known
        if relation.kind == "foreign-key" or relation.target is None:
            return None
        if row.kept is not False:  # nothing hangs on a new one yet
            read_rows(frame, relation.target, name, site, Confidence.LIKELY)
            if relation.through is not None:
                frame.read(relation.through.table, name, site, Confidence.LIKELY)
        if relation.collection:
            return (Rows(relation.target, (), relation),)
        return (Row(relation.target, kept=True),)

    @staticmethod
    def _of_column(frame: Frame, column: Member, name: str, site: Site) -> Value | None:
        """`Model.column.in_` still holds the column."""
        model = model_of(frame, column.of)
        if model is None:
            return None
        label = (model.name, column.name)
        return (Member(Made(dotted(column), site, label, ((column,),)), name),)

    def assign(self, frame: Frame, atom: Atom, name: str, value: Value, site: Site) -> None:
        """A changed attribute is written by the next flush."""
        if not isinstance(atom, Row) or atom.model.framework != "sqlalchemy":
            return
        relation = atom.model.all_relations().get(name) or proxies.through(frame, atom.model, name)
        if relation is not None and relation.kind != "foreign-key":
            hanging.put(frame, relation, value, "assign", site)
            if not hanging.has_key(relation):
                return
        known = atom.model.fields
        is_column = not name or name in known or relation is not None or not known
        if is_column and not self._in_own_constructor(frame, atom):
            frame.write(atom.model.table, "assign", site, Confidence.LIKELY)
            heard_of(frame, atom.model, name, site)
            if atom.kept is not False:  # what is new is inserted, by who adds it
                emit(frame, "update", atom.model, site)

    @staticmethod
    def _in_own_constructor(frame: Frame, atom: Row) -> bool:
        fn = frame.fn
        is_one = fn is not None and fn.owner is not None and fn.name.endswith("__init__")
        return is_one and any(isinstance(a, Row) and a.model is atom.model for a in frame.receiver)

    def unknown(self, frame: Frame, source: str, name: str, call: Call) -> Value | None:
        """`whatever.add(row)` with a row of a table is a session's method."""
        if name == "populate_obj":
            return self._populate(frame, call)
        if name not in SESSION_METHODS:
            return raw(frame, source, name, call) if are_sql(call.arg(0)) else None
        like = source.rpartition(".")[2].strip("()").lower()
        is_session = "session" in like or like in ("db", "conn", "connection", "cursor", "cur")
        models = tables_in(frame, call) if name == "query" else models_in(frame, call)
        rows = [row for arg in call.args for row in rows_in(arg)]
        has_model = bool(models) or any(row.model.framework == "sqlalchemy" for row in rows)
        if not has_model and not is_session and not are_sql(call.arg(0)):
            return None
        return session(frame, name, call)

    # -- calls -------------------------------------------------------------------------------

    def call(self, frame: Frame, atom: Atom, call: Call) -> Value | None:
        """Constructors, statements, sessions and queries."""
        if isinstance(atom, Type):
            return self._construct(frame, atom, call)
        if isinstance(atom, Member) and isinstance(atom.of, Rows):
            if atom.of.model.framework == "sqlalchemy":
                return self._query(frame, atom.of, atom.name, call)
            return None
        if isinstance(atom, Member) and isinstance(atom.of, Row):
            return active.of_row(frame, atom.of, atom.name, call)
        if isinstance(atom, Member) and isinstance(atom.of, Type):
            return active.of_model(frame, atom, call)
        if isinstance(atom, Member) and atom.name == "populate_obj":
            return self._populate(frame, call)
        if isinstance(atom, Outside) and atom.name.endswith("jwt_extended.get_current_user"):
            user = frame.engine.schema.logged_in
            return (Row(user),) if user is not None else None
        if isinstance(atom, Outside) and (model := frame.engine.schema.outside.get(atom.name)):
            return (Row(model, frame.fn, kept=False),) if model_of(frame, atom) else None
        if isinstance(atom, Outside | Made | Member):
            return self._outside(frame, atom, call)
        return None

    def _populate(self, frame: Frame, call: Call) -> Value:
        """`form.populate_obj(row)` of WTForms sets columns of a row."""
        for row in rows_in(call.arg(0, "obj")):
            self.assign(frame, row, "", (), call.site)
        return ()

    def _construct(self, frame: Frame, atom: Type, call: Call) -> Value | None:
        model = model_of(frame, atom)
        if model is None:
            return None
        init = frame.engine.method(atom.cls, "__init__")
        if init is not None:
            call_function(
                frame, Function(init, (Row(model, frame.fn, kept=False),)), call, Confidence.CERTAIN
            )
        for name, value in call.kwargs:
            relation = model.all_relations().get(name) or proxies.through(frame, model, name)
            if relation is None or relation.kind == "foreign-key" or value in NOTHING:
                continue
            hanging.put(frame, relation, value, "create", call.site, Confidence.LIKELY)
        return (Row(model, frame.fn, kept=False),)

    def _outside(self, frame: Frame, atom: Outside | Made | Member, call: Call) -> Value | None:
        name = dotted(atom)
        tail = last(name)
        if tail in STATEMENTS or self._is_open(atom):
            found = self._statement(frame, tail, call)
            if found:
                return found
        if isinstance(atom, Member) and atom.name in ("insert", "update", "delete", "select"):
            model = model_of(frame, atom.of)
            if model is not None:
                self._touch(frame, model, atom.name, call.site)
                return (Rows(model, changes=STATEMENTS[atom.name] == "write"),)
        if isinstance(atom, Member) and is_session(frame, atom.of):
            if atom.name in SESSION_METHODS:
                return session(frame, atom.name, call, atom.of)
            return raw(frame, name, tail, call)
        if name.endswith(("db.session", "SQLAlchemy().session")) or tail == "session":
            return None
        return raw(frame, name, tail, call)

    @staticmethod
    def _is_open(atom: Outside | Made | Member) -> bool:
        """Whether it is a method of a statement that names no table yet."""
        part: Atom | None = atom.of if isinstance(atom, Member) else None
        while isinstance(part, Made):
            if last(part.name) in OPEN:
                return True
            part = part.of
        return False

    def _statement(self, frame: Frame, tail: str, call: Call) -> Value:
        reads = STATEMENTS.get(tail, "read") == "read"
        models = tables_in(frame, call, tail) if reads else models_in(frame, call)
        plain = reads and not has_entities(frame, call)
        for model in models:
            self._touch(frame, model, tail, call.site, plain=plain)
        return (Rows(models[0], plain=plain, changes=not reads),) if models else ()

    def _touch(
        self, frame: Frame, model: Model, operation: str, site: Site, *, plain: bool = False
    ) -> None:
        if STATEMENTS.get(operation, "read") == "read":
            read_rows(frame, model, operation, site, plain=plain)
        elif operation == "delete":
            delete_all(frame, model, site)
        else:
            frame.write(model.table, operation, site)

    # -- queries -----------------------------------------------------------------------------

    def _query(self, frame: Frame, rows: Rows, name: str, call: Call) -> Value:
        model = rows.model
        if rows.relation is None or name not in CHANGES:
            self._joined(frame, model, name, call)
        if rows.relation is not None and name in CHANGES:
            hanging.put(frame, rows.relation, call.arg(0), name, call.site)
            return ()
        if name == "delete":
            delete_all(frame, model, call.site)
            return ()
        if name in ("update", "insert"):
            frame.write(model.table, name, call.site)
            return (rows,)
        if not frame.quiet and not rows.changes:
            read_rows(frame, model, name, call.site, plain=rows.plain)
        if name in ONE:
            return (Row(model, kept=True),)
        return () if name == "count" else (rows,)

    @staticmethod
    def _joined(frame: Frame, model: Model, name: str, call: Call) -> None:
        """Whatever a query is told, it reads the tables that this holds."""
        for other in tables_in(frame, call, name):
            if other is not model:
                frame.read(other.table, name, call.site, Confidence.LIKELY)
        read_along(frame, call, name)
