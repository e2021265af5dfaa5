"""What code needs, all told: the pieces that go along, and why they cannot where they cannot."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Outside:
    """A name of a package that code uses, such as `flask.request`, and what it takes from it."""

    name: str
    attribute: str
    where: str


@dataclass(slots=True)
class Closure:
    """Pieces by file, what they import of packages, and every reason against moving them.

    `handed` are names by file that a module only hands on from another.
    """

    pieces: dict[str, set[int]] = field(default_factory=dict)
    packages: set[str] = field(default_factory=set)
    inside: set[str] = field(default_factory=set)
    """Packages that are imported inside of functions, or where it may fail."""
    reasons: list[str] = field(default_factory=list)
    outside: set[Outside] = field(default_factory=set)
    handed: dict[str, set[str]] = field(default_factory=dict)
    starred: dict[str, set[str]] = field(default_factory=dict)
    """Names by file that a module has from another by a star."""

    def add(self, other: Closure) -> None:
        """Take in what another needs, too."""
        for module, found in other.pieces.items():
            self.pieces.setdefault(module, set()).update(found)
        for mine, others in ((self.handed, other.handed), (self.starred, other.starred)):
            for module, names in others.items():
                mine.setdefault(module, set()).update(names)
        self.packages |= other.packages
        self.inside |= other.inside
        self.outside |= other.outside
