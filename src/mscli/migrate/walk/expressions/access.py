"""Attributes: what `value.name` is, for every kind of atom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.expressions import mappings
from mscli.migrate.walk.graph.nodes import Call, Confidence, Edge, Node, weakest
from mscli.migrate.walk.objects import kept, settings
from mscli.migrate.walk.objects.factories import is_factory
from mscli.migrate.walk.objects.generics import within
from mscli.migrate.walk.project.index import CLASS_METHODS, ClassSymbol, FunctionSymbol
from mscli.migrate.walk.values.values import (
    Atom,
    Function,
    Made,
    Member,
    Module,
    Object,
    Outside,
    Pairs,
    Row,
    Rows,
    Site,
    Super,
    Text,
    Type,
    Value,
    dotted,
    from_outside,
    join,
    vague,
)

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

PROPERTIES = frozenset(["property", "cached_property", "hybrid_property", "lazy_property"])
KINDS = 4
OF_PARTS = frozenset(["prefix", "url_prefix"])
"""What a router or blueprint is given, and says again."""
INIT = "__init__"
SETTING_UP = (INIT, "setup", "ready", "dispatch")


def attribute(frame: Frame, value: Value, name: str, site: Site) -> Value:
    """What `value.name` may be."""
    if len(value) == 1:
        return _one(frame, value[0], name, site)
    return vague(join(*(_one(frame, atom, name, site) for atom in value)))


def _one(frame: Frame, atom: Atom, name: str, site: Site) -> Value:
    for semantics in frame.engine.semantics:
        found = semantics.attribute(frame, atom, name, site)
        if found is not None:
            return found
    return default(frame, atom, name, site)


def default(frame: Frame, atom: Atom, name: str, site: Site) -> Value:
    """What Python itself means by an attribute."""
    engine = frame.engine
    match atom:
        case Module():
            return engine.member(atom.module, name)
        case Outside():
            whole = f"{atom.name}.{name}"
            if whole in engine.on_requests:
                return engine.on_requests[whole]
            if atom.name == "django.conf.settings" and name != "AUTH_USER_MODEL":
                known = engine.setting_or_flag(name)
                if known:
                    return known
            module = engine.project.module(whole, frame.module)
            return (Module(module),) if module else from_outside(whole)
        case Type():
            return _of_class(frame, atom, name)
        case Object():
            return _of_object(frame, atom, name, site)
        case Row():
            return _of_row(frame, atom, name, site)
        case Rows():
            return _of_rows(frame, atom, name, site)
        case Super():
            return _of_super(frame, atom, name, site)
        case Pairs():
            is_method = name in mappings.METHODS and not atom.get(name)
            return (Member(atom, name),) if is_method else atom.get(name)
        case Made() if (atom, name) in engine.on_made:
            return engine.on_made[atom, name] or (Member(atom, name),)
        case Made() if kept.is_proxy(atom) and (real := kept.behind(frame, (atom,), site)):
            return attribute(frame, real, name, site)
        case Made() if name in OF_PARTS and (given := dict(atom.kwargs).get(name)):
            return given
        case Made() | Text() | Function():
            return (Member(atom, name),)
        case Member():
            return (_member_of(atom, name, site),)
        case _:
            return ()


def _member_of(atom: Member, name: str, site: Site) -> Member:
    """An attribute of an attribute: kept as one made thing, so that chains stay short."""
    return Member(Made(dotted(atom), site, (), of=atom), name)


def _of_class(frame: Frame, atom: Type, name: str) -> Value:
    method = frame.engine.method(atom.cls, name)
    if method is not None:
        bound: Value = (atom,) if method.decorators & CLASS_METHODS else ()
        return function_value(method, bound)
    engine = frame.engine
    found = engine.class_attribute(atom.cls, name) or engine.constant(atom.cls, name)
    found = found or _set_on(engine, atom.cls, name)
    if found:
        return found
    return _told_of_class(frame, atom, name) or (Member(atom, name),)


def _told_of_class(frame: Frame, atom: Type, name: str) -> Value:
    """What a class has without saying so: its name, and what `model: type[M]` is in it."""
    if name in ("__name__", "__qualname__"):
        return (Text(atom.cls.name),)
    for entry in frame.engine.lineage(atom.cls):
        if name in entry.annotations:
            told = within(frame, entry, atom).annotated(entry.annotations[name])
            return tuple(a for a in told if isinstance(a, Type))
    return ()


def function_value(method: FunctionSymbol, receiver: Value) -> Value:
    """A method as a value: what its decorators made of it, bound to the receiver."""
    if "staticmethod" in method.decorators:
        receiver = ()
    wrapped = tuple(
        Function(atom.fn, receiver) for atom in method.wrapped if isinstance(atom, Function)
    )
    return wrapped or (Function(method, receiver),)


def _bound(frame: Frame, method: FunctionSymbol, atom: Atom, site: Site) -> Value:
    receiver: Value = (atom,)
    if method.decorators & CLASS_METHODS and isinstance(atom, Object):
        receiver = (Type(atom.cls),)
    value = function_value(method, receiver)
    if method.decorators & PROPERTIES:
        return frame.apply(value, Call((), (), site))
    return value


def _of_object(frame: Frame, atom: Object, name: str, site: Site) -> Value:
    engine, cls = frame.engine, atom.cls
    own = atom.instance.attributes.get(name, ()) if atom.instance is not None else ()
    if own and _is_set_later(engine, cls, name):
        own = vague(own)
    if own:
        return own
    method = engine.method(cls, name)
    if method is not None:
        return _bound(frame, method, atom, site)
    if name == "__class__":
        return (Type(cls),)
    if flag := settings.of_class(engine, cls, name):
        return flag
    found: Value = ()
    if atom.instance is None or name not in atom.instance.attributes:
        found = _set_on(engine, cls, name)
        if not found and _set_up(engine, cls):
            found = _set_on(engine, cls, name)
        found = _narrow(found)
    found = join(found, engine.class_attribute(cls, name))
    if found:
        return found
    for entry in engine.lineage(cls):
        if name in entry.annotations:
            return within(frame, entry, atom).annotated(entry.annotations[name])
    known = engine.constant(cls, name) if (cls, name) not in engine.attributes else ()
    if not known and (asked := engine.method(cls, "__getattr__")) and not name.startswith("__"):
        return frame.apply(function_value(asked, (atom,)), Call(((Text(name),),), (), site))
    if not known and engine.outsiders(cls):
        return (Member(atom, name),)
    return known


def _is_set_later(engine: Engine, cls: ClassSymbol, name: str) -> bool:
    """Whether a method besides the constructor sets it."""
    return any(name in engine.assigned(entry) for entry in engine.lineage(cls))


def _narrow(value: Value) -> Value:
    """What all objects of a class together have says nothing of one, if it is of many kinds."""
    return value if sum(isinstance(atom, Type | Row | Rows) for atom in value) <= KINDS else ()


def _set_on(engine: Engine, cls: ClassSymbol, name: str) -> Value:
    return join(*(engine.attributes.get((entry, name), ()) for entry in engine.lineage(cls)))


def _set_up(engine: Engine, cls: ClassSymbol) -> bool:
    """Walk what sets an object up, once; whether there was something to walk."""
    walked = False
    for name in SETTING_UP:
        method = engine.method(cls, name)
        key = ("set-up", cls, name)
        if method is not None and key not in engine.nodes:
            engine.nodes[key] = Node(method, key)
            engine.enter(method, (Object(cls),), {})
            walked = True
    return walked


def _of_row(frame: Frame, atom: Row, name: str, site: Site) -> Value:
    cls = atom.model.cls
    if cls is None:
        return (Member(atom, name),)
    method = frame.engine.method(cls, name)
    if method is not None:
        return _bound(frame, method, atom, site)
    if name in ("__class__",):
        return (Type(cls),)
    found = frame.engine.attributes.get((cls, name), ())
    return found or (Member(atom, name),)


def _of_rows(frame: Frame, atom: Rows, name: str, site: Site) -> Value:
    for cls in atom.classes:
        method = frame.engine.method(cls, name)
        if method is not None:
            return _bound(frame, method, atom, site)
        found = frame.engine.class_attribute(cls, name)
        if found:
            return found
    return (Member(atom, name),)


def _of_super(frame: Frame, atom: Super, name: str, site: Site) -> Value:
    found: list[Value] = []
    for receiver in atom.receiver:
        cls = _class_of(receiver, atom.cls)
        method = frame.engine.method(cls, name, after=atom.cls) if cls else None
        if method is not None and not (name == INIT and _is_between(frame, cls, atom.cls, method)):
            found.append(_bound(frame, method, receiver, site))
        elif isinstance(receiver, (Row | Rows | Object, Type)):
            found.append((Member(receiver, name),))
    return join(*found)


def _is_between(
    frame: Frame, cls: ClassSymbol | None, after: ClassSymbol, method: FunctionSymbol
) -> bool:
    """Whether a class from outside has the constructor that is meant, before one of the project's:
    `class Part(Blueprint, Mixin)`.
    """
    order = frame.engine.order(cls) if cls is not None else ()
    start = order.index(after) + 1 if after in order else 0
    end = order.index(method.owner) if method.owner in order else start
    return any(isinstance(entry, str) and is_factory(entry) for entry in order[start:end])


def _class_of(atom: Atom, within: ClassSymbol) -> ClassSymbol | None:
    if isinstance(atom, Object | Type):
        return atom.cls
    if isinstance(atom, Row):
        return atom.model.cls
    return within if isinstance(atom, Rows) else None


def edge(frame: Frame, node: Node, site: Site, confidence: Confidence, kind: str = "call") -> None:
    """Note that the frame's function calls another."""
    confidence = weakest(confidence, Confidence.LIKELY) if frame.doubts else confidence
    frame.node.edges[Edge(node, site, frame.regions, confidence, kind)] = None
