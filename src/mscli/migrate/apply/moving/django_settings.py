"""Django's settings as far as their text says them, and the applications that they install."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from mscli.migrate.walk.index import ClassSymbol, ModuleSymbol, Project, expression_name

Literal = object
DEEPEST = 8
STATELESS = (
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
)
"""Middleware of Django's that has no table, no session and no template."""
OF_ANSWERS = (
    "APPEND_SLASH", "DATETIME_FORMAT", "DATE_FORMAT", "DECIMAL_SEPARATOR", "DEFAULT_AUTO_FIELD",
    "DEFAULT_CHARSET", "FORCE_SCRIPT_NAME", "LANGUAGE_CODE", "PREPEND_WWW", "TIME_FORMAT",
    "TIME_ZONE", "USE_I18N", "USE_L10N", "USE_THOUSAND_SEPARATOR", "USE_TZ", "X_FRAME_OPTIONS",
)  # fmt: skip
FAMILIES = ("CSRF_", "DATA_UPLOAD_", "SECURE_")


@dataclass(frozen=True, slots=True)
class App:
    """One application: the package that its models are in, and its label."""

    package: str
    label: str


@dataclass(frozen=True, slots=True)
class Settings:
    """What is known of a project's settings: values by name."""

    values: Mapping[str, Literal] = field(default_factory=dict)
    apps: tuple[App, ...] = ()
    atomic: bool = False
    """Whether each request is one transaction."""

    @property
    def installed(self) -> frozenset[str]:
        """The top packages of what it installs."""
        return frozenset(str(name).partition(".")[0] for name in self._listed("INSTALLED_APPS"))

    @property
    def middleware(self) -> list[str]:
        """What of its middleware has no state."""
        return [str(name) for name in self._listed("MIDDLEWARE") if name in STATELESS]

    def _listed(self, name: str) -> list[Literal]:
        value = self.values.get(name)
        return list(value) if isinstance(value, list | tuple) else []

    def kept(self, used: frozenset[str]) -> dict[str, Literal]:
        """The settings that change answers, and those that moved code names."""
        return {
            name: value
            for name, value in sorted(self.values.items())
            if name in used or name in OF_ANSWERS or name.startswith(FAMILIES)
        }

    def app_of(self, module: str) -> App:
        """The application that a module with models is of."""
        found = [a for a in self.apps if module == a.package or module.startswith(f"{a.package}.")]
        if found:
            return max(found, key=lambda app: len(app.package))
        package = module.rpartition(".")[0] or module
        return App(package, package.rpartition(".")[2])


def settings_of(project: Project) -> Settings:
    """Those of the module that names the root of the URLs; others are read where it takes them."""
    module = next((m for m in project.modules if "ROOT_URLCONF" in m.assigned), None)
    if module is None:
        return Settings()
    values, atomic = _read(module, project, 0)
    listed = values.get("INSTALLED_APPS")
    names = [str(name) for name in listed] if isinstance(listed, list | tuple) else []
    apps = [app for name in names if (app := _app(name, project)) is not None]
    return Settings(values, tuple(apps), atomic)


def _read(module: ModuleSymbol, project: Project, depth: int) -> tuple[dict[str, Literal], bool]:
    values: dict[str, Literal] = {}
    atomic = False
    for star in module.stars if depth < DEEPEST else ():
        if (other := project.module(star, module)) is not None:
            found, is_atomic = _read(other, project, depth + 1)
            values |= found
            atomic |= is_atomic
    for node in module.tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if name == "DATABASES":
                atomic |= "'ATOMIC_REQUESTS': True" in ast.unparse(node.value)
            _set(values, name, _value(node.value, values))
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            added = ast.BinOp(node.target, ast.Add(), node.value)
            _set(values, node.target.id, _value(added, values))
    return values, atomic


def _set(values: dict[str, Literal], name: str, value: Literal) -> None:
    if name.isupper():
        values.pop(name, None)
        if value is not Ellipsis:
            values[name] = value


def _value(node: ast.expr, values: Mapping[str, Literal]) -> Literal:
    """A literal, or Ellipsis where it is none; of a list, the elements that are."""
    match node:
        case ast.Name():
            return values.get(node.id, ...)
        case ast.List() | ast.Tuple():
            found = [_value(part, values) for part in node.elts]
            return [each for each in found if each is not Ellipsis]
        case ast.BinOp(op=ast.Add()):
            left, right = _value(node.left, values), _value(node.right, values)
            if isinstance(left, list) or isinstance(right, list):
                return [*_list(left), *_list(right)]
    try:
        value: Literal = ast.literal_eval(node)
    except ValueError:
        return ...
    return value


def _list(value: Literal) -> list[Literal]:
    return value if isinstance(value, list) else []


def _app(name: str, project: Project) -> App | None:
    """What an entry of INSTALLED_APPS is, where it is the project's: a package, or its class."""
    package = project.module(name)
    above, _, cls = name.rpartition(".")
    if package is None:
        home = project.module(above)
        found = home.classes.get(cls) if home else None
        return _configured(found, project) if found else None
    home = project.module(f"{name}.apps")
    configured = [c for c in home.classes.values() if _is_app(c)] if home else []
    app = _configured(configured[0], project) if len(configured) == 1 else None
    return app or App(package.name, name.rpartition(".")[2])


def _is_app(cls: ClassSymbol) -> bool:
    return any(expression_name(base).endswith("AppConfig") for base in cls.node.bases)


def _configured(cls: ClassSymbol, project: Project) -> App | None:
    said = {
        name: str(value.value)
        for name, value in cls.attributes.items()
        if isinstance(value, ast.Constant)
    }
    package = project.module(said.get("name", ""))
    if package is None:
        return None
    return App(package.name, said.get("label") or said["name"].rpartition(".")[2])
