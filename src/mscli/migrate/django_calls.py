"""What Django's and REST framework's own functions and classes do to tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.engine import Engine, elements
from mscli.migrate.index import ClassSymbol
from mscli.migrate.nodes import Call, Confidence, Emitted
from mscli.migrate.schema import Model
from mscli.migrate.values import (
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
    dotted,
    join,
    last,
    text,
    texts,
)

if TYPE_CHECKING:
    from mscli.migrate.django_rows import DjangoRows
    from mscli.migrate.frame import Frame

REQUESTS = ("HttpRequest", "rest_framework.request.Request", "WSGIRequest")
VIEWS = ("View", "Mixin", "ViewSet", "APIView", "Wizard")
LOADERS = frozenset(
    [
        "get_class",
        "get_classes",
        "get_model",
        "import_string",
        "import_module",
        "load_class",
        "load_object",
    ]
)


class DjangoCalls:
    """Short cuts, forms, serializers, class-based views, look-ups by name."""

    def __init__(self, rows: DjangoRows) -> None:
        self.rows = rows
        self.reader = rows.reader
        self.mounted: set[str] = set()

    def assign(self, frame: Frame, atom: Atom, name: str, site: Site) -> None:
        """Nothing of this reader depends on it."""

    def unknown(self, frame: Frame, source: str, name: str, call: Call) -> Value | None:
        """Django's objects are known by type or not at all."""

    def attribute(self, frame: Frame, atom: Atom, name: str, site: Site) -> Value | None:
        """`request.user`, `self.object` of a view, `form.instance`, `serializer.data`."""
        if name == "user" and self._is_request(atom):
            return self._user(frame, site)
        if name == "_meta" or not isinstance(atom, Object):
            return None
        engine = frame.engine
        if name == "request" and engine.inherits(atom.cls, *VIEWS):
            return (Made("django.http.HttpRequest", site, ()),)
        if name in ("object", "object_list", "queryset", "model"):
            return self._of_view(frame, atom.cls, name, site)
        if name == "instance":
            model = meta_model(self.reader, engine, atom.cls)
            return (Row(model),) if model else None
        if name == "data" and engine.inherits(atom.cls, "Serializer"):
            self.serialized(frame, atom.cls, site, set())
            return ()
        return None

    @staticmethod
    def _is_request(atom: Atom) -> bool:
        if isinstance(atom, Made):
            return atom.name.endswith(REQUESTS)
        return isinstance(atom, Member) and atom.name in ("request", "_request")

    def _user(self, frame: Frame, site: Site) -> Value:
        user = self.reader.user
        if user is None:
            return ()
        frame.read(user.table, "request.user", site, Confidence.LIKELY)
        return (Row(user),)

    def _of_view(self, frame: Frame, cls: ClassSymbol, name: str, site: Site) -> Value | None:
        engine = frame.engine
        if name == "model" or not engine.inherits(cls, *VIEWS):
            return None
        if name == "queryset" and engine.class_attribute(cls, "queryset"):
            return None
        found = view_rows(frame, self.rows, cls, site)
        if found and name == "object":
            return tuple(Row(atom.model) for atom in found if isinstance(atom, Rows))
        return found or None

    # -- calls -------------------------------------------------------------------------------

    def call(self, frame: Frame, atom: Atom, call: Call) -> Value | None:
        """A function or method of Django, by name."""
        if isinstance(atom, Member) and isinstance(atom.of, Object):
            return self._method(frame, atom.of, atom.name, call)
        if isinstance(atom, Member) and isinstance(atom.of, Type) and atom.name == "as_view":
            args: tuple[Value, ...] = ((atom.of,), call.arg(0, "actions"))
            return (Made("as_view", call.site, (atom.of.cls.id,), args, call.kwargs),)
        if isinstance(atom, Function) and atom.fn.name in LOADERS and texts(call.arg(0)):
            return self._load(frame, atom.fn.name, call) or None
        if not isinstance(atom, Outside | Made | Member):
            return None
        name = dotted(atom)
        tail = last(name)
        if tail in LOADERS:
            return self._load(frame, tail, call)
        if tail == "get_app_config":
            return self._app_config(frame, call)
        if tail in ("get_object_or_404", "aget_object_or_404", "get_list_or_404"):
            return self._get_or_404(frame, tail, call)
        if tail == "get_user_model" and self.reader.user is not None:
            user = self.reader.user
            return (Type(user.cls),) if user.cls else (Outside(user.owner),)
        if tail in ("render", "render_to_string", "TemplateResponse", "render_to_response"):
            return self._render(frame, call)
        if tail in ("login", "authenticate") and "auth" in name:
            return self._login(frame, tail, call)
        if tail in ("send", "send_robust", "asend", "send_async") and "Signal" in name:
            return self._send(frame, atom, call)
        if "formset_factory" in name and tail == "save":
            self._save_formset(frame, atom, call)
        return None

    def _load(self, frame: Frame, tail: str, call: Call) -> Value:
        """Code that is named by strings: models by label, classes by module and name."""
        engine, names = frame.engine, texts(call.arg(0))
        second = texts(call.arg(1))
        if tail in ("import_module", "import_string"):
            found = join(*(engine.dotted_name(name, frame.module) for name in names))
            if not found:
                frame.lost("dynamic", f"{tail}({', '.join(names) or '?'})", call.site)
            return found
        if not names:
            frame.lost("dynamic", f"{tail}() with a name that is not known", call.site)
            return ()
        if not second:
            names, second = (names[0].rpartition(".")[0],), (names[0].rpartition(".")[2],)
        values = [named_class(engine, names[0], name) for name in second]
        if not all(values):
            frame.lost("dynamic", f"{tail}({names[0]}, {', '.join(second)})", call.site)
        return (Items(tuple(values)),) if tail == "get_classes" else values[0]

    def _app_config(self, frame: Frame, call: Call) -> Value:
        engine, name = frame.engine, text(call.arg(0))
        for cls in engine.project.classes:
            if not engine.inherits(cls, "AppConfig"):
                continue
            label = text(engine.class_attribute(cls, "label"))
            full = text(engine.class_attribute(cls, "name")) or ""
            if name and name in (label, full, full.rpartition(".")[2]):
                self.mounted.add(name)
                return (Object(cls),)
        return ()

    def _get_or_404(self, frame: Frame, tail: str, call: Call) -> Value:
        found: list[Value] = []
        for atom in call.arg(0):
            model = self.rows.model_of(atom)
            rows = Rows(model) if model else atom
            if isinstance(rows, Rows):
                self.rows.query(frame, rows, "get", Call((), call.kwargs, call.site))
                found.append(
                    (Items(((Row(rows.model),),)),) if "list" in tail else (Row(rows.model),)
                )
        return join(*found)

    def _render(self, frame: Frame, call: Call) -> Value | None:
        for arg in call.args[:2]:
            for name in texts(arg):
                frame.node.renders[(name, call.site)] = None
        if not frame.node.renders:
            frame.node.renders[("", call.site)] = None
        return None

    def _login(self, frame: Frame, tail: str, call: Call) -> Value | None:
        user = self.reader.user
        if user is None:
            return None
        if tail == "login":
            frame.write(user.table, "login", call.site, Confidence.LIKELY)
            frame.node.emitted[Emitted("user_logged_in", "", call.site, frame.regions)] = None
            return ()
        frame.read(user.table, "authenticate", call.site, Confidence.LIKELY)
        return (Row(user),)

    @staticmethod
    def _send(frame: Frame, atom: Atom, call: Call) -> Value | None:
        if isinstance(atom, Member):
            frame.node.emitted[Emitted(signal_id(atom.of), "", call.site, frame.regions)] = None
        return None

    def _save_formset(self, frame: Frame, atom: Atom, call: Call) -> None:
        made = atom.of if isinstance(atom, Member) else atom
        for value in made.args if isinstance(made, Made) else ():
            for part in value:
                model = self.rows.model_of(part)
                if model is not None:
                    self.rows.row(frame, model, "save", call)

    def _method(self, frame: Frame, atom: Object, name: str, call: Call) -> Value | None:
        """A method that a class of the project inherits from Django or REST framework."""
        engine, cls = frame.engine, atom.cls
        if engine.inherits(cls, "Serializer"):
            return self._serializer(frame, cls, name, call)
        if name in ("save", "save_new", "save_existing") and engine.inherits(
            cls, "Form", "FormSet", "FormSetBase"
        ):
            model = meta_model(self.reader, engine, cls)
            if model is not None:
                self._save(frame, model, call)
                return (Row(model),)
            return None
        if engine.inherits(cls, *VIEWS):
            return self._view(frame, cls, name, call)
        return None

    def _save(self, frame: Frame, model: Model, call: Call) -> None:
        saved = frame.attribute((Row(model),), "save", call.site)
        frame.apply(saved, Call((), (), call.site))

    def _serializer(self, frame: Frame, cls: ClassSymbol, name: str, call: Call) -> Value | None:
        engine = frame.engine
        model = meta_model(self.reader, engine, cls)
        row: Value = (Row(model),) if model else ()
        if name == "save":
            for hook in ("create", "update"):
                frame.apply(frame.attribute((Object(cls),), hook, call.site), call)
            return row
        if name in ("create", "update") and model is not None:
            self._save(frame, model, call)
            return row
        if name == "is_valid":
            for symbol in _methods(engine, cls):
                if symbol.rpartition(".")[2].startswith("validate"):
                    value = frame.attribute((Object(cls),), symbol, call.site)
                    frame.apply(value, Call((), (), call.site))
            return ()
        return None

    def _view(self, frame: Frame, cls: ClassSymbol, name: str, call: Call) -> Value | None:
        from mscli.migrate.django_views import built_in

        return built_in(frame, self, cls, name, call)

    def serialized(
        self, frame: Frame, cls: ClassSymbol, site: Site, seen: set[ClassSymbol]
    ) -> None:
        """What turning rows into JSON reads: the model, nested serializers, `get_...` methods."""
        if cls in seen:
            return
        seen.add(cls)
        engine = frame.engine
        model = meta_model(self.reader, engine, cls)
        if model is not None:
            frame.read(model.table, "serialize", site, Confidence.LIKELY)
        for entry in engine.order(cls):
            if not isinstance(entry, ClassSymbol):
                continue
            for name in entry.attributes:
                for atom in engine.own_attribute(entry, name):
                    if isinstance(atom, Object) and engine.inherits(atom.cls, "Serializer"):
                        self.serialized(frame, atom.cls, site, seen)
                    self._source(frame, model, name, atom, site)
        for name in _methods(engine, cls):
            if name.startswith("get_") and name not in ("get_fields", "get_queryset"):
                value = frame.attribute((Object(cls),), name, site)
                frame.apply(value, Call(((), (Row(model),) if model else ()), (), site))

    @staticmethod
    def _source(frame: Frame, model: Model | None, name: str, atom: Atom, site: Site) -> None:
        path = text(atom.arg(-1, "source")) if isinstance(atom, Made) else None
        value: Value = (Row(model),) if model else ()
        for part in (path or name).split(".") if value and isinstance(atom, Made | Object) else ():
            value = frame.attribute(value, part, site)


