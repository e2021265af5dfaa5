"""Which listeners to rows go along, and which writes stay where their listener stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mscli.migrate.apply.models import EVERY
from mscli.migrate.apply.moving.implied.listeners import (
    Hidden,
    Statement,
    hidden_listeners,
    listeners_of,
)
from mscli.migrate.apply.moving.implied.receivers import Receivers, grown
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.packages import Packages
from mscli.migrate.store import Store


@dataclass(slots=True)
class Listening:
    """Listeners that go along, with what they need; `against` is by the table that is written."""

    statements: list[Statement] = field(default_factory=list)
    closure: Closure = field(default_factory=Closure)
    against: dict[str, list[str]] = field(default_factory=dict)
    hidden: list[tuple[frozenset[str], Hidden]] = field(default_factory=list)
    """What functions connect, by the tables that it is about."""


def listening(
    closing: Closing,
    models: Closure,
    tables: Mapping[str, str],
    store: Store,
    packages: Packages,
    receivers: Receivers,
) -> Listening:
    """Those of moved models; `tables` are those of models, by the models' dotted names.

    With them go those who hear what they send themselves.
    """
    found = Listening()
    for listener in listeners_of(closing, models, store):
        closure = grown(closing, closing.of((), [listener.statement]), receivers)
        against = [*closure.reasons, *packages.against(closure.packages, closure.inside)]
        if not against:
            found.statements.append(listener.statement)
            found.closure.add(closure)
        for table in {tables.get(model, EVERY) for model in listener.models} or {EVERY}:
            reasons = [f"a listener to its rows: {reason}" for reason in against]
            found.against.setdefault(table, []).extend(reasons)
    for hidden in hidden_listeners(closing, models, store):
        heard = frozenset(tables.get(model, EVERY) for model in hidden.models) or {EVERY}
        found.hidden.append((frozenset(heard), hidden))
    return found
