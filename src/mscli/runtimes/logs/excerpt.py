"""The end of a log as people read it: what a failure is shown with."""

from collections.abc import Sequence

from mscli.runtimes.logs.model import View
from mscli.runtimes.logs.people import People


def excerpt(lines: Sequence[str], most: int) -> list[str]:
    """The last lines, at most `most`: a traceback within a JSON line is as many as it has."""
    texts = People(View()).paint([""] * len(lines), lines, quick=False, timed=True)
    return "".join(filter(None, texts)).splitlines()[-most:]
