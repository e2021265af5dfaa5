"""Lists of URLs (Django), and what stays of one when only some of its routes go along."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Set

import libcst as cst

from mscli.migrate.newer_syntax import parsed
from mscli.migrate.walk.index import expression_name
from mscli.migrate.walk.scopes import statements

URLS = "urlpatterns"
Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement


def only(node: Statement, ours: ast.stmt | None, lines: Set[int]) -> Statement:
    """A statement that makes a list of URLs, without the elements that begin at other lines."""
    if isinstance(node, cst.If) and ours is not None:
        kept = node.visit(_Only(lists_in(ours), lines))
        return kept if isinstance(kept, cst.If) else node
    return _only(node, ours, lines)


def _only(node: Statement, ours: ast.stmt | None, lines: Set[int]) -> Statement:
    listed = patterns_in(ours)
    if listed is None or not isinstance(node, cst.SimpleStatementLine):
        return node
    value = next((part for part in _values(node) if isinstance(part, cst.List)), None)
    if value is None or not value.elements:
        return node
    kept = [
        element
        for element, our in zip(value.elements, listed.elts, strict=True)
        if our.lineno in lines
    ]
    bracket = value.rbracket
    if kept and kept[-1] is not value.elements[-1]:
        bracket = _closing(bracket, kept[-1].comma)
        kept[-1] = kept[-1].with_changes(comma=value.elements[-1].comma)
    return node.with_deep_changes(value, elements=kept, rbracket=bracket)


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


def lists_in(node: ast.stmt) -> list[ast.stmt]:
    """The statements that make lists of URLs, those under a condition included."""
    return [each for each in statements([node]) if patterns_in(each) is not None]


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


def patterns_in(node: ast.stmt | None) -> ast.List | None:
    """The list of URLs that a statement makes: `urlpatterns = [...]`, and `+=`."""
    if not isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        return None
    if not isinstance(node.value, ast.List):
        return None
    is_whole = bool(node.value.elts) and all(map(_is_pattern, node.value.elts))
    return node.value if is_whole or URLS in _targets(node) else None


def _is_pattern(node: ast.expr) -> bool:
    called = expression_name(node.func) if isinstance(node, ast.Call) else ""
    return called.rpartition(".")[2] in ("path", "re_path", "url")


def patterns_at(tree: ast.Module, line: int) -> int:
    """How many routes a line declares."""
    calls = (n for n in ast.walk(tree) if isinstance(n, ast.Call) and n.lineno == line)
    return sum(map(_is_pattern, calls))


def _targets(node: ast.stmt) -> list[str]:
    many = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [target.id for target in many if isinstance(target, ast.Name)]


def adds_to(body: Iterable[ast.stmt], name: str = "") -> bool:
    """Whether statements add to the list of URLs; a list of that name, if one is given."""
    for each in statements(list(body)):
        added = each.value if isinstance(each, ast.AugAssign) and URLS in _targets(each) else None
        if added and (not name or (isinstance(added, ast.Name) and added.id == name)):
            return True
    return False


def name_of(node: ast.stmt, line: int) -> str:
    """The name of the list that has an element at a line."""
    for each in lists_in(node):
        listed = patterns_in(each)
        if listed and any(element.lineno == line for element in listed.elts):
            return next(iter(_targets(each)), "")
    return ""


def _values(node: cst.SimpleStatementLine) -> Iterator[cst.BaseExpression | None]:
    for part in node.body:
        if isinstance(part, cst.Assign | cst.AnnAssign | cst.AugAssign):
            yield part.value
