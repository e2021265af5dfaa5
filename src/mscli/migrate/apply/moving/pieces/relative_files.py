"""Files that code names from the folder that it runs in: in the monolith that is its own.

So `open("words.txt")` is that of the monolith, as what is found from where a module is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Set
from pathlib import Path

import libcst as cst
import libcst.matchers as m
from libcst.helpers import get_full_name_for_node as dotted
from libcst.matchers import findall

from mscli.migrate.apply.moving.pieces.disk import NOWHERE, ONE, TWO
from mscli.migrate.apply.moving.pieces.own_files import OWN

PATHS = {**dict.fromkeys(ONE, 1), **dict.fromkeys(TWO, 2)}
"""How many paths a call is given, before all else."""
OF_PATH = frozenset(
    ["exists", "glob", "is_dir", "is_file", "iterdir", "mkdir", "open", "read_bytes", "read_text",
     "rglob", "stat", "touch", "unlink", "write_bytes", "write_text"]
)  # fmt: skip
BINDING = m.OneOf(
    m.AnnAssign(), m.AsName(), m.AssignTarget(), m.AugAssign(), m.CompFor(), m.For(),
    m.NamedExpr(), m.Param(),
)  # fmt: skip
PATH, JOIN = frozenset(["Path", "pathlib.Path"]), frozenset(["os.path.join", "path.join"])
MAY = re.compile(rb"\b(open|Path)\(|sqlite3?\.connect|\bshutil\.|\bos\.(?!environ)")
STARTING = re.compile(r"^web\s*:.*(\bcd\s|chdir)", re.MULTILINE)


def is_run_there(root: Path) -> bool:
    """Whether the monolith runs in its own folder: its Procfile goes to no other."""
    path = root / "Procfile"
    said = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    return STARTING.search(said) is None


def anchored(tree: cst.Module) -> cst.Module:
    """A module in which such paths begin in the monolith's folder."""
    return tree.visit(_Anchored(frozenset(_named(tree))))


def _named(tree: cst.Module) -> Iterator[str]:
    """Names that a module binds once, at its top, to such a path: `WORDS = "words.txt"`."""
    bound = Counter(
        node.value
        for target in findall(tree, BINDING)
        for node in [getattr(target, "target", None) or getattr(target, "name", None)]
        if isinstance(node, cst.Name)
    )
    for line in tree.body:
        match line:
            case cst.SimpleStatementLine(
                body=[cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=v)]
            ) if bound[name] == 1 and _is_relative(v):
                yield name


class _Anchored(cst.CSTTransformer):
    """Paths that are written where a file is opened, or that have a name at the module's top."""

    def __init__(self, named: Set[str]) -> None:
        super().__init__()
        self.named = named

    def _there(self, argument: cst.Arg) -> cst.Arg:
        is_named = isinstance(argument.value, cst.Name) and argument.value.value in self.named
        if argument.star or not (is_named or _is_relative(argument.value)):
            return argument
        wrapped = cst.Call(cst.Name(OWN), [cst.Arg(argument.value)])
        return argument.with_changes(value=wrapped)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802
        """`open("a")`, `shutil.copy("a", "b")`, `Path("a").read_text()`."""
        del original_node
        function = updated_node.func
        if count := PATHS.get(dotted(function) or "", 0):
            given = updated_node.args
            return updated_node.with_changes(
                args=[*map(self._there, given[:count]), *given[count:]]
            )
        if isinstance(function, cst.Attribute) and function.attr.value in OF_PATH:
            made = function.value
            if isinstance(made, cst.Call) and dotted(made.func) in PATH and made.args:
                inner = made.with_changes(args=[self._there(made.args[0]), *made.args[1:]])
                return updated_node.with_changes(func=function.with_changes(value=inner))
        return updated_node


def _is_relative(node: cst.BaseExpression) -> bool:
    """Whether a path begins with a text that begins in no folder that is named."""
    match node:
        case cst.SimpleString():
            text = node.evaluated_value
            return isinstance(text, str) and _is_inside(text)
        case cst.FormattedString(parts=[cst.FormattedStringText(value=text), *_]):
            return _is_inside(text)
        case cst.BinaryOperation(left=left, operator=cst.Add() | cst.Modulo()):
            return _is_relative(left)
        case cst.BinaryOperation(left=cst.Call() as left, operator=cst.Divide()):
            return _is_relative(left)
        case cst.Call(func=function, args=[first, *_]) if dotted(function) in PATH | JOIN:
            return _is_relative(first.value)
    return False


def _is_inside(text: str) -> bool:
    return bool(text) and not text.startswith(("/", "~", "{", "%", *NOWHERE))
