"""Django's models: tables, foreign keys, many-to-many, inheritance, generic relations."""

from __future__ import annotations

from mscli.migrate.engine import Engine
from mscli.migrate.index import ClassSymbol
from mscli.migrate.nodes import Confidence, Unresolved
from mscli.migrate.schema import Model, Relation, Schema
from mscli.migrate.values import (
    Items,
    Made,
    Outside,
    Site,
    Text,
    Type,
    Value,
    dotted,
    last,
    text,
)

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
)
FOREIGN = {
    "ForeignKey": "foreign-key",
    "OneToOneField": "one-to-one",
    "ParentalKey": "foreign-key",
    "TreeForeignKey": "foreign-key",
    "TreeOneToOneField": "one-to-one",
    "AutoOneToOneField": "one-to-one",
}
MANY = frozenset(["ManyToManyField", "ParentalManyToManyField", "TreeManyToManyField"])
ON_DELETE = {
    "CASCADE": "cascade",
    "SET_NULL": "set-null",
    "SET_DEFAULT": "set-null",
    "PROTECT": "protect",
    "RESTRICT": "protect",
    "DO_NOTHING": "nothing",
}
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
}


def is_model(engine: Engine, cls: ClassSymbol) -> bool:
    """Whether a class is one of Django's models, abstract ones included."""
    return any(
        isinstance(entry, str)
        and entry.endswith(ABSTRACT)
        and not entry.endswith("().Model")
        and not entry.startswith(("pydantic", "sqlmodel"))
        for entry in engine.order(cls)
    )


