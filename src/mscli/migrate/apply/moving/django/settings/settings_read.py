"""Django's settings as they are read: module after module, those taken in by a star first."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mscli.migrate.apply.moving.django.settings.branches import conditional_stars, differing
from mscli.migrate.apply.moving.django.settings.connection import Connection, either, note
from mscli.migrate.apply.moving.django.settings.loaders import spelled_out
from mscli.migrate.apply.moving.pieces.uses import bound
from mscli.migrate.walk.project.imports import absolute
from mscli.migrate.walk.project.included import INCLUDE, UNKNOWN
from mscli.migrate.walk.project.index import ModuleSymbol, Project, expression_name
from mscli.migrate.walk.project.scopes import statements

Literal = object
COMPUTED = (ast.Call, ast.Attribute, ast.Subscript, ast.JoinedStr, ast.IfExp, ast.Compare)
DEEPEST = 8
CALCULATED: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mult: operator.mul,
    ast.Sub: operator.sub,
}
SETTING = ("globals", "locals", "setattr", "vars")
GROWING = frozenset(["append", "extend", "insert"])


@dataclass(slots=True)
class Read:
    """What is read of settings: values, names that are not known as a whole, and their modules."""

    values: dict[str, Literal] = field(default_factory=dict)
    partial: set[str] = field(default_factory=set)
    homes: dict[str, str] = field(default_factory=dict)
    connection: Connection = field(default_factory=dict)
    templates: ast.expr | None = None
    is_whole: bool = True
    written: dict[str, tuple[ModuleSymbol, ast.expr]] = field(default_factory=dict)
    branched: set[str] = field(default_factory=set)
    unsure: dict[str, str] = field(default_factory=dict)
    hidden: str = ""
    """Why nobody can say which settings there are, and where."""
    stars: dict[str, str] = field(default_factory=dict)
    """Modules of packages that are taken in whole, before anything is set, and where."""
    every: dict[str, list[ast.expr]] = field(default_factory=dict)
    """Whatever a name is assigned, also under a condition."""

    def _write(
        self, node: ast.Assign | ast.AugAssign | ast.AnnAssign, module: ModuleSymbol
    ) -> None:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if isinstance(target, ast.Name) and node.value is not None:
            is_whole = node in module.tree.body and not isinstance(node, ast.AugAssign)
            (self.branched.discard if is_whole else self.branched.add)(target.id)
            self.written[target.id] = module, node.value
            self.every.setdefault(target.id, []).append(node.value)
            if is_whole:
                self.unsure.pop(target.id, None)

    def _branch(self, module: ModuleSymbol, project: Project, depth: int) -> None:
        """What differs by the condition under which a star is taken in."""
        for line, ways in conditional_stars(module) if depth < DEEPEST else ():
            read = [Read() for _ in ways]
            for each, stars in zip(read, ways, strict=True):
                for other in filter(None, (project.module(star, module) for star in stars)):
                    each.take(other, project, depth + 1)
            names = differing([each.written for each in read])
            self.unsure |= {name: _by_condition(name, module, line) for name in names}

    def _miss(self, star: str, module: ModuleSymbol) -> None:
        """A module that is taken in, and is none of the project's: what it sets nobody knows.

        What a package gives before anything is set, a service takes in as well.
        """
        lines = [n.lineno for n in module.tree.body if _takes_in(n, star, module)]
        if lines and star != UNKNOWN and not self.homes and _is_first(lines[0], module):
            self.stars[star] = f"({module.file}:{lines[0]})"
            return
        self.is_whole = False
        if lines:
            self.hidden = f"settings are out of what is not known ({module.file}:{lines[0]})"

    def _import(
        self, node: ast.ImportFrom, module: ModuleSymbol, project: Project, depth: int
    ) -> None:
        """What is taken in by its name is as if it were written here."""
        other = project.module(absolute(module, node.module or "", node.level), module)
        inner = Read()
        if other is not None and other is not module and depth < DEEPEST:
            inner.take(other, project, depth + 1)
        for alias in node.names:
            name, theirs = alias.asname or alias.name, alias.name
            if not name.isupper():
                continue
            if other is None:
                where = f"({module.file}:{node.lineno})"
                self.unsure[name] = f"`settings.{name}` is out of a package {where}"
            elif node not in module.tree.body:
                self.unsure[name] = _by_condition(name, module, node.lineno)
            else:
                self._take_over(inner, theirs, name, module)

    def _take_over(self, inner: Read, theirs: str, name: str, module: ModuleSymbol) -> None:
        _set(self.values, name, inner.values.get(theirs, ...))
        (self.partial.add if theirs in inner.partial else self.partial.discard)(name)
        self.homes[name] = inner.homes.get(theirs, module.name) if theirs == name else module.name
        self.unsure.pop(name, None)
        if theirs in inner.unsure:
            self.unsure[name] = inner.unsure[theirs]
        if theirs in inner.written:
            self.written[name] = inner.written[theirs]
        if name == "DATABASES":
            self.connection = inner.connection
        if name == "TEMPLATES":
            self.templates = inner.templates

    def take(self, module: ModuleSymbol, project: Project, depth: int) -> None:
        """One module, after those that it takes in by a star."""
        for star in module.stars if depth < DEEPEST else ():
            if (other := project.module(star, module)) is not None:
                self.take(other, project, depth + 1)
            else:
                self._miss(star, module)
        for node in statements(module.tree.body):
            if isinstance(node, ast.ImportFrom):
                self._import(node, module, project, depth)
        self._branch(module, project, depth)
        named = {n.id for n in ast.walk(module.tree) if isinstance(n, ast.Name)}
        self.is_whole &= named.isdisjoint(("exec", *SETTING))
        for call in (n for n in ast.walk(module.tree) if isinstance(n, ast.Call)):
            if expression_name(call.func) in SETTING:
                where = f"({module.file}:{call.lineno})"
                self.hidden = f"`{ast.unparse(call)}` may set any setting {where}"
        for node in statements(module.tree.body):
            if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
                _note(node, self.partial, is_sure=node in module.tree.body)
                self._write(node, module)
            self._connect(node, module)
            self.partial |= {name for name in bound(node) if _is_changed(node)}
        if _mentions(module, "TEMPLATES"):
            self.templates = None
        for statement in module.tree.body:
            match statement:
                case ast.Assign(targets=[ast.Name(id="TEMPLATES")], value=value):
                    is_once = _mentions(module, "TEMPLATES") == 1
                    self.templates = spelled_out(value, self.every) if is_once else None
        changed = (n for s in module.tree.body if _is_changed(s) for n in bound(s))
        names = (*module.assigned, *changed)
        self.homes |= dict.fromkeys((name for name in names if name.isupper()), module.name)
        self._set_by(module)
        self.partial |= self.homes.keys() - self.values.keys()

    def _connect(self, node: ast.stmt, module: ModuleSymbol) -> None:
        """What is said of the connection; under a condition it may be so or not."""
        after = dict(self.connection)
        note(node, after, self.every)
        is_sure = node in module.tree.body
        self.connection = after if is_sure else either(self.connection, after)

    def _set_by(self, module: ModuleSymbol) -> None:
        """The values that statements at the top of a module set, or add to."""
        for node in module.tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                name = node.targets[0].id
                _set(self.values, name, _value(node.value, self.values))
            elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
                added = ast.BinOp(node.target, ast.Add(), node.value)
                _set(self.values, node.target.id, _value(added, self.values))
            elif isinstance(node, ast.Expr) and (grown := _grown(node.value, self.values)):
                _set(self.values, *grown)


def _takes_in(node: ast.stmt, star: str, module: ModuleSymbol) -> bool:
    """Whether a statement takes a module in for certain: no attempt, no condition."""
    match node:
        case ast.ImportFrom(names=[ast.alias(name="*")], module=target, level=level):
            return absolute(module, target or "", level) == star
        case ast.Expr(value=ast.Call(func=ast.Name(id=name))):
            return (star, name) == (UNKNOWN, INCLUDE)
    return False


def _is_first(line: int, module: ModuleSymbol) -> bool:
    """Whether a module sets nothing before a line but where its folders are."""
    before = [node for node in module.tree.body if node.lineno < line]
    names = (name for node in before for name in bound(node))
    return not any(name.isupper() and not name.endswith("_DIR") for name in names)


def _by_condition(name: str, module: ModuleSymbol, line: int) -> str:
    return f"a condition says which `settings.{name}` there is ({module.file}:{line})"


def _is_changed(node: ast.stmt) -> bool:
    """Whether it changes a value that is there: `LIMITS["pages"] = 3`, `LIMITS.update(...)`."""
    if isinstance(node, ast.Assign):
        return isinstance(node.targets[0], ast.Subscript)
    return isinstance(node, ast.Expr | ast.Delete)


def _mentions(module: ModuleSymbol, name: str) -> int:
    nodes = ast.walk(module.tree)
    return sum(isinstance(node, ast.Name) and node.id == name for node in nodes)


def _note(
    node: ast.Assign | ast.AugAssign | ast.AnnAssign,
    partial: set[str],
    *,
    is_sure: bool,
) -> None:
    """Whether a name is partial after a statement: by what it is made of, or by a branch."""
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    if not isinstance(target, ast.Name) or node.value is None:
        return
    parts = list(ast.walk(node.value))
    names = {part.id for part in parts if isinstance(part, ast.Name)}
    is_whole = is_sure and not names & partial and not any(isinstance(p, COMPUTED) for p in parts)
    if is_whole and not isinstance(node, ast.AugAssign):
        partial.discard(target.id)
    elif not is_whole:
        partial.add(target.id)


def _set(values: dict[str, Literal], name: str, value: Literal) -> None:
    values.pop(name, None)
    if value is not Ellipsis:
        values[name] = value


def _value(node: ast.expr, values: Mapping[str, Literal]) -> Literal:
    """A literal, or Ellipsis where it is none; of a list, the elements that are."""
    match node:
        case ast.Name():
            return values.get(node.id, ...)
        case ast.List() | ast.Tuple():
            found = [_value(part, values) for part in node.elts]
            return [each for each in found if each is not Ellipsis]
        case ast.BinOp(op=ast.Add()):
            left, right = _value(node.left, values), _value(node.right, values)
            if isinstance(left, list) or isinstance(right, list):
                return [*_list(left), *_list(right)]
        case ast.ListComp(elt=ast.Name(id=each), generators=[turn]):
            is_same = isinstance(turn.target, ast.Name) and turn.target.id == each
            found = _list(_value(turn.iter, values)) if is_same else []
            return [part for part in found if part or not turn.ifs] if is_same else ...
    try:
        return _folded(node)
    except (ValueError, TypeError, ZeroDivisionError):
        return ...


def _folded(node: ast.expr) -> Literal:
    """A literal, with what is calculated of numbers: `60 * 60`."""
    match node:
        case ast.Dict(keys=keys, values=parts) if None not in keys:
            return {_folded(key): _folded(part) for key, part in zip(keys, parts, strict=True)}  # type: ignore[arg-type]
        case ast.List(elts=parts):
            return [_folded(part) for part in parts]
        case ast.Tuple(elts=parts):
            return tuple(_folded(part) for part in parts)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in CALCULATED:
            one, two = _folded(left), _folded(right)
            if isinstance(one, int | float) and isinstance(two, int | float):
                return CALCULATED[type(op)](one, two)
    return ast.literal_eval(node)


def _grown(node: ast.expr, values: Mapping[str, Literal]) -> tuple[str, Literal] | None:
    """A list after `INSTALLED_APPS.append("shop")`, and its name."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=how), args=args) if args:
            listed, given = values.get(name), _value(args[-1], values)
        case _:
            return None
    if not isinstance(listed, list | tuple) or given is Ellipsis:
        return None
    at = _value(args[0], values) if how == "insert" else len(listed)
    added = _list(given) if how == "extend" else [given]
    if how not in GROWING or not isinstance(at, int):
        return None
    return name, [*listed[:at], *added, *listed[at:]]


def _list(value: Literal) -> list[Literal]:
    return value if isinstance(value, list) else []
