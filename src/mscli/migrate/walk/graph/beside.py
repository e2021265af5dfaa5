"""Work beside a request: what is started there, and not waited for.

`asyncio.create_task(f())` and its like, threads, jobs of executors, and the background tasks of
Starlette. What is awaited, joined or returned is part of who started it, wherever that is said in
the function.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import lru_cache

from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.project.index import FunctionSymbol
from mscli.migrate.walk.values.values import Atom, Items, Outside, Value, dotted
from mscli.migrate.words import words

COROUTINES = frozenset(words("create_task ensure_future run_coroutine_threadsafe"))
LOOPS = ("asyncio", "loop", "get_event_loop()", "get_running_loop()", "new_event_loop()")
# Where the function is among what is given, and what follows it are its arguments.
FUNCTIONS = {"add_task": 0, "BackgroundTask": 0, "submit": 0, "run_in_executor": 1, "to_thread": 0}
TARGETS = frozenset(["Thread", "Timer", "Process"])
WAITING = frozenset(
    words("join result wait as_completed gather wait_for shield run_until_complete")
)
FUTURES = frozenset(["create_future", "Future"])
LEAVING = (ast.Await, ast.Return, ast.Yield, ast.YieldFrom)


def coroutine(fn: FunctionSymbol | None, node: ast.Call, callee: Value) -> ast.Call | None:
    """The call whose coroutine a call starts beside."""
    if not node.args or not isinstance(node.args[0], ast.Call) or name_of(node) not in COROUTINES:
        return None
    known = [dotted(atom) for atom in callee]
    told = known or [ast.unparse(node.func)]
    if not all(name.rpartition(".")[0].endswith(LOOPS) for name in told):
        return None
    return node.args[0] if fn is None or not waits(fn.node, node) else None


def function(
    fn: FunctionSymbol | None, node: ast.Call | None, callee: Atom, name: str
) -> int | None:
    """Which argument of a call of that name is a function that it starts beside."""
    place = FUNCTIONS.get(name)
    if name in TARGETS and isinstance(callee, Outside):
        place = 1
    if place is None or node is None or fn is None or waits(fn.node, node):
        return None
    return place


def started(call: Call, place: int) -> tuple[Value, Call]:
    """The function that a call starts beside, and what it is called with."""
    given = [atom for arg in call.args[place + 1 :] for atom in arg if isinstance(atom, Items)]
    is_thread = any(name in ("target", "args") for name, _ in call.kwargs)
    args = given[0].items if is_thread and given else call.args[place + 1 :]
    kwargs = () if is_thread else tuple(pair for pair in call.kwargs if pair[0] != "func")
    function = call.arg(place, "target") or call.arg(place, "func")
    return function, Call(tuple(args), kwargs, call.site)


def name_of(node: ast.Call) -> str:
    """The last part of the name of what is called."""
    func = node.func
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


def waits(function: ast.AST, node: ast.Call) -> bool:
    """Whether a function waits for what a call in it has started."""
    above, waited, left = _known(function)
    way = list(_way(above, node))
    if any(isinstance(part, LEAVING) for part in way):
        return True
    kept = {name for part in way for name in _keepers(part)}
    return bool(kept & waited or set(_keepers(node)) & left) or _settles(function, node, waited)


def _settles(function: ast.AST, node: ast.Call, waited: set[str]) -> bool:
    """Whether what is started is given a future that is waited for, by itself or in what has it."""
    given = {ast.unparse(part) for part in ast.walk(node) if isinstance(part, _NAMES)}
    made = [
        (ast.unparse(part.targets[0]), part.value)
        for part in ast.walk(function)
        if isinstance(part, ast.Assign) and isinstance(part.value, ast.Call)
    ]
    futures = {name for name, call in made if name_of(call) in FUTURES and name in waited}
    holders = {
        name
        for name, call in made
        if any(isinstance(p, _NAMES) and ast.unparse(p) in futures for p in ast.walk(call))
    }
    return bool(given & (futures | holders))


@lru_cache(maxsize=256)
def _known(function: ast.AST) -> tuple[dict[ast.AST, ast.AST], set[str], set[str]]:
    """What is above each piece of syntax, and the names that are waited for."""
    above = {child: part for part in ast.walk(function) for child in ast.iter_child_nodes(part)}
    return above, _waited(function), _left(function)


def _way(above: Mapping[ast.AST, ast.AST], node: ast.Call) -> Iterator[ast.AST]:
    """What is around a call, up to its statement."""
    part: ast.AST | None = above.get(node)
    while part is not None:
        yield part
        if isinstance(part, ast.stmt):
            return
        part = above.get(part)


def _keepers(part: ast.AST) -> Iterator[str]:
    """The names that what was started is put under."""
    if isinstance(part, ast.Assign):
        yield from (ast.unparse(target) for target in part.targets)
    elif isinstance(part, ast.AnnAssign | ast.NamedExpr):
        yield ast.unparse(part.target)
    elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
        yield ast.unparse(part.func.value)


def _waited(function: ast.AST) -> set[str]:
    """The names that a function waits for, and what is put into those or taken out of them."""
    found: set[str] = set()
    for part in ast.walk(function):
        if isinstance(part, ast.Await | ast.Return) or (
            isinstance(part, ast.Call) and name_of(part) in WAITING
        ):
            found |= {ast.unparse(p) for p in ast.walk(part) if isinstance(p, _NAMES)}
    for part in ast.walk(function):
        if isinstance(part, ast.For | ast.AsyncFor) and ast.unparse(part.target) in found:
            found |= {ast.unparse(p) for p in ast.walk(part.iter) if isinstance(p, _NAMES)}
        elif isinstance(part, ast.Call) and set(_keepers(part)) & found:
            found |= {ast.unparse(p) for p in part.args if isinstance(p, _NAMES)}
    return found


def _left(function: ast.AST) -> set[str]:
    """The names of `with ... as name`: a pool or a group waits when it is left."""
    return {
        ast.unparse(item.optional_vars)
        for part in ast.walk(function)
        if isinstance(part, ast.With | ast.AsyncWith)
        for item in part.items
        if item.optional_vars is not None
    }


_NAMES = (ast.Name, ast.Attribute)
