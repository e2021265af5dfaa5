"""Which names of a statement lead to its module, and which mean what is bound in the statement."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import dedent

import pytest

from mscli.migrate.apply.moving.pieces.uses import used
from tests.unit.migrate.slices import part_of, reasons


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


BY_CHAIN = """
    import shop.lib.deep.more
    import shop.lib.tools
    from fastapi import FastAPI
    app = FastAPI()

    @app.get("/books/{n}")
    def book(n: int):
        return shop.lib.tools.helper(n) + shop.lib.deep.more.Other.of(n).real
"""


@pytest.mark.parametrize(
    "folders", [(), ("shop", "shop/lib"), ("shop", "shop/lib", "shop/lib/deep")]
)
def test_what_a_long_chain_of_modules_names_goes_along(
    tmp_path: Path, folders: tuple[str, ...]
) -> None:
    """Whether these are packages, or namespaces."""
    files = {f"{folder}/__init__.py": "" for folder in folders}
    files |= {"shop/main.py": BY_CHAIN, "requirements.txt": "fastapi\n"}
    files["shop/lib/tools.py"] = "def helper(n):\n    return n\n\ndef rest():\n    pass\n"
    files["shop/lib/deep/more.py"] = "class Other:\n    of = int\n"
    found = part_of(tmp_path, files)
    assert reasons(found) == ""
    tools = found.modules["src/library/moved/lib/tools.py"]
    assert "def helper" in tools
    assert "rest" not in tools
    assert "class Other" in found.modules["src/library/moved/lib/deep/more.py"]
