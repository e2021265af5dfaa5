"""Files that code finds from where its module is: the monolith's, wherever moved code is.

A module's own file is that of the monolith, in the folder that `MONOLITH_ROOT` names. So whatever
is put together of it, a folder of uploads or a list of words, is what the monolith has.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

import libcst as cst
import libcst.matchers as m
from libcst.matchers import findall

from mscli.text.quoting import json_inline

FILE = "__file__"
OWN = "monolith_file"
"""What says where a file of the monolith's is."""
READS = f"from {{package}}.monolith import {OWN}"


def told(tree: cst.Module, file: str) -> cst.Module:
    """A module that is told where it is in the monolith."""
    return tree.visit(_Told(file))


def call(path: str) -> str:
    """The code that says where a file or folder of the monolith's is; empty for its own folder."""
    return f"{OWN}({json_inline(PurePosixPath(path).as_posix() if path else '')})"


def asks(modules: Mapping[str, str]) -> bool:
    """Whether moved code asks where the monolith's files are."""
    return any(f"{OWN}(" in text for text in modules.values())


class _Told(cst.CSTTransformer):
    """Names, but not attributes of that name: those are of other modules."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.code = cst.parse_expression(call(file))
        self.others: set[cst.CSTNode] = set()

    def visit_Attribute(self, node: cst.Attribute) -> None:  # noqa: N802 - libcst's name
        """`shop.__file__`."""
        self.others.add(node.attr)

    def visit_ImportAlias(self, node: cst.ImportAlias) -> None:  # noqa: N802 - libcst's name
        """`from shop import __file__`."""
        self.others.add(node.name)

    def visit_Arg(self, node: cst.Arg) -> None:  # noqa: N802 - libcst's name
        """`found(__file__=path)`."""
        self.others |= {node.keyword} if node.keyword else set()

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:  # noqa: N802 - libcst's name
        """A parameter of that name is the function's own, and so is what is in there."""
        return not any(each.name.value == FILE for each in findall(node.params, m.Param()))  # type: ignore[attr-defined]

    def leave_Name(  # noqa: N802 - libcst's name
        self, original_node: cst.Name, updated_node: cst.Name
    ) -> cst.BaseExpression:
        """The file of the module itself."""
        is_own = original_node.value == FILE and original_node not in self.others
        return self.code.deep_clone() if is_own else updated_node
