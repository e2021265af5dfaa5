"""Names that are made of handlers' names: of functions, and of sagas."""

from __future__ import annotations

import pytest

from mscli.migrate.apply.asking import free_name
from mscli.migrate.boundaries.steps.sagas import saga_of


@pytest.mark.parametrize(
    ("handler", "name"),
    [
        ("show", "show_2"),
        ("TopicAdmin:history:forum_topic", "topic_admin_history_forum_topic"),
        ("del", "del_2"),
        ("2nd", "route_2nd"),
    ],
)
def test_a_function_has_a_name_that_is_one_and_is_free(handler: str, name: str) -> None:
    taken = {"show"}
    assert free_name(handler, taken) == name
    assert name in taken


@pytest.mark.parametrize(
    ("function", "name"),
    [
        ("shop.orders.place", "place"),
        ("forum.models.Topic.hide", "topic-hide"),
        ("api.GroupResource.delete", "group-resource-delete"),
        (
            "x.ConditionalOfferAdmin:history:offer_conditionaloffer",
            "conditional-offer-admin-history",
        ),
    ],
)
def test_a_saga_is_named_after_what_it_does_and_never_too_long(function: str, name: str) -> None:
    assert saga_of(function) == name
    assert len(f"undo-{name}-99") <= 40
