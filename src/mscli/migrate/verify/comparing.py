"""Two answers to one request: what differs, after what may differ has been set aside.

Equal is equal. Where two values differ they may still mean the same: moments of the replay itself
(a date within minutes of now on both sides), and tokens that each side has drawn for itself, if
they are one to one over the whole replay. Where both write, that holds for UUIDs and ids, too.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any

HEADERS = (
    "content-type", "location", "cache-control", "content-language", "content-disposition",
    "allow", "www-authenticate", "link", "retry-after", "vary",
)  # fmt: skip
"""Headers that a caller may depend on. Of cookies the names are compared."""
GUARDS = (
    "content-security-policy", "strict-transport-security", "x-frame-options",
    "x-content-type-options", "referrer-policy", "permissions-policy", "cross-origin-opener-policy",
)  # fmt: skip
"""Headers that protect a page: what the monolith has of them is compared; more does no harm."""
SETS = frozenset({"allow", "vary", "cache-control"})
"""Headers whose parts have no order, and whose case says nothing."""
REFUSED = frozenset({401, 403})
_LOGIN = re.compile(r"(?<![a-z])(log|sign)[-_]?in(?![a-z])", re.I)
NEAR = 600.0
"""Seconds from now within which a moment is one of the replay."""
ALIKE = 10
"""Seconds between what both sides count from when they are asked."""
LONGEST, BEFORE = 200, 60
"""Characters of a value that are shown, and how many of them are before the first that differs."""
_UUID = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.I)
_TOKEN = re.compile(r"(?=[^\d]*\d)(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9_\-+/=.]{20,}")
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?"
    r"|[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT"
)
_ID = re.compile(r"(^|_)(id|uuid|pk|key|etag)$", re.I)
_WORDS = re.compile(f"{_MOMENT.pattern}|{_UUID.pattern}|{_TOKEN.pattern}")


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; status 0 is none, and the body then says why."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def header(self, name: str) -> str:
        """All values of a header."""
        return ", ".join(value for key, value in self.headers if key.lower() == name)

    @property
    def is_refusal(self) -> bool:
        """Whether it says no more than that somebody has to be logged in, or be somebody else."""
        to_login = self.status in range(300, 400) and _LOGIN.search(self.header("location"))
        return self.status in REFUSED or bool(to_login)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not the same; texts as a person reads them."""

    where: str
    monolith: str
    service: str


