"""One service that is to be made: what it has, and what a person has to give it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mscli.migrate.apply.judging import Fate
from mscli.migrate.apply.moving.django.requests.identity import SESSIONS
from mscli.migrate.apply.moving.pieces import own_files
from mscli.migrate.apply.moving.sliced import Slice
from mscli.migrate.apply.tables.writing import Owned
from mscli.migrate.facts import Facts
from mscli.migrate.store import ADDRESS, OWN, ROOT, SHARED, SIGNING, UPLOADS, Store


@dataclass(frozen=True, slots=True)
class Part:
    """One service that is to be made: tables, routes, the code that moves, and its packages."""

    name: str
    owned: Owned
    fates: tuple[Fate, ...]
    slice: Slice = field(default_factory=Slice)
    requirements: tuple[str, ...] = ()
    python: str = ""
    """The lowest version of Python for them, where the template's own is none."""
    store: Store = OWN
    tables: tuple[str, ...] = ()
    """Those that it is to own; `owned` are those that it has."""
    addresses: frozenset[str] = frozenset()
    """Variables by which the monolith is told where its database is."""

    @property
    def package(self) -> str:
        """The service's name as an identifier in code."""
        return self.name.replace("-", "_")

    @property
    def is_shared(self) -> bool:
        """Whether its code is there and runs on the monolith's database."""
        return self.store == SHARED and bool(self.modules)

    @property
    def modules(self) -> Mapping[str, str]:
        """The modules with moved code, by path."""
        return self.slice.modules

    @property
    def cuts(self) -> tuple[str, ...]:
        """What was taken out of moved code."""
        return self.slice.cuts

    @property
    def asks_files(self) -> bool:
        """Whether its code asks where files of the monolith are."""
        return own_files.asks(self.modules)

    @property
    def signs(self) -> bool:
        """Whether it reads or writes what the monolith's own key signs."""
        django = self.slice.django
        return bool(django.identity or self.slice.signs or SESSIONS in django.middleware)

    @property
    def needed(self) -> tuple[str, ...]:
        """Variables without which its moved code cannot work at all."""
        named = {
            ADDRESS: self.is_shared,
            UPLOADS: self.slice.django.media is not None,
            ROOT: self.asks_files,
        }
        return tuple(name for name, is_so in named.items() if is_so)

    @property
    def told(self) -> tuple[str, ...]:
        """Every variable that its moved code reads."""
        return tuple(dict.fromkeys((*self._asked_for, *self.slice.environment)))

    @property
    def _asked_for(self) -> dict[str, str]:
        """What only a person knows who has the monolith: variables, and why."""
        why: dict[str, str] = {}
        if self.is_shared:
            why[ADDRESS] = (
                "the monolith's database, on which moved code runs; set where it is known"
            )
        elif self.slice.django.identity:
            why[ADDRESS] = "users and sessions are read in the monolith's database"
        if self.slice.django.media is not None:
            why[UPLOADS] = "the folder that the monolith keeps uploads in; set where it is known"
        if self.asks_files:
            why[ROOT] = "the monolith's folder, where moved code looks for its files"
        secrets = self.slice.django.secrets
        why |= dict.fromkeys(secrets, "what the monolith's settings have; it is never copied")
        if self.signs:
            why |= {SIGNING: "the monolith's own, which signs its sessions"}
        return why

    @property
    def environment(self) -> tuple[str, ...]:
        """What a person has to give it before it answers as the monolith: variables, and why."""
        why = self._asked_for
        read = [name for name in self.slice.environment if name not in why]
        asked = {
            "moved code reads this; give what the monolith has": self.addresses.isdisjoint,
            "the monolith's database, which moved code does not use: any value, if it insists": (
                self.addresses.issuperset
            ),
        }
        lines = (
            f"{', '.join(names)}: {text}"
            for text, is_so in asked.items()
            if (names := [f"`{name}`" for name in read if is_so([name])])
        )
        told = (f"`{name}`: {text}" for name, text in why.items())
        return (*lines, *self.slice.given, *told)

    @property
    def unread(self) -> tuple[str, ...]:
        """What of its tables' declarations was not understood."""
        tables = self.owned.tables
        return tuple(text for t in tables for text in (*t.unknown, *t.unchecked))


def ambient_of(facts: Facts, parts: Iterable[Part]) -> list[str]:
    """Code that runs on every request of the monolith, and not in every new service."""
    made = [part.slice for part in parts if part.modules]
    around = [{*each.django.around, *each.around.own} for each in made]
    everywhere = set.intersection(*around) if around else set[str]()
    staying = (found for found in facts.ambient if found.name not in everywhere)
    return [f"{found.kind} {found.name} ({found.evidence})" for found in staying]
