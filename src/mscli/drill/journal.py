"""What is broken at this moment, on the disk, so that it is mended whatever becomes of the drill.

A drill that ends by itself, fails or is interrupted heals before it goes. One that is killed has a
`healer` beside it, which does that; and should that die too, the next drill begins by healing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from mscli.drill.plan import Fault, Kind
from mscli.drill.world import Breakable


@dataclass(slots=True)
class Journal:
    """One file with the faults that hold now; no file, no fault."""

    file: Path
    _held: list[Fault] = field(default_factory=list)

    @contextmanager
    def holding(self, world: Breakable, fault: Fault) -> Iterator[None]:
        """Break something for as long as the block runs, and mend it in any case."""
        self._held.append(fault)
        self._write()
        try:
            world.inject(fault)
            yield
        finally:
            world.heal(fault)
            self._held.remove(fault)
            self._write()

    def heal_what_is_left(self, world: Breakable) -> tuple[Fault, ...]:
        """Mend what an earlier drill has left broken; what that was."""
        left = self.left()
        for fault in left:
            world.heal(fault)
        self.file.unlink(missing_ok=True)
        return left

    def left(self) -> tuple[Fault, ...]:
        """The faults that hold, by the file."""
        try:
            documents = json.loads(self.file.read_text())
            return tuple(Fault(**{**one, "kind": Kind(one["kind"])}) for one in documents)
        except (OSError, ValueError, TypeError, KeyError):
            return ()

    def _write(self) -> None:
        if not self._held:
            self.file.unlink(missing_ok=True)
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        staged = self.file.with_suffix(".new")
        staged.write_text(json.dumps([asdict(fault) for fault in self._held]))
        staged.replace(self.file)
