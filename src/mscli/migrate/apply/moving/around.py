"""What an application does around its routes, as calls that another one can do."""

from __future__ import annotations

from dataclasses import dataclass

from mscli.migrate.apply.moving.written import Written

ALWAYS = Written("")


@dataclass(frozen=True, slots=True, order=True)
class Around:
    """One thing that the service's application does, too: the method, and its arguments."""

    method: str
    code: Written
    when: Written = ALWAYS
    """On what condition; none is in any case."""

    @property
    def symbols(self) -> tuple[str, ...]:
        """The symbols of the project that it needs."""
        return (*self.code.symbols, *self.when.symbols)
