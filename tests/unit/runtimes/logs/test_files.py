"""Reading one source: rotation at any byte, truncation, and tails."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mscli.runtimes.logs.files import FileFeed
from mscli.runtimes.logs.lines import Whole
from mscli.runtimes.logs.model import View
from tests.unit.runtimes.logs.scenes import source

FOLLOW = View(follow=True)


def all_of(feed: FileFeed, limit: int = 1 << 16) -> bytes:
    """Read until the feed says that there is no more."""
    pieces = []
    while True:
        chunk = feed.read(limit)
        pieces.append(chunk.content)
        assert chunk.content[-1:] in {b"", b"\n"}
        if not chunk.more and not chunk.content:
            return b"".join(pieces)


def rotate(path: Path, content: bytes = b"") -> None:
    """As the supervisor does: the oldest first."""
    for number in (2, 1):
        old = path.with_name(f"{path.name}.{number}")
        if old.exists():
            old.rename(path.with_name(f"{path.name}.{number + 1}"))
    path.rename(path.with_name(f"{path.name}.1"))
    path.write_bytes(content)


def append(path: Path, content: bytes) -> None:
    with path.open("ab") as file:
        file.write(content)


@pytest.fixture
def feed(tmp_path: Path) -> FileFeed:
    return FileFeed(source(tmp_path, "orders-1", "one\n"), FOLLOW)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "orders-1.log"


def test_what_is_appended_is_read_next(feed: FileFeed, path: Path) -> None:
    assert all_of(feed) == b"one\n"
    append(path, b"two\nthr")
    assert all_of(feed) == b"two\n"
    append(path, b"ee\n")
    assert all_of(feed) == b"three\n"
    feed.close()


def test_after_a_rotation_the_rest_of_the_old_file_comes_first(feed: FileFeed, path: Path) -> None:
    assert all_of(feed) == b"one\n"
    append(path, b"two\nthr")
    rotate(path, b"ee\nfour\n")
    assert all_of(feed) == b"two\nthree\nfour\n"
    feed.close()


def test_several_rotations_between_two_looks_lose_nothing(feed: FileFeed, path: Path) -> None:
    assert all_of(feed) == b"one\n"
    for content in (b"two\n", b"three\n", b"four\n"):
        rotate(path, content)
    assert all_of(feed) == b"two\nthree\nfour\n"
    feed.close()


def test_in_the_middle_of_a_rotation_nothing_is_wrong(feed: FileFeed, path: Path) -> None:
    assert all_of(feed) == b"one\n"
    path.rename(path.with_name("orders-1.log.1"))
    assert all_of(feed) == b""
    path.write_bytes(b"two\n")
    assert all_of(feed) == b"two\n"
    feed.close()


def test_a_file_that_is_removed_and_made_again_is_read_without_its_older_siblings(
    feed: FileFeed, path: Path
) -> None:
    import os

    old = path.with_name("orders-1.log.1")
    old.write_bytes(b"zero\n")
    os.utime(old, (1, 1))
    assert all_of(feed) == b"zero\none\n"
    path.unlink()
    path.write_bytes(b"two\n")
    assert all_of(feed) == b"two\n"
    feed.close()


def test_a_truncated_file_is_read_from_its_start(feed: FileFeed, path: Path) -> None:
    append(path, b"cut o")
    assert all_of(feed) == b"one\n"
    path.write_bytes(b"two\n")
    assert all_of(feed) == b"cut o\ntwo\n"
    feed.close()


def test_a_file_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    late = source(tmp_path / "logs", "orders-1")
    feed = FileFeed(late, FOLLOW._replace(tail=0))
    assert all_of(feed) == b""
    late.path.parent.mkdir()
    late.path.write_bytes(b"one\n")
    assert all_of(feed) == b"one\n"
    feed.close()


def test_without_following_the_end_is_where_it_was_at_first(tmp_path: Path) -> None:
    chatty = source(tmp_path, "orders-1", b"one\ntwo\nthr")
    feed = FileFeed(chatty, View())
    assert feed.read(4).content == b"one\n"
    append(chatty.path, b"ee\nfour\n")
    rotate(chatty.path, b"five\n")
    assert all_of(feed) + feed.finish() == b"two\nthr\n"
    feed.close()


def test_folders_and_other_names_are_no_siblings(tmp_path: Path) -> None:
    plain = source(tmp_path, "orders", b"one\n")
    (tmp_path / "orders.log.1").mkdir()
    (tmp_path / "orders.log.bak").write_bytes(b"no\n")
    (tmp_path / "orders.log.99999999999").write_bytes(b"no\n")
    feed = FileFeed(plain, View())
    assert all_of(feed) == b"one\n"
    feed.close()


def test_a_very_long_line_is_given_out_in_pieces() -> None:
    whole = Whole(longest=100)
    pieces = [whole.lines(b"x" * 40) for _ in range(5)] + [whole.lines(b"end\n")]
    assert pieces == [b"", b"", b"x" * 120 + b"\n", b"", b"", b"x" * 80 + b"end\n"]


contents = st.lists(st.sampled_from([b"a", b"bb\n", b"\n", b"ccc\n", b"d\n"]), max_size=30)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(contents, st.sets(st.integers(0, 30), max_size=3), st.integers(0, 12), st.booleans())
def test_a_tail_is_the_last_lines_wherever_the_rotations_were(
    tmp_path: Path, pieces: list[bytes], cuts: set[int], tail: int, follow: bool
) -> None:
    for old in tmp_path.iterdir():
        old.unlink()
    subject = source(tmp_path, "orders-1", b"")
    for index, piece in enumerate(pieces):
        if index in cuts:
            rotate(subject.path)
        append(subject.path, piece)
    whole = b"".join(pieces)
    if follow:
        whole = whole[: whole.rfind(b"\n") + 1]
    expected = whole.splitlines(keepends=True)[-tail:] if tail else []
    feed = FileFeed(subject, View(follow=follow, tail=tail))
    found = all_of(feed, limit=3)
    if not follow:
        found += feed.finish()
        expected = [line.rstrip(b"\n") + b"\n" for line in expected]
    feed.close()
    assert found == b"".join(expected)


def test_a_tail_does_not_read_what_comes_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    read: list[int] = []

    def counted(descriptor: int, size: int, offset: int) -> bytes:
        read.append(size)
        return original(descriptor, size, offset)

    original = os.pread
    monkeypatch.setattr(os, "pread", counted)
    feed = FileFeed(source(tmp_path, "big", b"some line\n" * 500_000), View(tail=3))
    assert all_of(feed) == b"some line\n" * 3
    assert sum(read) < 100_000
    feed.close()
