"""Which variable of the environment a field of pydantic's settings is read from."""

from __future__ import annotations

import ast

ALIASES = ("validation_alias", "alias", "env")


def variable(cls: ast.ClassDef, name: str) -> str:
    """By its alias, or else by its name with the prefix of its class."""
    for node in cls.body:
        if isinstance(node, ast.AnnAssign) and _is_name(node.target, name):
            given = node.value.keywords if isinstance(node.value, ast.Call) else []
            if found := _said(given, *ALIASES):
                return found
    return f"{_prefix(cls)}{name}".upper()


def _prefix(cls: ast.ClassDef) -> str:
    """`env_prefix`, however the class is configured."""
    for node in cls.body:
        match node:
            case ast.Assign(targets=[ast.Name(id="model_config")], value=ast.Call(keywords=given)):
                return _said(given, "env_prefix")
            case ast.Assign(targets=[ast.Name(id="model_config")], value=ast.Dict() as pairs):
                keys = [key.value if isinstance(key, ast.Constant) else None for key in pairs.keys]
                written = dict(zip(keys, pairs.values, strict=True))
                return _text(written.get("env_prefix"))
            case ast.ClassDef(name="Config", body=body):
                said = [n.value for n in body if _assigns(n, "env_prefix")]  # type: ignore[attr-defined]
                return _text(said[0]) if said else ""
    return _said(cls.keywords, "env_prefix")


def _assigns(node: ast.stmt, name: str) -> bool:
    return isinstance(node, ast.Assign) and any(_is_name(target, name) for target in node.targets)


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _said(given: list[ast.keyword], *names: str) -> str:
    found = {word.arg: _text(word.value) for word in given}
    return next((found[name] for name in names if found.get(name)), "")


def _text(node: ast.expr | None) -> str:
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if is_text else ""  # type: ignore[union-attr]
