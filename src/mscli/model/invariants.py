"""What is true of a system whenever it is quiet, and what is asked to find out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Query:
    """One SELECT on the database of a service."""

    service: str
    sql: str


@dataclass(frozen=True, slots=True)
class Invariant:
    """What is true whenever the system is quiet.

    Either the one value that `query` answers with is `expect`, which is JSON; or each of its rows
    is also a row of `within`, as a rule a query on another database.
    """

    name: str
    query: Query
    expect: str = "null"
    within: Query | None = None

    @property
    def queries(self) -> tuple[Query, ...]:
        """What has to be asked."""
        return (self.query,) if self.within is None else (self.query, self.within)
