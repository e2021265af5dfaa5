"""What the analysis knows of a Python value: a short tuple of atoms, in the order they were found.

    Text        a string that is known             Items, Pairs  a sequence, a mapping
    Known       True, False or None
    Type        a class of the project             Object        an instance of such a class,
                                                                 maybe a known one (`Instance`)
    Function    a function, maybe bound            Module        a module of the project
    Outside     a name that the project imports    Made          what calling such a name gave
    Member      an attribute of one of the last    Super         `super()` in a method
    Row, Rows   one row of a table; a query or a manager over it

The empty tuple means "nothing is known". Order matters: the same input gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from sys import intern
from typing import TYPE_CHECKING, ClassVar

from mscli.migrate.walk.project.public_names import public
from mscli.migrate.walk.values.frozen import frozen
from mscli.migrate.walk.values.given import Given
from mscli.migrate.walk.values.shapes import Shape, Shaped, has_classes, shape_of

if TYPE_CHECKING:
    from mscli.migrate.walk.graph.nodes import Call
    from mscli.migrate.walk.graph.schema import Model, Relation
    from mscli.migrate.walk.project.index import ClassSymbol, FunctionSymbol, ModuleSymbol

WIDEST = 24


@dataclass(frozen=True, slots=True, order=True)
class Site:
    """A place in the source: path from the scanned folder, and line from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@frozen
class Text:
    """A string that is known; `{}` stands for what is not known of it."""

    text: str


@frozen
class Known:
    """`True`, `False` or `None`. Only as sure as nothing else may be meant (`vague`, `either`)."""

    value: bool | None


@frozen
class Items(Shaped):
    """A list, tuple, set or generator with the items that are known."""

    items: tuple[Value, ...]
    shape: Shape = field(init=False, compare=False, repr=False)
    __hash__ = Shaped.__hash__

    def __post_init__(self) -> None:
        object.__setattr__(self, "shape", shape_of(self.items, hash(self.items)))


@frozen
class Pairs(Shaped):
    """A dictionary with its string keys."""

    pairs: tuple[tuple[str, Value], ...]
    shape: Shape = field(init=False, compare=False, repr=False)
    __hash__ = Shaped.__hash__

    def __post_init__(self) -> None:
        values = tuple(value for _, value in self.pairs)
        object.__setattr__(self, "shape", shape_of(values, hash(self.pairs)))

    def get(self, key: str) -> Value:
        """What is under a key; nothing if the key is unknown."""
        return next((value for name, value in self.pairs if name == key), ())


@frozen
class Type:
    """A class of the project."""

    cls: ClassSymbol
    classes: ClassVar[bool] = True


@dataclass(eq=False, slots=True, repr=False)
class Instance:
    """What was set on one object, and the call that made it; `grown` counts the changes.

    `fixed` are the attributes that are what they are for sure; `told` is what its constructor tells
    the class from outside that it inherits from.
    """

    attributes: dict[str, Value] = field(default_factory=dict)
    grown: int = 0
    made_by: Call | None = None
    fixed: frozenset[str] = frozenset()
    told: Call | None = None


@frozen
class Object:
    """An object of a class of the project that is no table; without `instance`, any of them."""

    cls: ClassSymbol
    instance: Instance | None = None


@frozen
class Function:
    """A function of the project, bound to `receiver` if it is a method."""

    fn: FunctionSymbol
    receiver: Value = ()


@frozen
class Module:
    """A module of the project."""

    module: ModuleSymbol


@frozen
class Outside:
    """A name from outside the project, such as `django.urls.path`."""

    name: str


@frozen
class Made(Given):
    """What calling a name from outside gave, with the arguments; one a place in the source, and for
    each object `within` whose method it was made.
    """

    name: str
    site: Site
    label: tuple[str, ...]
    args: tuple[Value, ...] = field(default=(), compare=False)
    kwargs: tuple[tuple[str, Value], ...] = field(default=(), compare=False)
    of: Atom | None = field(default=None, compare=False)
    within: Instance | None = None
    classes: bool = field(init=False, compare=False, repr=False)
    """Whether a class of the project is in what was given, or it is a table."""

    def __post_init__(self) -> None:
        of = () if self.of is None else (self.of,)
        told = self.name.endswith("Table") or has_classes((of, *self.given))
        object.__setattr__(self, "classes", told)


