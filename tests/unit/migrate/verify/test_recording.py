"""What a recording keeps, for whom and for how long; and what it does not keep."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mscli.errors import MscliError
from mscli.migrate.verify.recording import Request, begin, forget_expired, newest, read
from mscli.migrate.verify.redaction import redaction


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    requests = (
        Request("GET", "/orders/7?x=%2F", (("Accept", "*/*"),)),
        Request("POST", "/orders", (), b"\x00\xff"),
    )
    recording = begin(tmp_path / "recordings", keep=60, now=1000)
    for request in requests:
        recording.add(request)
    recording.close()
    known = read(recording.path)
    assert known.requests == requests
    assert known.expires == 1060
    assert newest(tmp_path / "recordings") == recording.path


def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    folder.mkdir(mode=0o755)
    recording = begin(folder, keep=60)
    assert recording.path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    recording.close()


def test_it_is_removed_when_its_time_is_over_and_no_sooner(tmp_path: Path) -> None:
    for keep in (10, 20):
        recording = begin(tmp_path, keep=keep, now=1000)
        recording.add(Request("GET", "/"))
        recording.close()
    (tmp_path / "other.ndjson").write_text("not ours\n")
    assert forget_expired(tmp_path, now=1009) == []
    assert len(forget_expired(tmp_path, now=1015)) == 1
    assert len(list(tmp_path.iterdir())) == 2


def test_a_recording_of_nothing_is_none(tmp_path: Path) -> None:
    recording = begin(tmp_path, keep=10)
    recording.close()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(MscliError, match="nothing is recorded"):
        newest(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "x:1: no JSON"),
        ("[]", "x:1: no JSON object"),
        ('{"version": 9}', "x:1: no recording"),
        ('{"version": 1, "expires": 1}\n{}', "x:2: no request"),
        ('{"version": 1, "expires": 1}\n{"method', "x:2: no JSON"),
    ],
)
def test_a_file_that_is_none_is_refused_at_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "x").write_text(text)
    with pytest.raises(MscliError, match=message):
        read(tmp_path / "x")


def test_credentials_are_not_kept() -> None:
    clean = redaction(["email"])
    request = Request(
        "POST",
        "/login?Token=abc&page=2",
        (
            ("Authorization", "Bearer s3cret"),
            ("COOKIE", "session=s3cret"),
            ("X-Forwarded-For", "10.0.0.1"),
            ("X-Api-Key", "s3cret"),
            ("Email", "s3cret"),
            ("Accept", "text/html"),
            ("Content-Type", "application/json"),
        ),
        json.dumps({"user": [{"Password": "s3cret", "EMAIL": "s3cret", "name": "a"}]}).encode(),
    )
    kept = clean(request)
    assert kept.target == "/login?Token=dropped&page=2"
    assert [name for name, _ in kept.headers] == ["Accept", "Content-Type"]
    dropped = {"Password": "dropped", "EMAIL": "dropped", "name": "a"}
    assert json.loads(kept.body) == {"user": [dropped]}
    assert b"s3cret" not in kept.body


@pytest.mark.parametrize(
    ("kind", "body", "kept"),
    [
        ("application/x-www-form-urlencoded", b"password=s3cret&a=1", b"password=dropped&a=1"),
        ("application/x-www-form-urlencoded", b"a=1&b=%20", b"a=1&b=%20"),
        ("application/json", b'{"password": "s3cret"', b""),
        ("multipart/form-data; boundary=x", b"--x password s3cret", b""),
        ("text/plain", b"hello", b"hello"),
    ],
)
def test_bodies_are_cleaned_or_left_out(kind: str, body: bytes, kept: bytes) -> None:
    request = Request("POST", "/", (("Content-Type", kind),), body)
    assert redaction([])(request).body == kept
