"""Which names of a statement lead to its module, and which mean what is bound in the statement."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from mscli.migrate.apply.moving.uses import used


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("def f():\n    a = b\n    return a", "b"),
        ("def f(a, *b, c=c, **d):\n    return a, b, c, d", "c"),
        ("def f(a):\n    def g():\n        return a, h\n    return g", "h"),
        ("def f():\n    global a\n    a = 1", "a"),
        ("def f():\n    from x import a\n    return a", "a"),
        ("def f():\n    for a in a_s:\n        use(a.b.c)", "a_s use"),
        ("def f():\n    try:\n        g()\n    except E as a:\n        h(a)", "E g h"),
        ("def f(x):\n    match x:\n        case [a, *b] if c:\n            return a, b", "c"),
        ("def f():\n    if (a := g()):\n        return [a for b in c if (d := b)], d", "c g"),
        ("x = [a for a in a]", "a x"),
        ("x = {a: b for a in c for b in a}", "c x"),
        ("x = lambda a: a + b", "b x"),
        ("class A:\n    a = 1\n    def f(self):\n        return a, self.b", "a"),
        ("class A:\n    a = 1\n    c = b.d", "b"),
        ("class A:\n    a = a.b", "a"),
        ("@a\ndef f(a: b) -> c:\n    return a.d", "a b c"),
        ("def f():\n    class A:\n        b = 1\n    return A, b", "b"),
        ("for a in b:\n    a.c(a)", "b"),
    ],
)
def test_local_names_lead_nowhere(code: str, names: str) -> None:
    (statement,) = ast.parse(dedent(code)).body
    assert {use.name for use in used(statement)} == set(names.split())
