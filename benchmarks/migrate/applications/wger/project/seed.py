"""The people, workouts, plans of food and gyms of wger's own tests; half of it is the visitor's."""

import logging
from typing import Any

OWN = "days_of_week gym_config groups setting_repetition_units setting_weight_units"
TESTS = (
    "languages licenses gyms gymsconfig user-data gym-adminconfig gym-userconfig admin-user-notes "
    "gym-user-documents contracts apikeys weight-data equipment categories muscles exercises "
    "exercise-images weight-units ingredients nutrition-data nutrition-diary workout-data "
    "workout-session schedules gallery-images measurement-categories measurements"
)


def before() -> None:
    """What it says of requests that fail nobody reads."""
    logging.disable(logging.CRITICAL)


def ground() -> None:
    """By its own fixtures, as its tests load them."""
    from django.core.management import call_command

    tests = [f"test-{name}" for name in TESTS.split()]
    call_command("loaddata", *OWN.split(), *tests, verbosity=0)


def rows() -> None:
    """What is the first user's becomes the administrator's, who trains in the first gym."""
    from django.apps import apps
    from django.contrib.auth.models import Group, User

    admin = User.objects.get(username="admin@example.com")
    for model in apps.get_models():
        keys = [f for f in model._meta.local_fields if f.related_model is User and not f.unique]
        if model.__module__.startswith("wger."):
            for key in keys:
                model._base_manager.filter(**{key.name: 1}).update(**{key.name: admin})
    admin.groups.set(Group.objects.all())
    _in_gym(admin)


def allow(user: Any) -> None:
    """Somebody who leads the same gym."""
    _in_gym(user)


def _in_gym(user: Any) -> None:
    user.userprofile.gym_id = 1
    user.userprofile.email_verified = True
    user.userprofile.save()
