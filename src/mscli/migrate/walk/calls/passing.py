"""What Python's library hands on: what it is given, or what a function gives that it calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.values.merging import elements
from mscli.migrate.walk.values.values import (
    Atom,
    Function,
    Items,
    Made,
    Member,
    Object,
    Outside,
    Type,
    Value,
    join,
    last,
    text,
    vague,
)
from mscli.migrate.words import words

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation

ENTERED = ("__enter__", "__aenter__")
KEYS = "builtins.dict.fromkeys"
"""With keys alone it is what is iterated of them: each once, in their order."""
CAST, GATHER, FUTURE, RESULT = "typing.cast", "asyncio.gather", "future", "result"
STARTING = frozenset(words("create_task ensure_future run_coroutine_threadsafe"))
RUNNING = {
    "asyncio.to_thread": 0,
    "to_thread.run_sync": 0,
    "concurrency.run_in_threadpool": 0,
    ".run_in_executor": 1,
    "Executor().submit": 0,
}
"""What calls a function, by the place where it is given; its arguments follow."""
GIVING = {
    **dict.fromkeys(words("copy.copy copy.deepcopy dataclasses.replace typing.assert_type"), 0),
    **dict.fromkeys(words("asyncio.run asyncio.wait_for asyncio.shield asyncio.as_completed"), 0),
    **dict.fromkeys(words("contextlib.closing contextlib.aclosing contextlib.nullcontext"), 0),
    **dict.fromkeys(words("concurrent.futures.as_completed collections.deque itertools.islice"), 0),
    **dict.fromkeys(words("heapq.nlargest heapq.nsmallest itertools.takewhile"), 1),
    **dict.fromkeys(words("itertools.dropwhile itertools.filterfalse"), 1),
}
"""What gives one of its arguments back, all of it or a part, by its place."""
OF_CALLERS = frozenset(words("func executor limiter cancellable abandon_on_cancel"))
"""What is for who calls a function, and not for the function."""


def passed(frame: Evaluation, name: str, atom: Atom, call: Call) -> Value | None:
    """What a function from outside gives; None, if it is none of these."""
    if name == CAST:
        return _cast(frame, call)
    if name == KEYS and len(call.args) == 1:
        return call.arg(0) or None
    if name in GIVING or last(name) == "run_until_complete":
        return future(call.arg(GIVING.get(name, 0))) or None
    if name == GATHER:
        return (Items(tuple(future(arg) for arg in call.args)),)
    if last(name) in STARTING and call.arg(0):
        return (Made(FUTURE, call.site, (), (call.arg(0),)),)
    if isinstance(atom, Member) and isinstance(atom.of, Object) and atom.name in ENTERED:
        return (atom.of,)  # `super().__enter__()`
    if isinstance(atom, Member) and isinstance(atom.of, Made) and atom.of.name == FUTURE:
        return atom.of.arg(0) if atom.name == RESULT else None
    place = next((RUNNING[ending] for ending in RUNNING if name.endswith(ending)), None)
    if place is not None and _is_own(call.arg(place)):
        given = applied(frame, call.arg(place), call, call.args[place + 1 :], _words(call))
        return (Made(FUTURE, call.site, (), (given,)),) if last(name) == "submit" else given
    return _of_iterables(frame, name, call)


def future(value: Value) -> Value:
    """What is there once it was waited for."""
    done = [a.arg(0) if isinstance(a, Made) and a.name == FUTURE else (a,) for a in value]
    return done[0] if len(done) == 1 else join(*done)


def _cast(frame: Evaluation, call: Call) -> Value:
    """What is cast, if anything is known of it, or else what it is said to be."""
    known = vague(call.arg(1, "val"))
    if is_told(known):
        return known
    said = call.node.args[0] if call.node is not None and call.node.args else None
    return frame.annotated(said) or known


def is_told(value: Value) -> bool:
    """Whether more is known of a value than where it came from."""
    return any(not isinstance(atom, Made | Member | Outside) for atom in value)


def _of_iterables(frame: Evaluation, name: str, call: Call) -> Value | None:
    """`itertools`, `reduce`, and the `map` of a pool."""
    if name == "itertools.chain":
        return (Items(tuple(elements(arg) for arg in call.args)),)
    if name == "itertools.chain.from_iterable":
        return (Items((elements(elements(call.arg(0))),)),)
    if name == "itertools.groupby":
        applied(frame, call.arg(1, "key"), call, (elements(call.arg(0)),))
        return (Items(((Items(((), call.arg(0))),),)),)
    if name == "random.choice":
        return elements(call.arg(0))
    if name == "functools.reduce":
        one = elements(call.arg(1))
        return join(applied(frame, call.arg(0), call, (join(call.arg(2), one), one)), call.arg(2))
    if name.endswith("Executor().map") and _is_own(call.arg(0)):
        return mapped(frame, call)
    return None


def iterating(frame: Evaluation, name: str, over: Value, call: Call) -> Value | None:
    """What Python's own functions that go through something give; None for some of them."""
    if name == "next":
        return vague(join(elements(over), call.arg(1)))
    if name in ("max", "min"):
        _keyed(frame, over, call)
        several = len(call.args) > 1
        return join(*call.args) if several else join(elements(over), call.arg(-1, "default"))
    if name == "sorted":
        _keyed(frame, over, call)
        return over
    if name == "zip":
        return (Items(((Items(tuple(elements(arg) for arg in call.args)),),)),)
    if name == "map":
        return mapped(frame, call)
    if name == "filter":
        applied(frame, call.arg(0), call, (elements(over),))
        return over
    return None


def mapped(frame: Evaluation, call: Call) -> Value:
    """`map(function, these, those)`."""
    given = tuple(elements(arg) for arg in call.args[1:])
    return (Items((applied(frame, call.arg(0), call, given),)),)


def _keyed(frame: Evaluation, over: Value, call: Call) -> None:
    applied(frame, call.arg(-1, "key"), call, (elements(over),))


def applied(
    frame: Evaluation,
    function: Value,
    call: Call,
    args: tuple[Value, ...],
    kwargs: tuple[tuple[str, Value], ...] = (),
) -> Value:
    """Call the project's own functions among what is given, or ask for attributes."""
    found = [_asked(frame, atom, args, call) for atom in function if isinstance(atom, Made)]
    own = tuple(atom for atom in function if isinstance(atom, Function | Type | Object))
    return join(*found, frame.apply(own, Call(args, kwargs, call.site)))


def _asked(frame: Evaluation, atom: Made, args: tuple[Value, ...], call: Call) -> Value:
    """`attrgetter("shelf")`."""
    name = text(atom.arg(0)) if atom.name == "operator.attrgetter" else None
    return frame.attribute(args[0], name, call.site) if name and args else ()


def _words(call: Call) -> tuple[tuple[str, Value], ...]:
    return tuple(pair for pair in call.kwargs if pair[0] not in OF_CALLERS)


def _is_own(value: Value) -> bool:
    return any(isinstance(atom, Function | Type | Object) for atom in value)
