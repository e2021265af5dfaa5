"""What a string names: dotted names of code, and settings."""

from __future__ import annotations

from functools import cached_property

from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.objects import settings
from mscli.migrate.walk.objects.classes import Classes
from mscli.migrate.walk.project.index import ModuleSymbol, Project
from mscli.migrate.walk.values.values import (
    Function,
    Items,
    Made,
    Member,
    Module,
    Outside,
    Type,
    Value,
    from_outside,
    join,
    text,
    vague,
)


class References(Classes):
    """Looks code up by strings."""

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self._settings: dict[str, Value] = {}
        self._said: dict[str, bool] = {}

    def dotted_name(self, name: str, seen_from: ModuleSymbol | None = None) -> Value:
        """What a dotted string such as `shop.orders.views.place` names."""
        parts = name.split(".")
        for cut in range(len(parts), 0, -1):
            module = self.project.module(".".join(parts[:cut]), seen_from)
            if module is None:
                continue
            value: Value | None = (Module(module),)
            for part in parts[cut:]:
                value = self._inside(value or (), part)
            if value:
                return value
        return ()

    def setting(self, name: str) -> Value:
        """A setting by its name, from settings modules and configuration classes."""
        if name not in self._settings:
            self._settings[name] = ()
            found: list[Value] = []
            for module in self.project.modules:
                if self._is_of_settings(module) and self._says(module, name):
                    found.append(self.lookup(module, name) or ())
                for cls in module.classes.values():
                    if name in cls.attributes and ("onfig" in cls.name or "ettings" in cls.name):
                        found.append(self.own_attribute(cls, name))
            self._settings[name] = next((value for value in found if value), ())
        return self._settings[name]

    def setting_or_flag(self, name: str) -> Value:
        """A setting by its name; a flag by what it is where nobody sets it."""
        known = vague(self.setting(name))
        says = [a for a in known if a != Items(()) and not isinstance(a, Made | Member | Outside)]
        return known if says else self._flags.of(name) or known

    @cached_property
    def _flags(self) -> settings.Flags:
        modules = [m for m in self.project.modules if self._is_of_settings(m)]
        return settings.Flags(self.project, modules)

    def configured(self, call: Call) -> Value:
        """What `config.get("NAME", default)` gives: the default only if no module says it."""
        name = text(call.arg(0)) or ""
        known = self.setting_or_flag(name)
        if known or self._has_setting(name):
            return known or vague(call.arg(1))
        return settings.by_default(name, call, 1) or call.arg(1)

    def _has_setting(self, name: str) -> bool:
        if name not in self._said:
            modules = self.project.modules
            self._said[name] = any(self._is_of_settings(m) and self._says(m, name) for m in modules)
        return self._said[name]

    @staticmethod
    def _is_of_settings(module: ModuleSymbol) -> bool:
        like = module.name.rpartition(".")[2].lower()
        return "settings" in like or "config" in like or "INSTALLED_APPS" in module.assigned

    def _says(self, module: ModuleSymbol, name: str) -> bool:
        """Whether a module has a setting: its own, or one out of another module."""
        if name in module.assigned or name in module.imports:
            return True
        others = (self.project.module(star, module) for star in module.stars)
        return any(name in other.assigned for other in others if other is not None)

    def _inside(self, value: Value, name: str) -> Value:
        """An attribute of modules and classes, without a frame."""
        found: list[Value] = []
        for atom in value:
            if isinstance(atom, Module):
                found.append(self.member(atom.module, name))
            elif isinstance(atom, Type):
                method = self.method(atom.cls, name)
                found.append(
                    (Function(method),) if method else self.class_attribute(atom.cls, name)
                )
            elif isinstance(atom, Outside):
                found.append(from_outside(f"{atom.name}.{name}"))
        return join(*found)
