"""Flask's configuration: what the application is given, key by key, as code that says it again."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mscli.migrate.apply.moving.around import ALWAYS, Around
from mscli.migrate.apply.moving.deciding import Condition, still_open, under
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pieces.scopes import Scope, scopes
from mscli.migrate.apply.moving.written import Written, written
from mscli.migrate.walk.project.index import ModuleSymbol, Project, expression_name

OF_ANSWERS = (
    "APPLICATION_ROOT", "BABEL_", "EXPLAIN_TEMPLATE", "JSON", "LANGUAGES", "MAX_", "PERMANENT_",
    "PREFERRED_", "REMEMBER_", "SEND_FILE", "SERVER_NAME", "SESSION_", "TRAP_", "USE_X_", "WTF_",
)  # fmt: skip
"""Keys that begin so change answers, whoever reads them."""
OWN = frozenset(["DEBUG", "ENV", "SECRET_KEY", "TESTING"])
"""Keys that the service has itself, whatever the monolith's are."""
LOADS = frozenset(["from_envvar", "from_file", "from_json", "from_prefixed_env", "from_pyfile"])


@dataclass(frozen=True, slots=True)
class Setting:
    """One key; without `code` it cannot be said elsewhere."""

    code: Written | None
    where: str
    when: Written = ALWAYS


class Config:
    """All that the applications of a project are given; the last of a key holds."""

    def __init__(self, project: Project, closing: Closing) -> None:
        self.project = project
        self.closing = closing
        self.settings: dict[str, list[Setting]] = {}
        self.unknown: list[str] = []
        self._conditions: tuple[Condition, ...] = ()
        for module in project.modules:
            for scope in scopes(module) if _has_config(module) else ():
                for node, conditions in under(scope.owner):
                    self._conditions = conditions
                    self._read(node, scope)

    def _read(self, node: ast.AST, scope: Scope) -> None:
        match node:
            case ast.Assign(targets=[ast.Subscript(value=to, slice=ast.Constant(value=str(key)))]):
                if _is_config(to):
                    self._note(key, node.value, scope)
            case ast.Call(func=ast.Attribute(attr=name, value=to)) if _is_config(to):
                if name in ("update", "from_mapping", "setdefault"):
                    self._given(node, scope, name)
                elif name == "from_object" and node.args:
                    self._object(node.args[0], scope)
                elif name in LOADS:
                    self._lose(node, scope)

    def _given(self, call: ast.Call, scope: Scope, name: str) -> None:
        pairs: list[tuple[ast.expr | None, ast.expr]] = [
            (ast.Constant(k.arg) if k.arg else None, k.value) for k in call.keywords
        ]
        if name == "setdefault" and len(call.args) > 1:
            pairs.append((call.args[0], call.args[1]))
        elif call.args and isinstance(call.args[0], ast.Dict):
            pairs += zip(call.args[0].keys, call.args[0].values, strict=True)
        elif call.args:
            self._lose(call, scope)
        for key, value in pairs:
            if isinstance(key, ast.Constant):
                self._note(str(key.value), value, scope)
            else:
                self._lose(call, scope)

    def _object(self, node: ast.expr, scope: Scope) -> None:
        """A module, or a class, whose names in capitals are keys."""
        said = node.value if isinstance(node, ast.Constant) else scope.meaning(node)
        module = self.project.module(str(said))
        for name in module.assigned if module else ():
            if module and name.isupper():
                alias = f"{module.name}.{name}".replace(".", "_")
                code = Written(alias, ((alias, module.name, name, True),))
                self._keep(name, code, module.file, scope)
        if module is None:
            self._lose(node, scope)

    def _note(self, key: str, value: ast.expr, scope: Scope) -> None:
        code = written([value], scope, self.closing)
        self._keep(key, code, f"{scope.module.file}:{value.lineno}", scope)

    def _keep(self, key: str, code: Written | None, where: str, scope: Scope) -> None:
        """Note a key, unless its conditions fail where requests are served."""
        left = still_open(self._conditions, scope, self.project)
        if left is None:
            return
        tests = [test if turn else ast.UnaryOp(ast.Not(), test) for test, turn in left]
        test = tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests)
        when = written([test], scope, self.closing) if tests else ALWAYS
        setting = Setting(code if when else None, where, when or ALWAYS)
        self.settings.setdefault(key, []).append(setting)

    def _lose(self, node: ast.expr, scope: Scope) -> None:
        """Note that keys come from elsewhere, unless that is never reached."""
        if still_open(self._conditions, scope, self.project) is not None:
            self.unknown.append(f"{scope.module.file}:{node.lineno}")

    def needed(self, keys: set[str]) -> Mapping[str, list[Setting]]:
        """The keys that are asked for, and those that change answers."""
        wanted = {k for k in self.settings if k in keys or k.startswith(OF_ANSWERS)} - OWN
        return {key: self.settings[key] for key in sorted(wanted)}

    def around(self, keys: set[str]) -> tuple[Around, ...]:
        """The calls that give them to the service's application."""
        return tuple(
            Around("config.update", Written(f"{key}={each.code.code}", each.code.names), each.when)
            for key, found in self.needed(keys).items()
            for each in found
            if each.code
        )

    def against(self, keys: set[str]) -> Iterator[str]:
        """Keys whose value cannot be said again."""
        for key, found in self.needed(keys).items():
            for each in found:
                if each.code is None:
                    yield f"the value of `config[{key!r}]` is not known ({each.where})"
        if keys:
            for where in self.unknown:
                yield f"the application's configuration is read from elsewhere ({where})"


def _has_config(module: ModuleSymbol) -> bool:
    return any(isinstance(n, ast.Attribute) and n.attr == "config" for n in ast.walk(module.tree))


def _is_config(node: ast.expr) -> bool:
    """`app.config`, whatever the application is called; not that of `current_app`."""
    name = expression_name(node)
    return name.endswith(".config") and not name.startswith(("current_app.", "self.", "cls."))
