"""Syntax that is newer than the Python that runs: libcst reads it, and it is said in older words.

Type parameters are left out, `type X = Y` is an assignment, `except A, B` gets its parentheses.
F-strings and template strings become calls of a marker while they are text, and f-strings again in
the tree. Every line stays where it was.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

import libcst as cst

MARK = "__mscli_fstring__"
Expressions = (cst.FormattedStringExpression, cst.TemplatedStringExpression)
Texts = (cst.FormattedStringText, cst.TemplatedStringText)


def parsed(text: str) -> ast.Module:
    """The tree of code of any Python, read by the running one if it can."""
    try:
        return ast.parse(text)
    except SyntaxError:
        return parse(text.encode())


def parse(content: bytes) -> ast.Module:
    """The tree of a file. Raises SyntaxError for what libcst cannot read either."""
    try:
        module = cst.parse_module(content)
    except cst.ParserSyntaxError as error:
        raise SyntaxError(error.message) from error
    tree = _Joined().visit(ast.parse(module.visit(_Older(module)).code))
    assert isinstance(tree, ast.Module)  # noqa: S101
    return tree


class _Joined(ast.NodeTransformer):
    """Turns the marker's calls into f-strings."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """One call."""
        self.generic_visit(node)
        if not (isinstance(node.func, ast.Name) and node.func.id == MARK):
            return node
        values: list[ast.expr] = []
        for arg in node.args:
            if isinstance(arg, ast.JoinedStr):
                values.extend(arg.values)
            elif isinstance(arg, ast.Constant) and isinstance(arg.value, str):
                values.append(arg)
            else:
                part = ast.FormattedValue(value=arg, conversion=-1, format_spec=None)
                values.append(ast.copy_location(part, arg))
        return ast.copy_location(ast.JoinedStr(values=values), node)


class _Older(cst.CSTTransformer):
    """Says newer syntax in older words."""

    # The names of methods are libcst's.
    # ruff: noqa: N802

    def __init__(self, module: cst.Module) -> None:
        super().__init__()
        self.module = module

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        del original_node
        return updated_node.with_changes(type_parameters=None)

    def leave_ClassDef(
        self, original_node: cst.ClassDef, updated_node: cst.ClassDef
    ) -> cst.ClassDef:
        del original_node
        return updated_node.with_changes(type_parameters=None)

    def leave_TypeAlias(
        self, original_node: cst.TypeAlias, updated_node: cst.TypeAlias
    ) -> cst.Assign:
        del original_node
        return cst.Assign([cst.AssignTarget(updated_node.name)], updated_node.value)

    def leave_ExceptHandler(
        self, original_node: cst.ExceptHandler, updated_node: cst.ExceptHandler
    ) -> cst.ExceptHandler:
        del original_node
        return updated_node.with_changes(type=_in_parentheses(updated_node.type))

    def leave_ExceptStarHandler(
        self, original_node: cst.ExceptStarHandler, updated_node: cst.ExceptStarHandler
    ) -> cst.ExceptStarHandler:
        del original_node
        return updated_node.with_changes(type=_in_parentheses(updated_node.type))

    def leave_FormattedString(
        self, original_node: cst.FormattedString, updated_node: cst.FormattedString
    ) -> cst.BaseExpression:
        return self._marked(original_node, _pieces(updated_node))

    def leave_TemplatedString(
        self, original_node: cst.TemplatedString, updated_node: cst.TemplatedString
    ) -> cst.BaseExpression:
        return self._marked(original_node, _pieces(updated_node))

    def visit_ConcatenatedString(self, node: cst.ConcatenatedString) -> bool:
        del node
        return False  # a call cannot stand in it: its strings are visited one by one

    def leave_ConcatenatedString(
        self, original_node: cst.ConcatenatedString, updated_node: cst.ConcatenatedString
    ) -> cst.BaseExpression:
        parts = [part.visit(self) for part in _strings(original_node)]
        found = [part for part in parts if isinstance(part, cst.BaseExpression)]
        if not any(isinstance(part, cst.Call) for part in found):
            return updated_node
        return self._marked(original_node, found)

    def _marked(self, before: cst.CSTNode, parts: Sequence[cst.BaseExpression]) -> cst.Call:
        """A call of the marker that takes as many lines as what it stands for."""
        call = cst.Call(cst.Name(MARK), [cst.Arg(part) for part in parts])
        missing = self._lines(before) - self._lines(call)
        if missing <= 0:
            return call
        inside = cst.ParenthesizedWhitespace(
            empty_lines=[cst.EmptyLine(indent=False)] * (missing - 1)
        )
        return call.with_changes(whitespace_before_args=inside)

    def _lines(self, node: cst.CSTNode) -> int:
        return self.module.code_for_node(node).count("\n")


def _pieces(node: cst.FormattedString | cst.TemplatedString) -> list[cst.BaseExpression]:
    """The texts and expressions of a string, those of format specifications too."""
    prefix, quote = ("r" if "r" in node.start.lower() else ""), node.end
    found: list[cst.BaseExpression] = []
    for part in node.parts:
        if isinstance(part, Texts):
            text = part.value.replace("{{", "{").replace("}}", "}")
            found.append(cst.SimpleString(f"{prefix}{quote}{text}{quote}"))
        elif isinstance(part, Expressions):
            found.append(part.expression)
            for inner in part.format_spec or ():
                if isinstance(inner, Expressions):
                    found.append(inner.expression)
    return found


def _in_parentheses(node: cst.BaseExpression | None) -> cst.BaseExpression | None:
    if isinstance(node, cst.Tuple) and not node.lpar:
        return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return node


def _strings(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    if isinstance(node, cst.ConcatenatedString):
        return [*_strings(node.left), *_strings(node.right)]
    return [node]