def _methods(engine: Engine, cls: ClassSymbol) -> list[str]:
    names = [n for e in engine.order(cls) if isinstance(e, ClassSymbol) for n in e.methods]
    return list(dict.fromkeys(names))


def meta_model(reader: object, engine: Engine, cls: ClassSymbol) -> Model | None:
    """The model of a form or serializer: `Meta.model`."""
    del reader
    for entry in engine.order(cls):
        if isinstance(entry, ClassSymbol) and "Meta" in entry.inner:
            for atom in engine.class_attribute(entry.inner["Meta"], "model"):
                if isinstance(atom, Type):
                    return engine.schema.by_class.get(atom.cls)
                if isinstance(atom, Outside):
                    return engine.schema.outside.get(atom.name)
    return None


def named_class(engine: Engine, where: str, name: str) -> Value:
    """A class by the end of its module's name, or by its application's label."""
    for module in engine.project.ending(where):
        found = engine.lookup(module, name)
        if found:
            return found
    for known in engine.schema.outside.values():
        if known.name.lower() == name.lower() and where in known.owner.split("."):
            return (Outside(known.owner),)
    parts = where.split(".")
    candidates = [
        cls
        for cls in engine.project.classes
        if cls.name.lower() == name.lower() and parts[0] in cls.module.name.split(".")
    ]
    best = [cls for cls in candidates if cls in engine.schema.by_class] or candidates
    return (Type(best[0]),) if best else ()


