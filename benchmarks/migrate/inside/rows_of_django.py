"""Rows of a Django application: people, two rows of each model, and what hangs on what."""

from __future__ import annotations

import contextlib
import random
import sys
from collections.abc import Iterator
from typing import Any

from inside.of_sqlalchemy import belongs
from inside.rows import Key


def before() -> None:
    """What the project wants to be so before Django starts."""
    if hasattr(_seed(), "before"):
        _seed().before()


def _seed() -> Any:
    try:
        from project import seed
    except ImportError:
        return None
    return seed


def own_models(own: tuple[str, ...]) -> Iterator[Any]:
    from django.apps import apps

    for model in apps.get_models():
        if belongs(model.__module__, own) and not model._meta.proxy and model._meta.managed:
            yield model


def admin() -> Any:
    from django.contrib.auth import get_user_model

    ground = getattr(_seed(), "ground", None)
    if ground is not None:  # what people hang on, before there are any
        ground()
    model = get_user_model()
    given = {model.USERNAME_FIELD: "admin@example.com"}
    for name in model.REQUIRED_FIELDS:
        given[name] = "admin@example.com" if "mail" in name else "admin"
    try:
        return model.objects.create_superuser(password="Pa55-word!x9", **given)
    except (TypeError, AttributeError):
        user = model(**given, is_superuser=True, is_staff=True, is_active=True)
        user.set_password("Pa55-word!x9")
        user.save()
        return user


def _person(name: str) -> Any:
    """Somebody who may log in, and nothing else."""
    from django.contrib.auth import get_user_model

    model = get_user_model()
    given = {model.USERNAME_FIELD: f"{name}@example.com"}
    for field in model.REQUIRED_FIELDS:
        given[field] = f"{name}@example.com" if "mail" in field else name
    user = model(**given)
    if hasattr(user, "set_password"):  # or else who he is is known by somebody else
        user.set_password("Pa55-word!x9")
    user.save()
    return user


def _allowed() -> Any:
    """Somebody who may do everything because it was allowed, which has to be looked up."""
    user = _person("person")
    if hasattr(user, "is_staff"):
        user.is_staff = True
        user.save()
    if hasattr(user, "user_permissions"):
        from django.contrib.auth.models import Group, Permission

        user.user_permissions.set(Permission.objects.all())
        user.groups.set(Group.objects.all())
    return user


def fill(models: list[Any]) -> tuple[Any, Any]:
    """Two rows of each model, by the project's own `seed` and by model-bakery; who was allowed
    everything, and who was allowed nothing.
    """
    seed = _seed()
    around = getattr(seed, "around", contextlib.nullcontext)
    if hasattr(seed, "rows"):
        seed.rows()
    _unknown_fields(models)
    with around():
        people = _allowed(), _person("visitor")
        if hasattr(seed, "allow"):
            seed.allow(people[0])
        with _no_empty_default(models):
            _bake(models)
        if hasattr(seed, "complete"):
            seed.complete()
    return people


def _bake(models: list[Any]) -> None:
    """With everything, or with what has to be; else with rows that are there for those above."""
    from django.db import transaction
    from model_bakery import baker

    for model in models:
        for optional, above in ((True, {}), (False, {}), (False, _above(model))):
            try:
                with transaction.atomic():
                    if model._base_manager.count() < 2:
                        everything = {"_fill_optional": optional, "_create_files": optional}
                        baker.make(model, _quantity=2, **everything, **above)
            except Exception as error:
                told = f"{model._meta.label}: {type(error).__name__}: {error}"
                print(told[:200], file=sys.stderr)
            else:
                break


def _above(model: Any) -> dict[str, Any]:
    """The newest row of each model that one of this has to have a key to."""
    keys = [field for field in model._meta.local_fields if field.many_to_one and not field.null]
    return {field.name: field.related_model._base_manager.last() for field in keys}


def _unknown_fields(models: list[Any]) -> None:
    """Fields that an application derives from Django's are filled as those are."""
    from django.db import models as fields
    from model_bakery import generators, random_gen

    # Numbers at random may be a thousand million, and how often something is then done.
    for kind in (fields.IntegerField, fields.PositiveIntegerField, fields.BigIntegerField):
        generators.add(kind, lambda: random.randint(1, 5))
    for model in models:
        for field in model._meta.local_fields:
            if generators.get(type(field)) is None and isinstance(field, fields.CharField):
                generators.add(type(field), random_gen.gen_slug)
            if type(field) is not fields.TextField and isinstance(field, fields.TextField):
                generators.add(type(field), random_gen.gen_text)
            known = generators.get_type_mapping()
            alike = [known[kind] for kind in type(field).__mro__ if kind in known]
            if alike and generators.get(type(field)) is None and type(field) not in known:
                generators.add(type(field), alike[0])


@contextlib.contextmanager
def _no_empty_default(models: list[Any]) -> Iterator[None]:
    """Where there has to be a value, a default of none is no default."""
    from django.db.models import NOT_PROVIDED

    every = (field for model in models for field in model._meta.local_fields)
    found = [field for field in every if field.default is None and not field.null]
    for field in found:
        field.default = NOT_PROVIDED
    yield
    for field in found:
        field.default = None


def keys() -> Iterator[Key]:
    """Foreign keys, those of tables between two models, and generic ones that cascade."""
    from django.apps import apps
    from django.contrib.contenttypes.models import ContentType

    parts = {
        end._meta.db_table
        for model in apps.get_models()
        for parent in model._meta.parents
        if not model._meta.proxy
        for end in (model, parent)
    }
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.concrete_model._meta.db_table
        for field in () if model._meta.proxy else model._meta.local_concrete_fields:
            remote = field.remote_field
            if remote is not None and hasattr(remote.model, "_meta"):
                to = field.target_field
                there = to.model._meta.db_table
                yield Key(table, field.column, there, to.column, whole=table not in parts)
        for field in model._meta.private_fields:
            if hasattr(field, "object_id_field_name"):
                other = field.remote_field.model._meta
                fixed = ContentType.objects.get_for_model(
                    model, for_concrete_model=field.for_concrete_model
                )
                column = other.get_field(field.content_type_field_name).column
                held = other.get_field(field.object_id_field_name).column
                to = model._meta.pk.column
                yield Key(other.db_table, held, table, to, ((column, fixed.pk),))