class Reader:
    """Reads every model of a Django project into the schema."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.schema: Schema = engine.schema
        self.labels = _app_labels(engine)
        self.user: Model | None = None

    def read(self) -> None:
        """Tables first, relations after: a relation may point anywhere."""
        classes = [cls for cls in self.engine.project.classes if is_model(self.engine, cls)]
        if not classes:
            return
        for name, table in FRAMEWORK_TABLES.items():
            model = Model(last(name), table, "django", None, owner=name, origin="framework")
            self.schema.outside[name] = model
        concrete = [cls for cls in classes if not self._meta_flag(cls, "abstract")]
        for cls in sorted(concrete, key=lambda cls: len(self.engine.order(cls))):
            self._table(cls)
        self.user = self._user()
        for cls in concrete:
            self._relations(self.schema.by_class[cls])

    def _meta(self, cls: ClassSymbol, name: str) -> Value:
        for entry in self.engine.order(cls):
            if isinstance(entry, ClassSymbol) and "Meta" in entry.inner:
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
            for entry in self.engine.order(cls)[1:]
            if isinstance(entry, ClassSymbol) and entry in self.schema.by_class
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
            fields=tuple(sorted(self._fields(cls))),
            parents=parents,
            proxy=proxy,
        )
        self.schema.add(model)

    def _fields(self, cls: ClassSymbol) -> dict[str, tuple[ClassSymbol, Made]]:
        """Fields of the class and of its abstract ancestors, the class's own last."""
        found: dict[str, tuple[ClassSymbol, Made]] = {}
        for entry in reversed(self.engine.order(cls)):
            if not isinstance(entry, ClassSymbol) or (
                entry is not cls and entry in self.schema.by_class
            ):
                continue
            for name in entry.attributes:
                for atom in self.engine.own_attribute(entry, name):
                    if isinstance(atom, Made) and last(atom.name).endswith(
                        ("Field", "Key", "Relation")
                    ):
                        found[name] = (entry, atom)
        return found

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

    def _target(self, model: Model, value: Value) -> Model | None:
        for atom in value:
            if isinstance(atom, Type):
                return self.schema.by_class.get(atom.cls)
            if isinstance(atom, Text):
                return model if atom.text == "self" else self._by_text(atom.text, model)
            name = dotted(atom)
            if name.endswith(("AUTH_USER_MODEL", "get_user_model()")):
                return self.user
            if isinstance(atom, Outside) and atom.name in self.schema.outside:
                return self.schema.outside[atom.name]
            if isinstance(atom, Made) and "AUTH_USER_MODEL" in "".join(atom.label):
                return self.user
        return None

    def _by_text(self, name: str, model: Model) -> Model | None:
        return self.named(name, model.owner) or (self.user if "AUTH_USER" in name else None)

    def _relations(self, model: Model) -> None:
        cls = model.cls
        if cls is None or model.proxy:
            return
        if model.parents:
            parent = model.parents[0]
            self.schema.relate(
                Relation(
                    "inheritance",
                    f"{parent.name.lower()}_ptr",
                    model,
                    parent,
                    Site(cls.module.file, cls.node.lineno),
                    model.name.lower(),
                    "cascade",
                )
            )
        if self.engine.inherits(cls, "AbstractUser", "PermissionsMixin"):
            for name, target in (("groups", "Group"), ("user_permissions", "Permission")):
                to = self.schema.outside[f"django.contrib.auth.models.{target}"]
                self._many(
                    model, name, to, None, Site(cls.module.file, cls.node.lineno), "user_set"
                )
        for name, (_, field) in self._fields(cls).items():
            self._relation(model, name, field)

    def _relation(self, model: Model, name: str, field: Made) -> None:
        kind, wanted = last(field.name), field.arg(0, "to")
        if kind in FOREIGN:
            target = self._target(model, wanted)
            self._missing(target, model, name, field.site)
            self.schema.relate(
                Relation(
                    FOREIGN[kind],
                    name,
                    model,
                    target,
                    field.site,
                    self._reverse(model, field, FOREIGN[kind]),
                    _on_delete(field),
                )
            )
        elif kind in MANY:
            target = self._target(model, wanted)
            self._missing(target, model, name, field.site)
            through = self._target(model, field.arg(-1, "through"))
            self._many(
                model,
                name,
                target,
                through,
                field.site,
                self._reverse(model, field, "many-to-many"),
            )
        elif kind == "GenericForeignKey":
            known = self.schema.outside["django.contrib.contenttypes.models.ContentType"]
            self.schema.relate(
                Relation(
                    "generic",
                    name,
                    model,
                    known,
                    field.site,
                    "",
                    "nothing",
                    confidence=Confidence.LIKELY,
                )
            )
        elif kind == "GenericRelation":
            target = self._target(model, wanted)
            self.schema.relate(
                Relation("generic", name, model, target, field.site, "", "cascade", collection=True)
            )
        elif kind == "TaggableManager":
            self.engine.unresolved[Unresolved("relation", f"{model.name}.{name}", field.site)] = (
                None
            )

    def _many(
        self,
        model: Model,
        name: str,
        target: Model | None,
        through: Model | None,
        site: Site,
        reverse: str,
    ) -> None:
        if through is None:
            table = f"{model.table}_{name}"
            through = Model(
                f"{model.name}.{name}", table, "django", site, None, model.owner, "auto"
            )
            self.schema.add(through)
        self.schema.relate(
            Relation(
                "many-to-many", name, model, target, site, reverse, "", through, collection=True
            )
        )

    def _missing(self, target: Model | None, model: Model, name: str, site: Site) -> None:
        if target is None:
            what = f"{model.name}.{name} points to a model that is not known"
            self.engine.unresolved[Unresolved("relation", what, site)] = None

    @staticmethod
    def _reverse(model: Model, field: Made, kind: str) -> str:
        named = text(field.arg(-1, "related_name"))
        if named is not None:
            named = named.replace("%(class)s", model.name.lower())
            named = named.replace("%(app_label)s", model.owner)
            return "" if named.endswith("+") else named
        suffix = "" if kind == "one-to-one" else "_set"
        return f"{model.name.lower()}{suffix}"


def _on_delete(field: Made) -> str:
    for atom in field.arg(1, "on_delete"):
        found = ON_DELETE.get(last(dotted(atom)))
        if found:
            return found
    return "cascade"


def _app_labels(engine: Engine) -> dict[str, str]:
    labels: dict[str, str] = {}
    for cls in engine.project.classes:
        if engine.inherits(cls, "AppConfig") and cls.module.name.endswith(("apps", "config")):
            name = text(engine.class_attribute(cls, "name"))
            name = name or cls.module.name.rpartition(".")[0]
            label = text(engine.class_attribute(cls, "label")) or name.rpartition(".")[2]
            labels.setdefault(name, label)
            labels.setdefault(cls.module.name.rpartition(".")[0], label)
    return labels


__all__ = ["Items", "Reader", "is_model"]
