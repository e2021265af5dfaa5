"""Numbers for people: of things, as a sentence says them, of bytes, of seconds."""

from __future__ import annotations


def counted(count: int, one: str, many: str = "") -> str:
    """`1 table`, `2 tables`; `many` where an s does not do."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def size(count: float) -> str:
    """Bytes for a person."""
    for unit in ("B", "KiB", "MiB"):
        if count < 1024:  # noqa: PLR2004
            return f"{count:.0f} {unit}"
        count /= 1024
    return f"{count:.1f} GiB"


def duration(seconds: float) -> str:
    """Seconds for a person: 42s, 3m 5s, 2h 10m, 3d 4h."""
    whole = int(seconds)
    for unit, length, smaller, rest in (
        ("d", 86400, "h", 3600),
        ("h", 3600, "m", 60),
        ("m", 60, "s", 1),
    ):
        if whole >= length:
            return f"{whole // length}{unit} {whole % length // rest}{smaller}"
    return f"{whole}s"
