"""What an application does around its routes, as calls that another one can do."""

from __future__ import annotations

from dataclasses import dataclass

from mscli.migrate.apply.moving.written import Written

ALWAYS = Written("")
OWN = "MovedAround"
"""What puts middleware of the monolith's own around moved routes, and around no other."""


@dataclass(frozen=True, slots=True, order=True)
class Around:
    """One thing that the service's application does, too: the method, and its arguments.

    Without a method `code` is a function of a package, which is given the application.
    """

    method: str
    code: Written
    when: Written = ALWAYS
    """On what condition; none is in any case."""
    own: str = ""
    """Of middleware of the project's own: the name that it has in the monolith."""

    def line(self, code: str) -> str:
        """The call, with the names that the code has where it is written."""
        return f"app.{self.method}({code})" if self.method else f"{code}(app)"

    @property
    def symbols(self) -> tuple[str, ...]:
        """The symbols of the project that it needs."""
        return (*self.code.symbols, *self.when.symbols)
