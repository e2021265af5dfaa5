"""What loggers tell the project's own handlers, such as one that writes a row for each record.

`LOGGING` in the settings says who listens: a record goes to the handlers of its logger and of those
above it, if it is of the level of its logger and of the handler. A logger whose name is not known
is called as its module is (`__name__`). That one does not propagate is not seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.semantics import Semantics
from mscli.migrate.walk.values.values import (
    Atom,
    Made,
    Member,
    Object,
    Outside,
    Pairs,
    Type,
    Value,
    join,
    text,
    texts,
)
from mscli.migrate.words import words

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

SETTING, LOGGER, HEARD = "LOGGING", "logging.getLogger", "emit"
LEVELS = {level: place for place, level in enumerate(words("debug info warning error critical"))}
ALSO = {"warn": "warning", "exception": "error", "fatal": "critical", "log": "critical"}
RECORD: Value = (Outside("logging.LogRecord"),)


class Loggers(Semantics):
    """`logging.getLogger("shop.audit").info(...)`."""

    def call(self, frame: Frame, atom: Atom, call: Call) -> Value | None:
        """What the handlers do that hear of it."""
        if not isinstance(atom, Member) or not isinstance(atom.of, Made) or atom.of.name != LOGGER:
            return None
        level = LEVELS.get(ALSO.get(atom.name, atom.name))
        if level is None:
            return None
        name = text(atom.of.arg(0)) or _module(frame, atom.of)
        said = _mappings(frame.engine.setting(SETTING))
        heard = {cls for one in said for cls in _listening(one, name, level)}
        for cls in sorted(heard):
            for part in frame.engine.dotted_name(cls):
                if isinstance(part, Type) and frame.engine.method(part.cls, HEARD) is not None:
                    hears = frame.attribute((Object(part.cls),), HEARD, call.site)
                    frame.apply(hears, Call((RECORD,), (), call.site))
        return ()


def _module(frame: Frame, logger: Made) -> str:
    modules = frame.engine.project.modules
    return next((m.name for m in modules if m.file == logger.site.file), "")


def _listening(setting: Pairs, name: str, level: int) -> Iterator[str]:
    """The classes of the handlers that hear of a record."""
    above = list(_above(setting, name))
    told = [least for logger in above if (least := _level(logger)) is not None]
    if told and level < told[0]:
        return
    for logger in above:
        for key in texts(logger.get("handlers")):
            for handler in _mappings(_under(setting, "handlers", key)):
                if level >= (_level(handler) or 0):
                    yield from texts(handler.get("class"))


def _above(setting: Pairs, name: str) -> Iterator[Pairs]:
    """What is said of a logger and of those above it, the nearest first."""
    while name:
        yield from _mappings(_under(setting, "loggers", name))
        name = name.rpartition(".")[0]
    yield from _mappings(_under(setting, "loggers", ""))
    yield from _mappings(setting.get("root"))


def _under(setting: Pairs, kind: str, name: str) -> Value:
    return join(*(inner.get(name) for inner in _mappings(setting.get(kind))))


def _mappings(value: Value) -> Iterator[Pairs]:
    return (atom for atom in value if isinstance(atom, Pairs))


def _level(said: Pairs) -> int | None:
    return LEVELS.get((text(said.get("level")) or "").lower())
