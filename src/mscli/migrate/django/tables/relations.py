"""The relations of Django's models: foreign keys, many-to-many, inheritance, generic ones."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mscli.migrate.django.tables import history
from mscli.migrate.django.tables.fields import fields_of
from mscli.migrate.walk.graph.nodes import Confidence, Unresolved
from mscli.migrate.walk.graph.schema import Model, Relation
from mscli.migrate.walk.values.values import (
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

if TYPE_CHECKING:
    from mscli.migrate.django.tables.models import Reader
    from mscli.migrate.walk.engine import Engine

FOREIGN = {
    "ForeignKey": "foreign-key",
    "OneToOneField": "one-to-one",
    "ParentalKey": "foreign-key",
    "TreeForeignKey": "foreign-key",
    "TreeOneToOneField": "one-to-one",
    "AutoOneToOneField": "one-to-one",
}
MANY = frozenset(["ManyToManyField", "ParentalManyToManyField", "TreeManyToManyField"])
TAG, TAGGED = "taggit.models.Tag", "taggit.models.TaggedItem"
CONTENT_TYPE = "django.contrib.contenttypes.models.ContentType"
ON_DELETE = {
    "CASCADE": "cascade",
    "SET_NULL": "set-null",
    "SET_DEFAULT": "set-null",
    "PROTECT": "protect",
    "RESTRICT": "protect",
    "DO_NOTHING": "nothing",
}


class RelationReader:
    """Reads what models declare about one another, when every table is known."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.engine = reader.engine
        self.schema = reader.schema

    def _target(self, model: Model, value: Value) -> Model | None:
        for atom in value:
            if isinstance(atom, Type):
                return self.schema.by_class.get(atom.cls)
            if isinstance(atom, Text):
                return model if atom.text == "self" else self._by_text(atom.text, model)
            name = dotted(atom)
            if name.endswith(("AUTH_USER_MODEL", "get_user_model()")):
                return self.reader.user
            if isinstance(atom, Outside) and atom.name in self.schema.outside:
                return self.schema.outside[atom.name]
            if isinstance(atom, Made) and "AUTH_USER_MODEL" in "".join(atom.label):
                return self.reader.user
        return None

    def _by_text(self, name: str, model: Model) -> Model | None:
        return self.reader.named(name, model.owner) or (
            self.reader.user if "AUTH_USER" in name else None
        )

    def read(self, model: Model) -> None:
        """Every relation that a model declares or inherits."""
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
        for name, (_, field) in fields_of(self.engine, cls).items():
            self._relation(model, name, field)

    def _relation(self, model: Model, name: str, field: Made) -> None:
        kind, wanted = last(field.name), field.arg(0, "to")
        if kind in FOREIGN:
            self._foreign(model, name, field, FOREIGN[kind])
        elif kind in MANY:
            target = self._known(model, name, field)
            through = self._target(model, field.arg(-1, "through"))
            back = self._reverse(model, field, "many-to-many")
            table = text(field.arg(-1, "db_table"))
            self._many(model, name, target, through, field.site, back, table)
        elif kind == "GenericForeignKey":
            known, sure = self.schema.outside[CONTENT_TYPE], Confidence.LIKELY
            self.schema.relate(
                Relation("generic", name, model, known, field.site, "", "nothing", confidence=sure)
            )
        elif kind == "GenericRelation":
            target = self._target(model, wanted)
            self.schema.relate(
                Relation("generic", name, model, target, field.site, "", "cascade", collection=True)
            )
        elif kind == "TaggableManager":
            self._tags(model, name, field)
        elif kind == "HistoricalRecords":
            history.keep(self.reader, model, name, field)

    def _foreign(self, model: Model, name: str, field: Made, kind: str) -> None:
        target, back = self._known(model, name, field), self._reverse(model, field, kind)
        makes = last(field.name) == "AutoOneToOneField"  # django-annoying's
        goes, required = _on_delete(field), not _may_be_none(self.engine, model, name)
        self.schema.relate(
            Relation(
                kind,
                name,
                model,
                target,
                field.site,
                back,
                goes,
                required=required,
                makes=makes,
            )
        )

    def _known(self, model: Model, name: str, field: Made) -> Model | None:
        """The model that a field points to; that it is not known is said."""
        target = self._target(model, field.arg(0, "to"))
        if target is None:
            what = f"{model.name}.{name} points to a model that is not known"
            self.engine.unresolved[Unresolved("relation", what, field.site)] = None
        return target

    def _tags(self, model: Model, name: str, field: Made) -> None:
        """django-taggit: a many-to-many over its generic table, or over one of the project."""
        outside = self.schema.outside
        through = self._target(model, field.arg(-1, "through")) or outside[TAGGED]
        own = (r.target for r in through.relations.values() if r.name == "tag")
        self._many(model, name, next(own, None) or outside[TAG], through, field.site, "")

    def _many(
        self,
        model: Model,
        name: str,
        target: Model | None,
        through: Model | None,
        site: Site,
        reverse: str,
        table: str | None = None,
    ) -> None:
        if through is None:
            table = table or f"{model.table}_{name}"
            through = Model(
                f"{model.name}.{name}", table, "django", site, None, model.owner, "auto"
            )
            self.schema.add(through)
        self.schema.relate(
            Relation(
                "many-to-many", name, model, target, site, reverse, "", through, collection=True
            )
        )

    @staticmethod
    def _reverse(model: Model, field: Made, kind: str) -> str:
        named = text(field.arg(-1, "related_name"))
        if named is not None:
            named = named.replace("%(class)s", model.name.lower())
            named = named.replace("%(app_label)s", model.owner)
            return f"{model.table}.{named}" if named.endswith("+") else named
        suffix = "" if kind == "one-to-one" else "_set"
        return f"{model.name.lower()}{suffix}"


def _may_be_none(engine: Engine, model: Model, name: str) -> bool:
    """Whether a field is `null=True`: no value keeps what a call says."""
    entries = engine.lineage(model.cls) if model.cls is not None else ()
    field = next((entry.attributes[name] for entry in entries if name in entry.attributes), None)
    return isinstance(field, ast.Call) and any(
        word.arg == "null" and isinstance(word.value, ast.Constant) and bool(word.value.value)
        for word in field.keywords
    )


def _on_delete(field: Made) -> str:
    for atom in field.arg(1, "on_delete"):
        found = ON_DELETE.get(last(dotted(atom)))
        if found:
            return found
    return "cascade"
