"""Text from a log made harmless for a terminal.

Lines are untrusted: a request's path or a user's name may hold escape sequences that move the
cursor, set the title, or hide what was written before. Only colours (SGR) may stay.
"""

import re

CONTROLS = bytes([*range(9), *range(11, 32), 127])
"""Every C0 control but tab and newline."""

_ESCAPE = (
    r"\x1b(?:"
    r"\[[0-?]*[ -/]*[@-~]?"  # CSI: cursor, colours
    r"|\][^\x07\x1b]*(?:\x07|\x1b\\)?"  # OSC: title, clipboard, links
    r"|[PX^_][^\x1b]*(?:\x1b\\)?"  # DCS, SOS, PM, APC
    r"|[ -/]*[0-~]?"  # the rest
    r")"
)
_COLOUR = r"\x1b\[[0-9;:]*m"
_RESET = "\x1b[0m"
# C1 (the 8-bit twins of escape sequences), line separators, and what reorders text.
_INVISIBLE = "\x80-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSAFE = f"[\x00-\x08\x0a-\x1f\x7f{_INVISIBLE}]"
_PICTURES = {chr(code): chr(0x2400 + code) for code in range(32)} | {"\x7f": "\u2421"}
_SUSPECT_LEADS = (b"\xc2", b"\xe2")
"""First bytes, in UTF-8, of everything in `_INVISIBLE`."""


def is_clean(content: bytes) -> bool:
    """Whether lines are harmless as they are; a cheap test that may err to the safe side."""
    if not content.isascii() and any(lead in content for lead in _SUSPECT_LEADS):
        return False
    return len(content.translate(None, CONTROLS)) == len(content)


def clean(line: str, *, colour: bool) -> str:
    """One line without control characters; its own colours stay if `colour`, and end with it."""
    if line.isprintable():
        return line
    line = line.rstrip("\r\n")
    if "\x1b" in line:
        if not colour:
            line = re.sub(_ESCAPE, "", line)
        else:
            kept = re.findall(_COLOUR, line)
            pieces = [_unsafe(re.sub(_ESCAPE, "", piece)) for piece in re.split(_COLOUR, line)]
            line = pieces[0] + "".join(map(str.__add__, kept, pieces[1:]))
            return line + _RESET if kept else line
    return _unsafe(line)


def _unsafe(text: str) -> str:
    return re.sub(_UNSAFE, _picture, text)


def _picture(found: re.Match[str]) -> str:
    """A control shown as its picture, so that nobody wonders what was left out."""
    return _PICTURES.get(found[0], "\ufffd")
