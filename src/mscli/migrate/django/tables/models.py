"""Django's models: tables, foreign keys, many-to-many, inheritance, generic relations."""

from __future__ import annotations

from collections.abc import Iterable

from mscli.migrate.django.installed import Installed
from mscli.migrate.django.tables.fields import fields_of
from mscli.migrate.django.tables.relations import RelationReader
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.schema import Model, Schema
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.values.values import (
    Site,
    Value,
    last,
    text,
)
from mscli.migrate.words import words

ABSTRACT = (
    "models.Model",
    "MPTTModel",
    "MP_Node",
    "NS_Node",
    "AL_Node",
    "TimeStampedModel",
    "AbstractUser",
    "AbstractBaseUser",
    "PermissionsMixin",
    "PolymorphicModel",
    "TranslatableModel",
    "ClusterableModel",
    "AbstractBaseSession",
    "SortableModel",
    "SoftDeletableModel",
    "LifecycleModel",
    "RulesModel",
    "TagBase",
    "TaggedItemBase",
    "GenericTaggedItemBase",
)
OPTIONS = frozenset(
    words(
        "abstract app_label db_table managed proxy unique_together verbose_name verbose_name_plural"
    )
)
FRAMEWORK_TABLES = {
    "django.contrib.auth.models.User": "auth_user",
    "django.contrib.auth.models.Group": "auth_group",
    "django.contrib.auth.models.Permission": "auth_permission",
    "django.contrib.contenttypes.models.ContentType": "django_content_type",
    "django.contrib.sites.models.Site": "django_site",
    "django.contrib.sessions.models.Session": "django_session",
    "django.contrib.admin.models.LogEntry": "django_admin_log",
    "django.contrib.flatpages.models.FlatPage": "django_flatpage",
    "django.contrib.redirects.models.Redirect": "django_redirect",
    "rest_framework.authtoken.models.Token": "authtoken_token",
    "taggit.models.Tag": "taggit_tag",
    "taggit.models.TaggedItem": "taggit_taggeditem",
}


def is_model(engine: Engine, cls: ClassSymbol) -> bool:
    """Whether a class is one of Django's models, abstract ones included."""
    return any(
        entry.endswith(ABSTRACT)
        and not entry.endswith("().Model")
        and not entry.startswith(("pydantic", "sqlmodel", "tortoise"))
        for entry in engine.outsiders(cls)
    ) or _has_options(engine, cls)


def _has_options(engine: Engine, cls: ClassSymbol) -> bool:
    """Whether a class whose base is of a package beside the project has options of a model."""
    meta = cls.inner.get("Meta")
    return (
        meta is not None
        and bool(OPTIONS & set(meta.attributes))
        and cls.module.imports.get("models", ("",))[0] in ("django.db", "django.contrib.gis.db")
        and any(entry != "builtins.object" for entry in engine.outsiders(cls))
    )


