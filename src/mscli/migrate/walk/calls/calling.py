"""Calls: the project's own functions are entered, the rest is put to the frameworks' readers."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, cast

from mscli.migrate.walk.calls import built_ins, exact, passing, queued, records
from mscli.migrate.walk.calls.arguments import bound
from mscli.migrate.walk.calls.builders import built
from mscli.migrate.walk.calls.flags import without_flags
from mscli.migrate.walk.calls.parameters import INJECTED
from mscli.migrate.walk.expressions import mappings, texts
from mscli.migrate.walk.graph import beside
from mscli.migrate.walk.graph.nodes import Call, Confidence, Edge, OutsideCall, Region, weakest
from mscli.migrate.walk.objects import kept, settings
from mscli.migrate.walk.objects.factories import is_factory, tell, told
from mscli.migrate.walk.project.index import MANAGERS, FunctionSymbol, last_name
from mscli.migrate.walk.statements import endings, growing
from mscli.migrate.walk.values.merging import elements, merged
from mscli.migrate.walk.values.values import (
    Atom,
    Function,
    Items,
    Made,
    Member,
    Object,
    Outside,
    Pairs,
    Site,
    Text,
    Type,
    Value,
    dotted,
    join,
    last,
)
from mscli.migrate.words import words

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation
    from mscli.migrate.walk.statements.frame import Frame

AMBIGUOUS, LONGEST_NAME = 2, 300
TELLING = frozenset(
    words(
        "save delete create filter bulk_create get_or_create update_or_create exclude execute "
        "add_all commit order_by select_related prefetch_related route register_blueprint "
        "add_url_rule include_router"
    )
)
REGISTERING = frozenset(
    words(
        "add_url_rule connect register path re_path url Depends route add_api_route "
        "include_router register_blueprint partial wraps delay apply_async enqueue "
        "SimpleLazyObject LocalProxy "
        "before_request task send_task register_view add_job listens_for listen contextmanager"
    )
)
# Of Python's own functions these alone call what they are handed.
CALLING = frozenset(words("map filter sorted max min iter property"))
IMPLIED = {
    "register_blueprint": "flask.Flask",
    "add_url_rule": "flask.Flask",
    "include_router": "fastapi.FastAPI",
    "add_api_route": "fastapi.FastAPI",
}


def call(frame: Evaluation, node: ast.Call, callee: Value, call: Call) -> Value:
    """A call expression."""
    if isinstance(node.func, ast.Name):
        special = built_ins.call(frame, node.func.id, call, callee)
        if special is not None:
            return special
    if isinstance(node.func, ast.Attribute) and node.func.attr in growing.GROWING:
        growing.grow(frame, node.func, call)
    if callee and isinstance(node.func, ast.Attribute) and node.func.attr in TELLING:
        frame.engine.resolved.add(call.site)
    if not callee:
        guessed = _guess(frame, node, call)
        if guessed is not None:
            return guessed
        _note_lost(frame, node)
        _callbacks(frame, call)
        return ()
    return apply(frame, callee, call)


def _guess(frame: Evaluation, node: ast.Call, call: Call) -> Value | None:
    """A method of a receiver that is not known, recognised by its name and its arguments."""
    if not isinstance(node.func, ast.Attribute):
        return None
    if growing.is_collection(frame, node.func.value):
        return growing.taken(frame, node.func)
    if node.func.attr == "get" and last_name(node.func.value) == "config":
        return frame.engine.configured(call)
    source = ast.unparse(node.func.value)[:200]
    if node.func.attr in IMPLIED and source.rpartition(".")[2] in ("app", "application", "api"):
        app = Made(IMPLIED[node.func.attr], Site("", 0), ("implied",))
        _note(cast("Frame", frame), Member(app, node.func.attr), node.func.attr, call)
        return ()
    for semantics in frame.engine.semantics:
        found = semantics.unknown(cast("Frame", frame), source, node.func.attr, call)
        if found is not None:
            return found
    return None


def _note_lost(frame: Evaluation, node: ast.Call) -> None:
    if not isinstance(node.func, ast.Attribute):
        return
    of = node.func.value
    injected = isinstance(of, ast.Name) and frame.given.get(of.id) == INJECTED
    if injected or node.func.attr in TELLING:
        frame.lost("call", f"{ast.unparse(node.func)[:80]}()", frame.site(node))


def apply(frame: Evaluation, value: Value, call: Call) -> Value:
    """Call whatever a value may be."""
    sure = Confidence.LIKELY if len(value) >= AMBIGUOUS else Confidence.CERTAIN
    caller = cast("Frame", frame)
    found = [_one(caller, atom, call, sure) for atom in value]
    return merged(found[0], join(*found[1:])) if len(found) > 1 else (found[0] if found else ())


def _one(frame: Frame, atom: Atom, call: Call, sure: Confidence) -> Value:
    if isinstance(atom, Member) and isinstance(atom.of, Pairs):
        if put := frame.engine.put_later.got(frame, atom, call):
            return put
        wanted = mappings.wanted_of(frame.engine, (atom.of,), call.arg(0))
        if atom.name == "get" and mappings.is_untold((atom.of,), wanted):
            frame.lost("dynamic", "what is kept for a class that is not known", call.site)
        return mappings.method(atom.of, atom.name, call, wanted)
    for semantics in frame.engine.semantics:
        found = semantics.call(frame, atom, call)
        if found is not None:
            return found
    match atom:
        case Member(of=Type(cls=cls), name="mro"):
            order = frame.engine.order(cls)
            return (Items(tuple((Outside(c) if isinstance(c, str) else Type(c),) for c in order)),)
        case Function():
            return _dispatched(frame, atom, call, sure)
        case Type():
            return _construct(frame, atom, call)
        case Object():
            method = frame.engine.method(atom.cls, "__call__")
            if method is not None:
                return call_function(frame, Function(method, (atom,)), call, sure)
            return ()
        case Member() if made := built(atom):
            return apply(frame, made, call)
        case Outside() | Made() | Member():
            return outside(frame, atom, call)
        case _:
            return ()


def _dispatched(frame: Frame, atom: Function, call: Call, sure: Confidence) -> Value:
    """Enter a function, or those that are registered for what it is given."""
    meant = frame.engine.dispatching.chosen(atom.fn, call.arg(0))
    if meant == [atom.fn]:
        return call_function(frame, atom, call, sure)
    sure = sure if len(meant) == 1 else Confidence.LIKELY
    return join(*(call_function(frame, Function(f, atom.receiver), call, sure) for f in meant))


def call_function(frame: Frame, atom: Function, call: Call, sure: Confidence) -> Value:
    """Enter a function of the project."""
    sure = weakest(sure, Confidence.LIKELY) if frame.doubts else sure
    node = frame.engine.enter(atom.fn, atom.receiver, bound(atom, call))
    frame.node.edges[Edge(node, call.site, frame.regions, sure, frame.edges)] = None
    if frame.edges == "call" and endings.for_caller(node):
        frame.whole.regions[Region(call.site, "commit")] = None
    if atom.fn.decorators & MANAGERS:
        return elements(node.returns)
    if frame.engine.instances.is_importing and not call.given:
        known = exact.computed(frame, atom.fn, atom.receiver)
        if known is not None:
            return known
    registries = frame.engine.registries
    return merged(registries.given(atom.fn, call) if registries else (), node.returns)


def _construct(frame: Frame, atom: Type, call: Call) -> Value:
    if found := records.mapped(frame.engine, atom.cls, call):
        return found
    return constructed(frame, frame.engine.instances.made(atom.cls, call, frame.fn), call)


def constructed(frame: Frame, atom: Object, call: Call) -> Value:
    """An object of a class of the project, its constructor called."""
    made: list[Atom] = [atom]
    init = frame.engine.method(atom.cls, "__init__")
    if init is not None:
        call_function(frame, Function(init, (atom,)), call, Confidence.CERTAIN)
    records.fill(frame.engine, atom, call)
    outside = frame.engine.outsiders(atom.cls)
    for entry in outside:
        if is_factory(entry):
            made.insert(0, make(frame, entry, told(atom, call)))
            break
    for entry in outside[:1]:
        _note(frame, Outside(entry), entry, call)
    return tuple(made)


def make(frame: Frame, name: str, call: Call, of: Atom | None = None) -> Made:
    """The result of calling something from outside."""
    within = next((a.instance for a in frame.receiver if isinstance(a, Object)), None)
    call = without_flags(call)
    label = tuple(a.text[:200] for arg in call.args[:3] for a in arg[:1] if isinstance(a, Text))
    if last(name)[:1].isupper():  # `Q(a=1) | Q(b=2)` in one line are two
        label += tuple(key for key, _ in call.kwargs)
    return Made(name[-LONGEST_NAME:], call.site, label, call.args, call.kwargs, of, within)


def outside(frame: Frame, atom: Outside | Made | Member, call: Call) -> Value:
    """Call something from outside: noted, and its functions are followed where that is meant."""
    name = dotted(atom)
    tail = last(name)
    if isinstance(atom, Member) and isinstance(atom.of, Text):
        return texts.method(atom.of, tail, call)
    if isinstance(atom, Member) and (held := kept.variable(frame, atom, call)) is not None:
        return held
    if isinstance(atom, Member) and isinstance(atom.of, Function) and atom.name in queued.LATER:
        queued.later(frame, atom.of, call)
        return ()
    if put := mappings.made(name) or texts.substituted(name, atom, call):
        return put
    if name.endswith((".config.get", ".config().get")):
        return frame.engine.configured(call)
    if tail == "__init__":
        tell(atom, call)
    is_put = queued.is_put(frame, name, call)
    _note(frame, atom, name, call)
    place = beside.function(frame.fn, call.node, atom, tail)
    if place is not None:
        _beside(frame, place, call)
    elif (given := passing.passed(frame, name, atom, call)) is not None:
        return given
    elif (
        not is_put
        and tail not in REGISTERING
        and (not name.startswith("builtins.") or tail in CALLING)
    ):
        _callbacks(frame, call)
    if tail in ("partial", "wraps", "csrf_exempt", "cache_page", "lazy", "text", "sync_to_async"):
        arg = call.arg(0)
        if tail != "text" and any(isinstance(a, Function | Type) for a in arg):
            return arg
    if tail in ("update_wrapper", "method_decorator"):
        return call.arg(0)
    if isinstance(atom, Made) and len(call.args) == 1 and _is_function(call.args[0]):
        return call.args[0]
    of = atom.of if isinstance(atom, Member) else None
    return settings.asked(call, name) or (make(frame, name, call, of),)


def _beside(frame: Frame, place: int, call: Call) -> None:
    """A function is given to a thread, an executor or the background tasks of an answer."""
    value, given = beside.started(call, place)
    frame.edges, before = "task", frame.edges
    for atom in value:
        if isinstance(atom, Function):
            call_function(frame, atom, given, Confidence.CERTAIN)
    frame.edges = before


def _is_function(value: Value) -> bool:
    return bool(value) and all(isinstance(atom, Function | Type) for atom in value)


def _note(frame: Frame, atom: Atom, name: str, call: Call) -> None:
    """Note a call for who looks for registrations; nothing is registered with Python itself."""
    if isinstance(atom, Outside) and name.startswith("builtins."):
        return
    call = without_flags(call)
    frame.engine.outside.append(
        OutsideCall(atom, name, call.args, call.kwargs, call.site, frame.node, call.starred)
    )


def _callbacks(frame: Evaluation, call: Call) -> None:
    """A function that is handed to something from outside may be called by it."""
    if not isinstance(frame.node.symbol, FunctionSymbol):
        return
    for value in call.given:
        for atom in value:
            if isinstance(atom, Function) and frame.engine.depth > 0:
                empty = Call((), (), call.site)
                call_function(cast("Frame", frame), atom, empty, Confidence.LIKELY)
