"""Variables of the environment: what a program has, and decides, where nobody sets them."""

from __future__ import annotations

import ast
import operator as compare
from typing import TYPE_CHECKING, Final

from mscli.migrate.walk.values.values import Atom, Made, Outside, Site, Text, Value, last, texts
from mscli.migrate.words import words

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation

ENVIRONMENT = frozenset(words("os.getenv os.environ.get decouple.config"))
OF_PACKAGES = "Env()"
"""What asks for them in django-environ and environs."""
ALL = Outside("os.environ")
COMPARED = "compared."
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
        return (Made(f"{COMPARED}{operator}", site, (ast.unparse(node),), parts),)
    return ()


def is_off(frame: Evaluation, test: ast.expr) -> bool:
    """Whether a condition fails where nobody sets the variable that it asks for."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=asked):
            found = _unset(frame.evaluate(asked))
            return found is not UNKNOWN and bool(found)
        case ast.Compare(
            ast.Call(ast.Name("len"), [asked]), [operator], [ast.Constant(int(number))]
        ) if size := SIZES.get(type(operator)):
            found = _unset(frame.evaluate(asked))
            return isinstance(found, str) and not size(len(found), number)
        case _:
            found = _unset(frame.evaluate(test))
            return found is not UNKNOWN and not found


def _unset(value: Value) -> object:
    """What an expression is where nobody sets a variable, if it hangs on nothing else."""
    atom = value[0] if len(value) == 1 else None
    if isinstance(atom, Text):
        return atom.text
    if not isinstance(atom, Made):
        return UNKNOWN
    if _asks(atom):
        given = len(atom.args) > 1 or "default" in dict(atom.kwargs)
        return _unset(_default(atom)) if given else None
    if atom.name.startswith(COMPARED):
        return _outcome(atom.name.removeprefix(COMPARED), *atom.args)
    if atom.name == "builtins.bool":
        found = _unset(atom.arg(0))
        return found if found is UNKNOWN else bool(found)
    if last(atom.name) in OF_TEXTS and isinstance(atom.of, Made) and not atom.args:
        found = _unset((atom.of,))
        return getattr(found, last(atom.name))() if isinstance(found, str) else UNKNOWN
    return UNKNOWN


def _outcome(operator: str, *sides: Value) -> object:
    if operator in AMONG | NOT_AMONG and sides[1:] == ((ALL,),):
        return operator in NOT_AMONG
    found = [_unset(side) for side in sides]
    if UNKNOWN in found or len(found) > 2 or operator not in EQUAL | NOT_EQUAL:  # noqa: PLR2004
        return UNKNOWN
    return (found[0] == found[1]) is (operator in EQUAL)


def _inmost(atom: Atom) -> Atom:
    """What a method of a text was called on."""
    while isinstance(atom, Made) and isinstance(atom.of, Made):
        atom = atom.of
    return atom


def _asks(atom: Atom) -> bool:
    return isinstance(atom, Made) and (
        atom.name in ENVIRONMENT or OF_PACKAGES in atom.name.split(".")
    )


def _default(atom: Atom) -> Value:
    return atom.arg(1, "default") if isinstance(atom, Made) else ()