def view_rows(frame: Frame, rows: DjangoRows, cls: ClassSymbol, site: Site) -> Value:
    """The rows that a generic view is about: get_queryset, queryset, model, the form's model."""
    engine = frame.engine
    method = engine.method(cls, "get_queryset")
    if method is not None and frame.fn is not method:
        found = frame.apply(
            frame.attribute((Object(cls),), "get_queryset", site), Call((), (), site)
        )
        kept = tuple(atom for atom in found if isinstance(atom, Rows))
        if kept:
            return kept
    return declared_rows(frame, rows, cls)


def declared_rows(frame: Frame, rows: DjangoRows, cls: ClassSymbol) -> Value:
    """The rows that a generic view declares, without its own get_queryset."""
    engine = frame.engine
    found = [a for a in engine.class_attribute(cls, "queryset") if isinstance(a, Rows)]
    if found:
        return tuple(found)
    for atom in join(
        engine.class_attribute(cls, "model"), engine.attributes.get((cls, "model"), ())
    ):
        model = rows.model_of(atom)
        if model is not None:
            return (Rows(model, rows._classes(frame, model, "objects")),)
    for name in ("form_class", "serializer_class"):
        for atom in engine.class_attribute(cls, name):
            model = meta_model(None, engine, atom.cls) if isinstance(atom, Type) else None
            if model is not None:
                return (Rows(model),)
    return ()


def signal_id(atom: Atom) -> str:
    """A name for a signal that is the same where it is sent and where it is received."""
    if isinstance(atom, Made):
        return f"{last(atom.name)}@{atom.site}"
    return last(dotted(atom))


__all__ = ["DjangoCalls", "Text", "elements"]
