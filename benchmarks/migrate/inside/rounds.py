"""Over which rows all routes are visited: again and again over others, so that more is reached."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

from inside.dependants import Dependants
from inside.making import numbers
from inside.rows import Rows
from inside.snapshot import Snapshot
from inside.visits import MORE, Visits


class Rounds:
    """Each time that it goes on there are other rows for the visits."""

    def __init__(self, visits: Visits, *, strict: bool = False) -> None:
        self.visits = visits
        self.live = visits.snapshot.live
        self.strict = strict  # whether the database keeps to its keys from the third on

    def all(self, base: Snapshot | None = None) -> Iterator[None]:
        """As it is; over what was there at first (`base`), and with what requests have made of it;
        then over all again, as what may hang on it does; over what requests have looked for; and
        without the rows that nothing hangs on.
        """
        filled = Snapshot(self.visits.snapshot.file)
        yield
        if base is not None:
            self._back_to(base)
            yield
            self._own()
            yield
            self._back_to(filled)
        self._over(Dependants(self.live, self.visits.keys).hang(), "hang on others")
        yield
        self.visits.asked_for.strict = self.strict
        rows = Dependants(self.live, self.visits.keys).let_be_found(self.visits.asked_for.rows)
        self._over(rows, "were looked for")
        yield
        print(f"{Dependants(self.live, self.visits.keys).take_away()} taken away", file=sys.stderr)
        self._over({}, "were made")
        yield

    def _back_to(self, rows: Snapshot) -> None:
        rows.kept.backup(self.live)
        self._over({}, "were added")

    def _own(self) -> None:
        """What requests have made until now is there."""
        before = numbers(self.live)
        self.visits.make()
        after = numbers(self.live)
        made = {table: sorted(rows - before.get(table, set())) for table, rows in after.items()}
        self._over(made, "were made by requests")

    def _over(self, made: Mapping[str, list[int]], why: str) -> None:
        print(f"{sum(map(len, made.values()))} rows {why}", file=sys.stderr)
        self.visits.made |= made
        self.visits.snapshot.keep()
        self.visits.rows = Rows(self.live, self.visits.keys, self.visits.made)
        self.visits.enough = MORE
        self.visits.known = {}
