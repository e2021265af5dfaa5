"""What takes the place of a transaction that the boundaries split."""

from __future__ import annotations

import dataclasses

import pytest

from mscli.migrate.apply.splits import new_sagas, splits_of
from mscli.migrate.boundaries.costs.cuts import Cut
from mscli.migrate.boundaries.propose import Proposal, propose
from mscli.migrate.scan import scan
from mscli.migrate.walk.values.values import Site
from mscli.model.system import Saga, Step
from tests.unit.migrate.test_examples import ROOT

ALL = {"accounts", "catalogue", "orders", "reports"}


@pytest.fixture(scope="module")
def proposal() -> Proposal:
    return propose(scan(ROOT / "examples" / "monolith-django"))


def cut(proposal: Proposal, *cuts: tuple[str, str]) -> Proposal:
    """The proposal with these cuts: `what`, and the services with blanks between."""
    found = tuple(
        Cut("transaction", tuple(between.split()), what, 8.0, (Site("shop.py", 1),))
        for what, between in cuts
    )
    return dataclasses.replace(proposal, cuts=found)


def test_what_is_committed_is_orchestrated_and_what_follows_is_told(proposal: Proposal) -> None:
    splits = list(splits_of(proposal, ALL, {}))
    assert {split.saga: split.style for split in splits} == {
        "cancel": "orchestration",
        "place": "orchestration",
        "accounts-cascade": "choreography",
    }
    sagas = {saga.name: saga for saga in new_sagas(splits, {}, ALL)}
    assert sagas["accounts-cascade"].steps == [{"service": "orders", "action": "accounts-cascade"}]
    assert sagas["place"].steps == [
        {"service": "catalogue", "action": "place", "compensation": "undo-place"},
        {"service": "orders", "action": "place"},
    ]


def test_what_is_one_transaction_still_needs_no_saga(proposal: Proposal) -> None:
    """On the shared database; a saga comes when all who take part have their own."""
    for made, shared in ((set[str](), ALL), ({"reports"}, ALL - {"reports"})):
        splits = list(splits_of(proposal, made, {}, shared))
        assert len(splits) == 3
        assert all("the saga comes with the data" in split.why_none for split in splits)
    [cancel, *_] = splits_of(proposal, {"orders"}, {}, {"catalogue"})
    assert cancel.why_none == (
        "catalogue is on the monolith's database, which takes no step of a saga"
    )


def test_all_that_follows_the_writes_of_one_service_is_one_saga(proposal: Proposal) -> None:
    cuts = cut(
        proposal,
        ("cascade: shop.a writes x, y", "accounts orders"),
        ("cascade: shop.b writes x, z", "accounts reports orders"),
        ("signal: shop.c writes x, y", "accounts orders"),
    )
    sagas = list(new_sagas(splits_of(cuts, ALL, {}), {}, ALL))
    assert [(saga.name, saga.others) for saga in sagas] == [
        ("accounts-cascade", ("orders", "reports")),
        ("accounts-signal", ("orders",)),
    ]


def test_a_cascade_in_a_function_with_a_saga_is_a_part_of_that(proposal: Proposal) -> None:
    cuts = cut(
        proposal,
        ("commit: shop.forget writes x, y", "accounts orders"),
        ("cascade: shop.forget writes x, y", "accounts orders"),
    )
    assert [split.saga for split in splits_of(cuts, ALL, {})] == ["forget", "forget"]


def test_the_monolith_takes_no_step(proposal: Proposal) -> None:
    cuts = cut(
        proposal,
        ("commit: shop.place writes x, y", "orders accounts catalogue"),
        ("cascade: shop.forget writes x, y", "accounts orders"),
    )
    splits = list(splits_of(cuts, {"accounts"}, {}))
    assert list(new_sagas(splits, {}, {"accounts"})) == []
    assert [split.why_none.partition(",")[0] for split in splits] == [
        "orders and catalogue are in the monolith",
        "orders is in the monolith",
    ]


def test_a_saga_that_is_there_is_not_changed_but_joined_by_another(proposal: Proposal) -> None:
    cuts = cut(
        proposal,
        ("cascade: shop.a writes x, y", "accounts orders"),
        ("cascade: shop.b writes x, z", "accounts reports"),
    )
    steps = (Step("orders", "accounts-cascade"),)
    existing = {
        "accounts-cascade": Saga("accounts-cascade", "accounts", steps, style="choreography")
    }
    splits = list(splits_of(cuts, ALL, existing))
    assert [split.saga for split in splits] == ["accounts-cascade", "accounts-cascade-2"]
    [new] = new_sagas(splits, existing, {"reports"})
    assert (new.name, new.others) == ("accounts-cascade-2", ("reports",))


def test_who_begins_a_saga_stays_its_owner_whatever_else_follows(proposal: Proposal) -> None:
    cuts = cut(
        proposal,
        ("atomic: shop.a writes x, y", "orders accounts"),
        ("cascade: shop.a writes y, x, z", "accounts orders reports"),
    )
    [saga] = new_sagas(splits_of(cuts, ALL, {}), {}, ALL)
    assert (saga.owner, saga.others) == ("orders", ("accounts", "reports"))
