"""The application's own structure: the part of it ("home") that a file or a dotted name is in.

A home is a Django application's label, a package, or a module named after what it is about. Words
for layers (`models`, `views`, `routers` ...) say nothing about the domain and are left out.
"""

from __future__ import annotations

from collections import Counter
from pathlib import PurePosixPath

from mscli.migrate.facts import Facts, TableFact
from mscli.migrate.words import words

LAYERS = frozenset(
    words(
        "models model views view urls routes route routers router api apis resources endpoints "
        "endpoint handlers handler controllers controller blueprints blueprint schemas schema "
        "serializers services service repositories repository dao daos entities domain modules "
        "apps applications src tables orm v1 v2 v3 rest web tasks jobs admin forms managers "
        "signals receivers middleware __init__ crud queries logic use_cases usecases"
    )
)
NOWHERE = frozenset(
    words(
        "utils util helpers helper common core lib libs base shared extensions exceptions "
        "constants config configs settings database databases db deps dependencies app main "
        "wsgi asgi server application manage cli project factory __main__ tests testing contrib "
        "internal"
    )
)
ALL = 0.9


class Homes:
    """Answers where something lives; "" where the structure does not say."""

    def __init__(self, facts: Facts) -> None:
        self._labels = _labels(facts) if "django" in facts.frameworks else {}
        self._packages = {label: parts for parts, label in self._labels.items()}
        self._roots = sorted({_root(facts), _shelf(facts)}, key=len, reverse=True)
        self.of_table = {table.table: self._of(table) for table in facts.tables}

    def _of(self, table: TableFact) -> str:
        if self._labels:
            return table.owner
        return self.of_file(table.evidence.file) if table.evidence else ""

    def of_file(self, file: str) -> str:
        """The home of a file, by its path from the scanned folder."""
        return self.of_parts(PurePosixPath(file).with_suffix("").parts)

    def of_name(self, name: str) -> str:
        """The home of a dotted name of a function, class or module."""
        parts = [part for part in name.split(".") if not part[:1].isupper()]
        return self.of_parts(tuple(parts))

    def is_part(self, home: str, of: str) -> bool:
        """Whether a home lies in another's package, or is called after it (`order_notes`)."""
        inner, outer = self._packages.get(home), self._packages.get(of)
        if inner and outer and len(outer) > len(inner):
            return False
        if inner and outer and inner[: len(outer)] == outer:
            below = sum(package[: len(outer)] == outer for package in self._packages.values())
            return 2 * below <= len(self._packages)  # the root of everything is nobody's whole
        if home.startswith(f"{of}."):
            homes = {*self.of_table.values()}
            return 2 * sum(h.startswith(f"{of}.") for h in homes) <= len(homes)
        return home.startswith(f"{of.removesuffix('s')}_")

    def of_parts(self, parts: tuple[str, ...]) -> str:
        """The home of a path in pieces."""
        if self._labels:
            for cut in range(len(parts), 0, -1):
                if parts[:cut] in self._labels:
                    return self._labels[parts[:cut]]
            return ""
        root = next((root for root in self._roots if parts[: len(root)] == root), ())
        parts = parts[len(root) :]
        while parts and parts[0] in LAYERS:
            if len(parts) == 2:  # noqa: PLR2004 - `routers/orders`: the file says what it is about
                return "" if parts[1] in LAYERS | NOWHERE else parts[1]
            parts = parts[1:]
        if not parts or parts[0] in NOWHERE:
            return ""
        end = next((place for place, part in enumerate(parts) if part in LAYERS), len(parts))
        return ".".join(parts[:end] if end < len(parts) or len(parts) == 1 else parts[:-1])


def _labels(facts: Facts) -> dict[tuple[str, ...], str]:
    """Package -> label of each Django application that has tables."""
    found: dict[tuple[str, ...], str] = {}
    for table in facts.tables:
        if table.evidence is not None and table.origin == "model":
            parts = PurePosixPath(table.evidence.file).with_suffix("").parts
            cut = parts.index("models") if "models" in parts else len(parts) - 1
            found.setdefault(parts[:cut], table.owner)
    return found


def _root(facts: Facts) -> tuple[str, ...]:
    """The folders that every file with a route or a table has in common."""
    files = {r.evidence.file for r in facts.routes}
    files |= {t.evidence.file for t in facts.tables if t.evidence is not None}
    paths = [PurePosixPath(file).parent.parts for file in files]
    if not paths:
        return ()
    shared: list[str] = []
    for column in zip(*paths, strict=False):
        if len(set(column)) > 1:
            break
        shared.append(column[0])
    return tuple(shared)


def _shelf(facts: Facts) -> tuple[str, ...]:
    """The deepest folder with nearly every table: no part of the application, but all of it."""
    folders: Counter[tuple[str, ...]] = Counter()
    declared = [t.evidence.file for t in facts.tables if t.evidence is not None]
    for file in declared:
        parts = PurePosixPath(file).parent.parts
        folders.update(parts[:end] for end in range(1, len(parts) + 1))
    holding = [folder for folder, count in folders.items() if count >= ALL * len(declared)]
    return max(holding, key=len, default=())