@dataclass(slots=True)
class Comparison:
    """What has been set aside so far; one for a whole replay. `ignored` are names of fields."""

    ignored: frozenset[str] = frozenset()
    fresh: bool = False
    """Whether each side makes rows of its own, with ids of its own."""
    now: float = field(default_factory=time.time)
    _there: dict[str, str] = field(default_factory=dict)
    _back: dict[str, str] = field(default_factory=dict)

    def answers(self, monolith: Answer, service: Answer) -> list[Difference]:
        """What differs between two answers."""
        if monolith.status != service.status:
            return [Difference("status", _status(monolith), _status(service))]
        return [*self._headers(monolith, service), *self._bodies(monolith, service)]

    def values(self, where: str, one: object, other: object) -> Iterator[Difference]:
        """What differs between two JSON documents, the order of keys aside."""
        if isinstance(one, dict) and isinstance(other, dict):
            yield from self._records(where, one, other)
        elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
            for index, pair in enumerate(zip(one, other, strict=True)):
                yield from self.values(f"{where}[{index}]", *pair)
        elif not self.same(where.rpartition(".")[2], one, other):
            yield Difference(where, *_told_apart(one, other))

    def same(self, name: str, one: object, other: object) -> bool:
        """Whether two scalars mean the same; `name` is the field that they stand in."""
        if type(one) is type(other) and one == other:
            return True
        if isinstance(one, bool) or isinstance(other, bool):
            return False
        if isinstance(one, int | float) and isinstance(other, int | float):
            is_id = self.fresh and bool(_ID.search(name))
            return one == other or (is_id and self._pair(str(one), str(other)))
        if isinstance(one, str) and isinstance(other, str):
            return self._texts(one, other)
        return False

    def _records(
        self, where: str, one: Mapping[str, Any], other: Mapping[str, Any]
    ) -> Iterator[Difference]:
        for key in sorted({*one, *other}):
            if key.lower() in self.ignored:
                continue
            place = f"{where}.{key}"
            if key not in one or key not in other:
                yield Difference(place, _there(one, key), _there(other, key))
            else:
                yield from self.values(place, one[key], other[key])

    def _texts(self, one: str, other: str) -> bool:
        """Equal but for words that may differ."""
        if one == other:
            return True
        if _WORDS.sub("\0", one) != _WORDS.sub("\0", other):
            return False
        pairs = zip(_WORDS.finditer(one), _WORDS.finditer(other), strict=True)
        return all(self._words(a.group(), b.group()) for a, b in pairs)

    def _words(self, one: str, other: str) -> bool:
        if one == other:
            return True
        moments = _moment(one), _moment(other)
        if moments[0] is not None and moments[1] is not None:
            return self._of_replay(moments[0], moments[1])
        if moments != (None, None) or (_UUID.fullmatch(one) and not self.fresh):
            return False
        return self._pair(one, other)

    def _of_replay(self, one: float, other: float) -> bool:
        """Whether both are moments of the replay, or ahead of it alike: the end of a session."""
        are_ahead = self.fresh and min(one, other) > self.now and abs(one - other) < ALIKE
        return are_ahead or all(abs(at - self.now) < NEAR for at in (one, other))

    def _pair(self, one: str, other: str) -> bool:
        """Whether two values stand for each other, and for nothing else, as far as was seen."""
        if self._there.get(one, other) != other or self._back.get(other, one) != one:
            return False
        self._there[one], self._back[other] = other, one
        return True

    def _headers(self, monolith: Answer, service: Answer) -> Iterator[Difference]:
        for name in (*HEADERS, *filter(monolith.header, GUARDS)):
            one, other = _tidy(name, monolith.header(name)), _tidy(name, service.header(name))
            if name not in self.ignored and not self._texts(one, other):
                yield Difference(f"header {name}", one or "none", other or "none")
        cookies = [sorted(_cookies(answer)) for answer in (monolith, service)]
        if cookies[0] != cookies[1] and "set-cookie" not in self.ignored:
            shown = [", ".join(names) or "none" for names in cookies]
            yield Difference("cookies", *shown)

    def _bodies(self, monolith: Answer, service: Answer) -> Iterator[Difference]:
        one, other = _document(monolith), _document(service)
        yield from self.values("body", one, other)


def _document(answer: Answer) -> object:
    """A body as JSON if it says so and is, else as text, else as it is."""
    try:
        text = answer.body.decode()
    except UnicodeDecodeError:
        return f"{len(answer.body)} bytes, {sha256(answer.body).hexdigest()[:16]}"
    if "json" in answer.header("content-type"):
        try:
            document: object = json.loads(text)
        except ValueError:
            return text
        return document
    return text


def _tidy(name: str, value: str) -> str:
    """A header without what says nothing: the host of the side that answered, spaces, case."""
    if name == "location":
        return re.sub(r"^https?://[^/]+", "", value)
    if name == "content-type":
        return value.lower().replace(" ", "")
    if name in SETS:
        return ", ".join(sorted({part.strip().lower() for part in value.split(",")} - {""}))
    return value


def _cookies(answer: Answer) -> Collection[str]:
    return {v.partition("=")[0] for key, v in answer.headers if key.lower() == "set-cookie"}


def _moment(text: str) -> float | None:
    if not _MOMENT.fullmatch(text):
        return None
    try:
        if "," in text:
            return parsedate_to_datetime(text).timestamp()
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _status(answer: Answer) -> str:
    return str(answer.status) if answer.status else f"none ({answer.body.decode(errors='replace')})"


def _there(record: Mapping[str, Any], key: str) -> str:
    return _shown(record[key]) if key in record else "not there"


def _shown(value: object) -> str:
    text = _text(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}... ({len(text)} characters)"


def _told_apart(one: object, other: object) -> tuple[str, str]:
    """Two values as a person reads them; of long ones what is around the first that differs."""
    texts = _text(one), _text(other)
    if max(map(len, texts)) <= LONGEST:
        return texts
    pairs = enumerate(zip(*texts, strict=False))
    place = next((at for at, (a, b) in pairs if a != b), min(map(len, texts)))
    start = max(0, place - BEFORE)
    first, second = (
        f"{text[start : start + LONGEST]} (from character {start} of {len(text)})" for text in texts
    )
    return first, second


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
