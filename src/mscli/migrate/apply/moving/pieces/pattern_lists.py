"""What stays of a list of URLs (Django) when only some of its routes go along."""

from __future__ import annotations

import ast
from collections.abc import Set
from typing import TypeVar

import libcst as cst

from mscli.migrate.apply.moving.pieces.patterns import (
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


def only(node: Statement, ours: ast.stmt | None, elements: Set[ast.expr]) -> Statement:
    """A statement that makes a list of URLs, with these elements alone."""
    if isinstance(node, cst.If) and ours is not None:
        kept = node.visit(_Only(lists_in(ours), elements))
        return kept if isinstance(kept, cst.If) else node
    return _only(node, ours, elements)


def _only(node: Statement, ours: ast.stmt | None, elements: Set[ast.expr]) -> Statement:
    value = getattr(ours, "value", None)
    if patterns_in(ours) is None or not isinstance(node, cst.SimpleStatementLine):
        return node
    for part in node.body:
        if isinstance(part, cst.Assign | cst.AnnAssign | cst.AugAssign) and part.value and value:
            kept = _cut(part.value, value, elements) or cst.List([])
            return node if kept is part.value else node.with_deep_changes(part, value=kept)
    return node


class _Only(cst.CSTTransformer):
    """The same in the branches of a statement."""

    def __init__(self, found: list[ast.stmt], elements: Set[ast.expr]) -> None:
        super().__init__()
        self.found = found
        self.elements = elements

    def leave_SimpleStatementLine(  # noqa: N802 - libcst's name
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine:
        """Lists are met in the order in which they stand."""
        code = parsed(cst.Module([]).code_for_node(original_node)).body
        if not code or patterns_in(code[0]) is None:
            return updated_node
        made = _only(updated_node, self.found.pop(0), self.elements)
        return made if isinstance(made, cst.SimpleStatementLine) else updated_node


def _cut(
    node: cst.BaseExpression, ours: ast.expr, elements: Set[ast.expr]
) -> cst.BaseExpression | None:
    """An operand of a sum of lists; None, where nothing of it stays."""
    match node, ours:
        case cst.BinaryOperation(), ast.BinOp():
            left, right = (
                _cut(node.left, ours.left, elements),
                _cut(node.right, ours.right, elements),
            )
            return node.with_changes(left=left, right=right) if left and right else left or right
        case cst.List(), ast.List():
            return _list(node, ours, elements)
        case cst.Call(), ast.Call() if last_name(ours) == BY_LANGUAGE:
            return _by_language(node, ours, elements)
        case cst.Call(), ast.Call() if last_name(ours) == WITH_SUFFIX:
            inner = _cut(node.args[0].value, ours.args[0], elements)
            return node.with_deep_changes(node.args[0], value=inner) if inner else None
    return node if _stays(ours, elements) else None


def _stays(ours: ast.expr, elements: Set[ast.expr]) -> bool:
    """Whether it is one of the elements, or has one: `*more`."""
    parts = ast.walk(ours) if isinstance(ours, ast.Starred) else (ours,)
    return any(part in elements for part in parts)


def _list(node: cst.List, ours: ast.List, elements: Set[ast.expr]) -> cst.List:
    kept = [
        _inside(element, our, elements)
        for element, our in zip(node.elements, ours.elts, strict=True)
        if _stays(our, elements)
    ]
    bracket = node.rbracket
    if kept and not _stays(ours.elts[-1], elements):
        bracket = _closing(bracket, kept[-1].comma)
        kept[-1] = kept[-1].with_changes(comma=node.elements[-1].comma)
    return node.with_changes(elements=kept, rbracket=bracket)


def _by_language(node: cst.Call, ours: ast.Call, elements: Set[ast.expr]) -> cst.Call | None:
    own = zip(node.args, ours.args, strict=False)
    kept = [_inside(each, our, elements) for each, our in own if _stays(our, elements)]
    if not kept:
        return None
    args, last = [*kept, *node.args[len(ours.args) :]], node.args[-1]
    args[-1] = args[-1].with_changes(
        comma=last.comma, whitespace_after_arg=last.whitespace_after_arg
    )
    return node.with_changes(args=args)


def _inside(element: Element, ours: ast.expr, elements: Set[ast.expr]) -> Element:
    """An element; of a list that it includes on the spot, the part that stays."""
    inner, list_of = included(ours), _included(element.value)
    if not isinstance(inner, ast.List) or not isinstance(list_of, cst.List):
        return element
    return element.with_deep_changes(list_of, **_fields(_list(list_of, inner, elements)))


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
