"""Variables of the environment, and settings: what a program has, and decides, where nobody sets
them.
"""

from __future__ import annotations

import ast
import operator as compare
from typing import TYPE_CHECKING, Final

from mscli.migrate.walk.values.values import (
    Atom,
    Items,
    Known,
    Made,
    Outside,
    Site,
    Text,
    Value,
    last,
    text,
    texts,
)
from mscli.migrate.words import words

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation

ENVIRONMENT = frozenset(words("os.getenv os.environ.get decouple.config"))
OF_PACKAGES = "Env()"
"""What asks for them in django-environ and environs."""
ALL = Outside("os.environ")
COMPARED, SETTING = "compared.", "setting."
EQUAL, NOT_EQUAL = frozenset(["Eq", "Is"]), frozenset(["NotEq", "IsNot"])
AMONG, NOT_AMONG = frozenset(["In"]), frozenset(["NotIn"])
OF_TEXTS = frozenset(words("lower upper strip title casefold"))
SIZES = {
    ast.Gt: compare.gt,
    ast.GtE: compare.ge,
    ast.Lt: compare.lt,
    ast.LtE: compare.le,
    ast.Eq: compare.eq,
    ast.NotEq: compare.ne,
}
TRUE = frozenset(words("1 true yes on y ok t"))
UNKNOWN: Final = object()


def by_default(value: Value) -> tuple[str, ...]:
    """The texts that a value has by default: `os.getenv("A", "b")`, `env("A", default="b")`.

    Of what something else than the environment says there is none.
    """
    found = [each for atom in value if _asks(atom) for each in texts(_default(atom))]
    return tuple(dict.fromkeys(found))


def rather_by_default(value: Value) -> tuple[str, ...]:
    """The texts that a value is; by default alone, where that is what it rather is."""
    return by_default(value[:1]) or texts(value) or by_default(value)


def compared(node: ast.Compare, parts: tuple[Value, ...], site: Site) -> Value:
    """`os.getenv("A") == "b"`, `"A" in os.environ`, kept as they are; nothing of other ones."""
    operator = type(node.ops[0]).__name__
    asked = any(_asks(_inmost(atom)) for part in parts for atom in part)
    if asked or (operator in AMONG | NOT_AMONG and ALL in parts[1]):
        sides = zip((node.left, *node.comparators), parts, strict=True)
        told = tuple((Known(None),) if _is_none(side) else value for side, value in sides)
        return (Made(f"{COMPARED}{operator}", site, (ast.unparse(node),), told),)
    return ()


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def is_off(frame: Evaluation, test: ast.expr) -> bool:
    """Whether a condition fails where nobody sets the variable that it asks for."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=asked):
            found = unset(frame.evaluate(asked))
            return found is not UNKNOWN and bool(found)
        case ast.Compare(
            ast.Call(ast.Name("len"), [asked]), [operator], [ast.Constant(int(number))]
        ) if size := SIZES.get(type(operator)):
            found = unset(frame.evaluate(asked))
            return isinstance(found, str) and not size(len(found), number)
        case _:
            found = unset(frame.evaluate(test))
            return found is not UNKNOWN and not found


def unset(value: Value) -> object:
    """What an expression is where nobody sets a variable, if it hangs on nothing else."""
    match value:
        case (Text(text=known),) | (Known(value=known),):
            return known
        case (Items(items=items),):
            every = tuple(unset(item) for item in items)
            return UNKNOWN if UNKNOWN in every else every
        case (Made() as atom,):
            return _made_unset(atom)
        case _:
            return UNKNOWN


def _made_unset(atom: Made) -> object:
    if atom.name.startswith(SETTING):
        return unset(atom.arg(0))
    if _asks(atom):
        given = len(atom.args) > 1 or "default" in dict(atom.kwargs)
        found = unset(_default(atom)) if given else None
        return found.lower() in TRUE if isinstance(found, str) and _is_bool(atom) else found
    if atom.name.startswith(COMPARED):
        return _outcome(atom.name.removeprefix(COMPARED), *atom.args)
    if atom.name == "builtins.bool":
        found = unset(atom.arg(0))
        return found if found is UNKNOWN else bool(found)
    if last(atom.name) in OF_TEXTS and isinstance(atom.of, Made) and not atom.args:
        found = unset((atom.of,))
        return getattr(found, last(atom.name))() if isinstance(found, str) else UNKNOWN
    return UNKNOWN


def _outcome(operator: str, *sides: Value) -> object:
    if operator in AMONG | NOT_AMONG and sides[1:] == ((ALL,),):
        return operator in NOT_AMONG
    found = [unset(side) for side in sides]
    if UNKNOWN in found or len(found) > 2:  # noqa: PLR2004
        return UNKNOWN
    if operator in EQUAL | NOT_EQUAL:
        return (found[0] == found[1]) is (operator in EQUAL)
    if operator in AMONG | NOT_AMONG and isinstance(found[1], tuple):
        return (found[0] in found[1]) is (operator in AMONG)
    return UNKNOWN


def _inmost(atom: Atom) -> Atom:
    """What a method of a text was called on."""
    while isinstance(atom, Made) and isinstance(atom.of, Made):
        atom = atom.of
    return atom


def names(value: Value) -> tuple[str, ...]:
    """The variables and settings that an expression hangs on; none of what has no default."""
    found: dict[str, None] = {}
    for atom in value:
        if not isinstance(atom, Made):
            continue
        if atom.name.startswith(SETTING):
            found[atom.label[0]] = None
        elif atom.name.startswith(COMPARED):
            found |= dict.fromkeys(name for side in atom.args for name in _compared_names(side))
        elif _asks(atom):
            found |= dict.fromkeys([text(atom.arg(0)) or ""] if _default(atom) else [])
        else:
            found |= dict.fromkeys(names(atom.arg(0)) if atom.of is None else names((atom.of,)))
    found.pop("", None)
    return tuple(found)


def _compared_names(side: Value) -> tuple[str, ...]:
    """What is compared with a text may go without a default."""
    inner = tuple(_inmost(atom) for atom in side)
    return tuple(text(a.arg(0)) or "" for a in inner if isinstance(a, Made) and _asks(a))


def asks(name: str) -> bool:
    """Whether it is a name of what asks for variables of the environment."""
    return name in ENVIRONMENT or OF_PACKAGES in name.split(".")


def _asks(atom: Atom) -> bool:
    return isinstance(atom, Made) and asks(atom.name)


def _is_bool(atom: Made) -> bool:
    """Whether a text is turned into a flag: `env.bool("A", default="false")`, `cast=bool`."""
    return last(atom.name) == "bool" or atom.arg(-1, "cast") == (Outside("builtins.bool"),)


def _default(atom: Atom) -> Value:
    return atom.arg(1, "default") if isinstance(atom, Made) else ()
