"""A service whose template's sample is replaced: what its code is about is known already."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mscli.scaffold.copying import Produced


@dataclass(frozen=True, slots=True)
class Tailored:
    """Files instead of the sample's, paths from the service's folder.

    `files` are scaffolded, and so is `content`, which is no text; `without` are the template's own
    that are not written, nor brought back later; `edits` are changes of merged files, as a person
    would make them; `answers` are given to the template beside those of the system file.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    without: frozenset[str] = frozenset()
    edits: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    answers: Mapping[str, object] = field(default_factory=dict)
    content: Mapping[str, bytes] = field(default_factory=dict)

    def kept(self, files: list[Produced]) -> list[Produced]:
        """The template's files that stay, and those instead."""
        stay = [f for f in files if f.path not in self.files and f.path not in self.without]
        texts = {path: text.encode() for path, text in self.files.items()}
        return [*stay, *(Produced(path, raw) for path, raw in {**texts, **self.content}.items())]

    def left_out(self, files: list[Produced]) -> list[Produced]:
        """The template's files that are not written."""
        return [file for file in files if file.path in self.without]
