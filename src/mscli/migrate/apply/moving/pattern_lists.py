"""What stays of a list of URLs (Django) when only some of its routes go along."""

from __future__ import annotations

import ast
from collections.abc import Set
from typing import TypeVar

import libcst as cst

from mscli.migrate.apply.moving.patterns import (
    BY_LANGUAGE,
    WITH_SUFFIX,
    included,
    lists_in,
    patterns_in,
)
from mscli.migrate.newer_syntax import parsed
from mscli.migrate.walk.project.index import last_name

Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement
Element = TypeVar("Element", cst.BaseElement, cst.Arg)


def only(node: Statement, ours: ast.stmt | None, lines: Set[int]) -> Statement:
    """A statement that makes a list of URLs, without the elements that begin at other lines."""
    if isinstance(node, cst.If) and ours is not None:
        kept = node.visit(_Only(lists_in(ours), lines))
        return kept if isinstance(kept, cst.If) else node
    return _only(node, ours, lines)


def _only(node: Statement, ours: ast.stmt | None, lines: Set[int]) -> Statement:
    value = getattr(ours, "value", None)
    if patterns_in(ours) is None or not isinstance(node, cst.SimpleStatementLine):
        return node
    for part in node.body:
        if isinstance(part, cst.Assign | cst.AnnAssign | cst.AugAssign) and part.value and value:
            kept = _cut(part.value, value, lines) or cst.List([])
            return node if kept is part.value else node.with_deep_changes(part, value=kept)
    return node


class _Only(cst.CSTTransformer):
    """The same in the branches of a statement."""

    def __init__(self, found: list[ast.stmt], lines: Set[int]) -> None:
        super().__init__()
        self.found = found
        self.lines = lines

    def leave_SimpleStatementLine(  # noqa: N802 - libcst's name
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine:
        """Lists are met in the order in which they stand."""
        code = parsed(cst.Module([]).code_for_node(original_node)).body
        if not code or patterns_in(code[0]) is None:
            return updated_node
        made = _only(updated_node, self.found.pop(0), self.lines)
        return made if isinstance(made, cst.SimpleStatementLine) else updated_node


def _cut(node: cst.BaseExpression, ours: ast.expr, lines: Set[int]) -> cst.BaseExpression | None:
    """An operand of a sum of lists; None, where nothing of it stays."""
    match node, ours:
        case cst.BinaryOperation(), ast.BinOp():
            left, right = _cut(node.left, ours.left, lines), _cut(node.right, ours.right, lines)
            return node.with_changes(left=left, right=right) if left and right else left or right
        case cst.List(), ast.List():
            return _list(node, ours, lines)
        case cst.Call(), ast.Call() if last_name(ours) == BY_LANGUAGE:
            return _by_language(node, ours, lines)
        case cst.Call(), ast.Call() if last_name(ours) == WITH_SUFFIX:
            inner = _cut(node.args[0].value, ours.args[0], lines)
            return node.with_deep_changes(node.args[0], value=inner) if inner else None
    return node if ours.lineno in lines else None


def _list(node: cst.List, ours: ast.List, lines: Set[int]) -> cst.List:
    kept = [
        _inside(element, our, lines)
        for element, our in zip(node.elements, ours.elts, strict=True)
        if our.lineno in lines
    ]
    bracket = node.rbracket
    if kept and ours.elts[-1].lineno not in lines:
        bracket = _closing(bracket, kept[-1].comma)
        kept[-1] = kept[-1].with_changes(comma=node.elements[-1].comma)
    return node.with_changes(elements=kept, rbracket=bracket)


def _by_language(node: cst.Call, ours: ast.Call, lines: Set[int]) -> cst.Call | None:
    own = zip(node.args, ours.args, strict=False)
    kept = [_inside(each, our, lines) for each, our in own if our.lineno in lines]
    if not kept:
        return None
    args, last = [*kept, *node.args[len(ours.args) :]], node.args[-1]
    args[-1] = args[-1].with_changes(
        comma=last.comma, whitespace_after_arg=last.whitespace_after_arg
    )
    return node.with_changes(args=args)


def _inside(element: Element, ours: ast.expr, lines: Set[int]) -> Element:
    """An element; of a list that it includes on the spot, the part that stays."""
    inner, list_of = included(ours), _included(element.value)
    if not isinstance(inner, ast.List) or not isinstance(list_of, cst.List):
        return element
    return element.with_deep_changes(list_of, **_fields(_list(list_of, inner, lines)))


def _fields(node: cst.List) -> dict[str, object]:
    return {"elements": node.elements, "rbracket": node.rbracket}


def _included(node: cst.BaseExpression) -> cst.BaseExpression | None:
    """As `included` in `patterns`, of the other tree."""
    given = node.args[1:2] if isinstance(node, cst.Call) else ()
    view = given[0].value if given else None
    if isinstance(view, cst.Call) and view.args:
        view = view.args[0].value
    return view.elements[0].value if isinstance(view, cst.Tuple) and view.elements else view


def _closing(bracket: cst.RightSquareBracket, own: object) -> cst.RightSquareBracket:
    """A list's end, with the comment after the element that is the last one now."""
    after = own.whitespace_after if isinstance(own, cst.Comma) else None
    before = bracket.whitespace_before
    if not isinstance(after, cst.ParenthesizedWhitespace):
        return bracket
    if not isinstance(before, cst.ParenthesizedWhitespace):
        return bracket
    comment = before.with_changes(first_line=after.first_line)
    return bracket.with_changes(whitespace_before=comment)