class Reader:
    """Reads every model of a Django project into the schema."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.schema: Schema = engine.schema
        self.labels: dict[str, str] = {}
        self.user: Model | None = None
        self.installed = Installed(engine)

    def read(self) -> None:
        """Tables first, relations after: a relation may point anywhere."""
        self.labels = _app_labels(self.engine, self.installed.names)
        classes = [cls for cls in self.engine.project.classes if is_model(self.engine, cls)]
        if not classes:
            return
        for name, table in FRAMEWORK_TABLES.items():
            model = Model(last(name), table, "django", None, owner=name, origin="framework")
            self.schema.outside[name] = model
        concrete = [
            cls
            for cls in classes
            if not self._meta_flag(cls, "abstract") and not self.installed.leaves_out(cls.module)
        ]
        for cls in sorted(concrete, key=lambda cls: len(self.engine.order(cls))):
            self._table(cls)
        self.user = self._user()
        relations = RelationReader(self)
        for cls in concrete:
            relations.read(self.schema.by_class[cls])

    def _meta(self, cls: ClassSymbol, name: str) -> Value:
        for entry in self.engine.lineage(cls):
            if "Meta" in entry.inner:
                return self.engine.class_attribute(entry.inner["Meta"], name)
        return ()

    @staticmethod
    def _meta_flag(symbol: ClassSymbol, name: str) -> bool:
        meta = symbol.inner.get("Meta")
        node = meta.attributes.get(name) if meta else None
        return bool(getattr(node, "value", False))

    def app_label(self, cls: ClassSymbol) -> str:
        """The application that a model belongs to."""
        named = text(self._meta(cls, "app_label"))
        if named:
            return named
        parts = cls.module.name.split(".")
        for cut in range(len(parts), 0, -1):
            if ".".join(parts[:cut]) in self.labels:
                return self.labels[".".join(parts[:cut])]
        if "models" in parts:
            parts = parts[: parts.index("models")]
        elif len(parts) > 1 and not cls.module.is_package:
            parts = parts[:-1]
        return parts[-1] if parts else cls.module.name

    def _table(self, cls: ClassSymbol) -> None:
        label, name = self.app_label(cls), cls.name.rpartition(".")[2]
        parents = tuple(
            self.schema.by_class[entry]
            for entry in self.engine.lineage(cls)[1:]
            if entry in self.schema.by_class
        )[:1]
        proxy = self._meta_flag(cls, "proxy") and bool(parents)
        own = cls.inner.get("Meta")
        named = (
            text(self.engine.own_attribute(own, "db_table"))
            if own and ("db_table" in own.attributes)
            else None
        )
        table = named or f"{label}_{name.lower()}"
        model = Model(
            name,
            parents[0].table if proxy else table,
            "django",
            Site(cls.module.file, cls.node.lineno),
            cls,
            label,
            fields=tuple(sorted([*fields_of(self.engine, cls), *_order(cls)])),
            parents=parents,
            proxy=proxy,
        )
        self.schema.add(model)

    def _user(self) -> Model | None:
        for module in self.engine.project.modules:
            if "AUTH_USER_MODEL" in module.assigned:
                named = text(self.engine.module_globals(module).get("AUTH_USER_MODEL", ()))
                found = self.named(named, "") if named else None
                if found:
                    return found
        return self.schema.outside.get("django.contrib.auth.models.User")

    def named(self, name: str, label: str) -> Model | None:
        """The model that a string such as `orders.Order` means."""
        app, _, model = name.rpartition(".")
        app = app.rpartition(".")[2] or label
        candidates = [m for m in self.schema.by_class.values() if m.name.lower() == model.lower()]
        for found in candidates:
            if found.owner == app:
                return found
        for known in self.schema.outside.values():
            if known.name.lower() == model.lower() and app in known.owner.split("."):
                return known
        return candidates[0] if len(candidates) == 1 else None


def _order(cls: ClassSymbol) -> list[str]:
    """The column that `order_with_respect_to` adds."""
    meta = cls.inner.get("Meta")
    return ["_order"] if meta and "order_with_respect_to" in meta.attributes else []


def _app_labels(engine: Engine, installed: Iterable[str]) -> dict[str, str]:
    """Package -> label: what is below a package without an application of its own is that one's."""
    labels: dict[str, str] = {}
    for cls in engine.project.classes:
        if engine.inherits(cls, "AppConfig") and cls.module.name.endswith(("apps", "config")):
            name = text(engine.class_attribute(cls, "name"))
            name = name or cls.module.name.rpartition(".")[0]
            label = text(engine.class_attribute(cls, "label")) or name.rpartition(".")[2]
            labels.setdefault(name, label)
            labels.setdefault(cls.module.name.rpartition(".")[0], label)
    for name in sorted(installed):
        package = engine.project.module(name)
        if package is not None:
            labels.setdefault(package.name, name.rpartition(".")[2])
    return labels