@frozen
class Member:
    """An attribute of something that is not the project's own."""

    of: Made | Row | Rows | Type | Object | Function | Text | Super | Pairs
    name: str

    @property
    def classes(self) -> bool:
        """Whether it is of a class of the project, or of something that has one in it."""
        return has_classes(((self.of,),))


@frozen
class Super:
    """`super()` in a method of `cls`, for the receiver of the call."""

    cls: ClassSymbol
    receiver: Value


@frozen
class Row:
    """One row of a table, as an object, maybe a new one that was `made` in a function.

    `kept`: its table has it (True), it is not saved yet (False), or nobody knows.
    """

    model: Model
    made: FunctionSymbol | None = field(default=None, compare=False)
    kept: bool | None = None


@frozen
class Rows:
    """A query, a manager or a collection of rows; `relation` is the one it was reached by.

    `plain`: of columns alone, so that nothing is read along with each row; `changes`: a statement
    that changes them, and reads none.
    """

    model: Model
    classes: tuple[ClassSymbol, ...] = ()
    relation: Relation | None = None
    plain: bool = False
    changes: bool = False


Atom = (
    Text
    | Known
    | Items
    | Pairs
    | Type
    | Object
    | Function
    | Module
    | Outside
    | Made
    | Member
    | Super
    | Row
    | Rows
)
Value = tuple[Atom, ...]


@lru_cache(maxsize=200_000)
def from_outside(name: str) -> Value:
    """A name from outside the project, once, however often it is met."""
    return (Outside(public(name)),)


def join(*values: Value, widest: int = WIDEST) -> Value:
    """What may be one or the other; rows of one table are one, that may be any of them."""
    known = [value for value in values if value]
    if len(known) == 1 and len(known[0]) == 1:
        return known[0]
    seen: dict[object, Atom] = {}
    for value in known:
        for atom in value:
            key = atom.model if isinstance(atom, Row) else atom
            if key not in seen:
                if len(seen) < widest:
                    seen[key] = atom
            elif isinstance(atom, Row):
                seen[key] = _one_of(seen[key], atom)
    return tuple(seen.values())


def _one_of(one: Atom, other: Row) -> Atom:
    """A row that may be new is one that was `made`."""
    assert isinstance(one, Row)  # noqa: S101
    if other.made is None and other.kept is one.kept:
        return one
    return Row(one.model, other.made or one.made, one.kept if one.kept is other.kept else None)


def vague(value: Value) -> Value:
    """The value without `True`, `False`, `None`: what is unknown has no atom that would say so."""
    for atom in value:
        if isinstance(atom, Known):
            return tuple(atom for atom in value if not isinstance(atom, Known))
    return value


def texts(value: Value) -> tuple[str, ...]:
    """The strings that a value may be, those inside a list included."""
    found: list[str] = []
    for atom in value:
        if isinstance(atom, Text):
            found.append(atom.text)
        elif isinstance(atom, Items):
            for item in atom.items:
                found.extend(texts(item))
    return tuple(dict.fromkeys(found))


def text(value: Value) -> str | None:
    """The one string that a value is, if it is one."""
    return next((atom.text for atom in value if isinstance(atom, Text)), None)


def dotted(atom: Atom) -> str:
    """A name for what is not the project's own: `flask.Flask().route`."""
    if isinstance(atom, Outside):
        return atom.name
    if isinstance(atom, Made):
        return intern(f"{atom.name}()")
    if isinstance(atom, Member):
        return intern(f"{dotted(atom.of)}.{atom.name}")
    return ""


@lru_cache(maxsize=50_000)
def last(name: str) -> str:
    """The last part of a dotted name."""
    return name.rstrip("()").rsplit(".", 1)[-1]
