"""Which functions signals call, and for the rows of which models."""

from __future__ import annotations

from collections.abc import Mapping

from mscli.migrate.django import hearing
from mscli.migrate.django.hearing import SENDS, signal_id
from mscli.migrate.django.tables import between
from mscli.migrate.django.tables.models import Reader
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.entries import Entries, Receiver
from mscli.migrate.walk.graph.nodes import OutsideCall
from mscli.migrate.walk.graph.off import Off
from mscli.migrate.walk.values.flat import flat
from mscli.migrate.walk.values.newness import put_away
from mscli.migrate.walk.values.values import (
    Function,
    Made,
    Member,
    Outside,
    Text,
    Type,
    Value,
    dotted,
    join,
    last,
    vague,
)

LINKED = "m2m_changed"


def read(engine: Engine, reader: Reader, entries: Entries) -> None:
    """Functions that signals call: `@receiver(...)` and `signal.connect(...)`."""
    sent = _sent(engine)
    calls = [
        (call, signals, _tables(engine, reader, _sender(call)))
        for call in engine.outside
        if (signals := _connected(call))
    ]
    told = {call.site for call, _, tables in calls if tables}
    off = Off(engine.nodes.values())
    for call, signals, tables in calls:
        if call.site in told and not tables:
            continue  # the sender is a parameter, and others have given it
        for signal in signals:
            for table in tables or [""]:
                given = (call, off.of(call.owner), sent.get(signal, {}))
                _hear(engine, entries, signal, table, *given)


def _connected(call: OutsideCall) -> list[str]:
    """The signals that a call connects a function to."""
    callee = call.callee
    if isinstance(callee, Made) and last(callee.name) == "receiver":
        return _signals(callee.arg(0))
    if isinstance(callee, Made) and last(callee.name) == "connect_via":
        return _signals((callee.of,) if callee.of else ())
    if isinstance(callee, Member) and callee.name == "connect":
        return [signal_id(callee.of)]
    if call.name.endswith(".connect") and "signal" in call.name:
        return [last(call.name.removesuffix(".connect"))]
    return []


def _sent(engine: Engine) -> dict[str, dict[str, Value]]:
    """What is given with each signal that the project sends, by name."""
    found: dict[str, dict[str, Value]] = {}
    for call in engine.outside:
        if not isinstance(call.callee, Member) or call.callee.name not in SENDS:
            continue
        for name, value in call.kwargs if hearing.is_signal(call.name) else ():
            if name != "sender":
                given = found.setdefault(signal_id(call.callee.of), {})
                given[name] = put_away(vague(join(given.get(name, ()), value)))
    return found


def _sender(call: OutsideCall) -> Value:
    if isinstance(call.callee, Made) and last(call.callee.name) == "receiver":
        return call.callee.arg(-1, "sender")
    return call.arg(1, "sender")


def _signals(value: Value) -> list[str]:
    return [signal_id(atom) for atom in flat(value) if isinstance(atom, Outside | Made)]


def _hear(
    engine: Engine,
    entries: Entries,
    signal: str,
    table: str,
    call: OutsideCall,
    only_if: tuple[str, ...],
    sent: Mapping[str, Value],
) -> None:
    """Let the functions that are connected hear what happens to rows of a table."""
    model = engine.schema.by_table.get(table)
    if signal == LINKED:
        model = between.about(engine.schema, table)
    for atom in call.arg(0, "receiver"):
        if isinstance(atom, Function):
            found = entries.receivers.setdefault((signal, table), [])
            for kept in hearing.kinds(atom.fn, signal):
                env = hearing.given(atom.fn, signal, model, kept, sent)
                node = engine.enter(atom.fn, atom.receiver, env)
                heard = Receiver(node, call.site, kept, only_if)
                if heard not in found:
                    found.append(heard)


def _tables(engine: Engine, reader: Reader, sender: Value) -> list[str]:
    found: list[str] = []
    for atom in sender:
        model = None
        if isinstance(atom, Type):
            model = engine.schema.by_class.get(atom.cls)
        elif dotted(atom).endswith(("AUTH_USER_MODEL", "get_user_model()")):
            model = reader.user
        elif isinstance(atom, Outside):
            model = between.model(engine.schema, atom)
        elif isinstance(atom, Text):
            model = reader.named(atom.text, "")
        if model is not None:
            found.append(model.table)
    return found
