"""The applications that a project of Django's installs: their packages and labels."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from mscli.migrate.walk.project.index import ClassSymbol, Project, expression_name


@dataclass(frozen=True, slots=True)
class App:
    """One application: the package that its models are in, and its label."""

    package: str
    label: str
    cls: str = field(default="", compare=False)
    """The class that configures it, as a dotted name, if one does."""
    folder: str = field(default="", compare=False)


def app_at(name: str, project: Project) -> App | None:
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
    folder = package.file.rpartition("/")[0]
    return app or App(package.name, name.rpartition(".")[2], folder=folder)


def _is_app(cls: ClassSymbol) -> bool:
    return any(expression_name(base).endswith("AppConfig") for base in cls.node.bases)


def _configured(cls: ClassSymbol, project: Project) -> App | None:
    said = {
        name: str(value.value)
        for name, value in cls.attributes.items()
        if isinstance(value, ast.Constant)
    }
    name = said.get("name", "")
    folder = _folder(name, project) if name else None
    if folder is None:
        return None
    label = said.get("label") or name.rpartition(".")[2]
    known = project.module(name)
    return App(known.name if known else name, label, f"{cls.module.name}.{cls.node.name}", folder)


def _folder(package: str, project: Project) -> str | None:
    """Where a package is, also one that is a folder and no module; None if it is not there."""
    if (module := project.module(package)) is not None:
        return module.file.rpartition("/")[0]
    inner = next((m for m in project.modules if m.name.startswith(f"{package}.")), None)
    if inner is None:
        return None
    deeper = inner.name.count(".") - package.count(".") + inner.is_package
    return "/".join(inner.file.split("/")[:-deeper])
