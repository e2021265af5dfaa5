"""Whatever the interleaving: sorted by time, nothing lost or invented, each source in its order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mscli.runtimes.logs import Chunk, View, show_feeds
from mscli.runtimes.logs.merge import Lane, merge
from mscli.runtimes.logs.stamps import AFTER
from tests.unit.runtimes.logs.scenes import line


@dataclass(eq=False)
class Script:
    """A source that gives out its lines in chunks of given lengths."""

    name: str
    lines: Sequence[str]
    lengths: Iterator[int]
    closed: bool = False
    workload: str = "orders"
    given: int = field(default=0)

    def read(self, limit: int) -> Chunk:
        assert not self.closed
        start = self.given
        self.given = min(len(self.lines), start + next(self.lengths))
        content = "".join(self.lines[start : self.given]).encode()
        return Chunk(content, 0.0, more=self.given < len(self.lines))

    def finish(self) -> bytes:
        return b""

    def close(self) -> None:
        self.closed = True


@st.composite
def scripts(draw: st.DrawFn) -> list[Script]:
    made = []
    for name in "abcd"[: draw(st.integers(1, 4))]:
        times = sorted(draw(st.lists(st.integers(0, 40), max_size=25)))
        lines = []
        for index, moment in enumerate(times):
            lines.append(line(moment, f"{name}{index}", at=moment))
            lines += [f"  {name}{index}+\n"] * draw(st.integers(0, 2))
        lengths = draw(st.lists(st.integers(0, 5), min_size=1, max_size=8))
        made.append(Script(name, lines, _cycle([*lengths, 3])))
    return made


def _cycle(lengths: Sequence[int]) -> Iterator[int]:
    while True:
        yield from lengths


def _written(sources: Sequence[Script], view: View) -> list[str]:
    written: list[bytes] = []

    def opened(source: Script, _: View) -> Script:
        return source

    def done() -> bool:
        return view.follow and all(source.given == len(source.lines) for source in sources)

    show_feeds(lambda: sources, opened, view, written.append, done)
    return b"".join(written).decode().splitlines()


@settings(max_examples=60, deadline=None)
@given(scripts(), st.booleans())
def test_a_merge_is_sorted_loses_and_invents_nothing(sources: list[Script], follow: bool) -> None:
    lines = _written(sources, View(prefix=False, follow=follow))
    times = [int(text.rpartition("at=")[2]) for text in lines if "at=" in text]
    assert times == sorted(times)
    for source in sources:
        mine = [text.split()[-2 if "at=" in text else -1] for text in lines]
        own = [word for word in mine if word[0] == source.name]
        expected = [
            text.strip() if text[0] == " " else text.partition('message":"')[2].partition('"')[0]
            for text in source.lines
        ]
        assert own == expected
        assert source.closed


@settings(max_examples=40, deadline=None)
@given(scripts())
def test_a_line_and_its_continuations_stay_together(sources: list[Script]) -> None:
    for before, after in pairwise(_written(sources, View(prefix=False))):
        if after.startswith("  "):
            assert before.split("+")[0].split(" at=")[0].endswith(after.strip(" +"))


def test_a_full_lane_of_one_time_does_not_stand_still() -> None:
    lane = Lane()
    lane.add(["k", "k"], ["1", "2"], 100, 0.0)
    lane.more = True
    assert merge([lane], lane.bound(full=1000)) == []
    assert merge([lane], lane.bound(full=100)) == ["1", "2"]


def test_what_waits_too_long_is_due_whatever_its_clock_says() -> None:
    lane = Lane()
    lane.add(["3"], ["a"], 1, 1.0)
    lane.add(["5"], ["b"], 1, 2.0)
    assert lane.overdue(1.0) == ""
    assert lane.overdue(1.5) == "3" + AFTER
    assert merge([lane], "4") == ["a"]
    assert lane.overdue(1.5) == ""
    assert lane.overdue(9.0) == "5" + AFTER


def test_memory_is_flat(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lane never holds much more than one read, however far the others are behind."""
    lines = [line(index, "x" * 100) for index in range(4000)]
    ahead = Script("a", [line(10_000_000, "late")] * 4000, _cycle([500]))
    behind = Script("b", lines, _cycle([10]))
    sizes: list[int] = []
    original = Lane.add

    def watched(
        self: Lane, keys: Sequence[str], texts: Sequence[str], size: int, now: float
    ) -> None:
        original(self, keys, texts, size, now)
        sizes.append(self.size)

    monkeypatch.setattr(Lane, "add", watched)
    assert len(_written([ahead, behind], View(prefix=False))) == 8000
    assert max(sizes) < 400_000
