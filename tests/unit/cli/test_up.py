"""What `mscli up` and `mscli scale` are told."""

from __future__ import annotations

import pytest

from mscli.cli.up import replicas_of
from mscli.errors import UsageError


def test_replicas_are_asked_for_by_service_and_number() -> None:
    assert replicas_of("orders=0", ["orders"]) == ("orders", 0)
    assert replicas_of("orders=100", ["orders"]) == ("orders", 100)


@pytest.mark.parametrize(
    ("pair", "hint"),
    [
        ("orders", "such as orders=2"),
        ("nobody=2", "there is: orders"),
        ("order=2", "did you mean 'orders'?"),
        ("orders=-1", "such as orders=2"),
        ("orders=101", "orders=100 at most"),
    ],
)
def test_other_numbers_and_services_are_refused(pair: str, hint: str) -> None:
    with pytest.raises(UsageError) as refused:
        replicas_of(pair, ["orders"])
    assert refused.value.hint == hint
