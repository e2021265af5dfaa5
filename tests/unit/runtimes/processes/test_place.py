from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from mscli.errors import RuntimeFailed, UsageError
from mscli.runtimes.processes import place as places


def _remembered(root: Path, system_id: str) -> None:
    folder = root / places.LOCAL
    folder.mkdir(parents=True)
    (folder / "bindings.json").write_text(json.dumps({"system_id": system_id}))


def test_two_clones_have_two_identities_and_a_link_has_its_targets(tmp_path: Path) -> None:
    first, second, link = (tmp_path / name for name in ("first", "second", "link"))
    first.mkdir()
    second.mkdir()
    link.symlink_to(first)
    assert places.identity(first, "shop") != places.identity(second, "shop")
    assert places.identity(link, "shop") == places.identity(first, "shop")


def test_the_last_place_is_the_one_that_up_made(tmp_path: Path) -> None:
    assert places.last_place(tmp_path).system_id == ""
    system_id = places.identity(tmp_path, "shop")
    _remembered(tmp_path, system_id)
    assert places.last_place(tmp_path) == places.place_of(tmp_path, "shop")
    assert places.last_place(tmp_path, system_id) == places.place_of(tmp_path, "shop")


def test_state_out_of_another_checkout_is_no_place_of_this_one(tmp_path: Path) -> None:
    _remembered(tmp_path, "shop-00000000")
    assert places.last_place(tmp_path).system_id == ""


@pytest.mark.parametrize("name", ["../..", ".", "a/b", "Shop", "-x", "a" * 51, "a b", "ä"])
def test_a_copy_has_a_name_that_is_a_folder_and_nothing_else(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        places.last_place(tmp_path, name)
    with pytest.raises(UsageError):
        places.place_of(tmp_path, "shop", name)


def test_copies_have_state_of_their_own_and_fresh_names(tmp_path: Path) -> None:
    first, second = (places.isolated_place(tmp_path, "shop") for _ in range(2))
    assert first.system_id != second.system_id
    assert first.is_copy
    assert first.state == tmp_path / places.LOCAL / "projects" / first.system_id
    assert not places.place_of(tmp_path, "shop").is_copy
    assert places.projects(tmp_path) == ()
    first.state.mkdir(parents=True)
    assert places.projects(tmp_path) == (first.system_id,)


def test_a_socket_is_short_and_in_a_private_folder_however_long_the_runtime_folder_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("x" * 90)
    long.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))
    socket = places.Place(tmp_path, "s" * 40 + "-12345678", tmp_path).socket
    assert len(os.fsencode(socket)) <= places.LONGEST_SOCKET_PATH
    status = socket.parent.stat()
    assert stat.S_IMODE(status.st_mode) == 0o700
    assert status.st_uid == os.getuid()


def test_only_one_command_at_a_time_holds_a_place_and_the_other_hears_which(
    tmp_path: Path,
) -> None:
    where = places.place_of(tmp_path, "shop")
    with where.locked():
        other = places.place_of(tmp_path, "shop")
        with (
            pytest.raises(RuntimeFailed, match=f"process {os.getpid()}"),
            other.locked(patience=0.01),
        ):
            pass
    with where.locked(patience=0.01):
        pass
