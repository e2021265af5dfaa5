"""Takes the truth about a public application from the application itself, while it runs.

    python benchmarks/migrate/truth.py NAME...       those named
    python benchmarks/migrate/truth.py --all         every one in applications/
    python benchmarks/migrate/truth.py NAME --place DIR   keep the environments there
    python benchmarks/migrate/truth.py NAME --seconds N   of the processor, each time; usual are 150
    python benchmarks/migrate/truth.py NAME --suite  add what its own tests show; usual are 1800

An environment of its own is made, the application is installed into it from the package registry
and started in process with a throw-away SQLite; `inside/` fills tables with rows and visits every
route, as nobody and as an administrator, with every form that it finds filled in and with JSON that
fits; what an answer says is missing is added, and asked again. Then it lets rows hang on rows, by
the application's own keys, so that what goes with a row that is deleted is there, and visits all
again, also as somebody who was allowed everything, and as one who was not. What is written
(`truths/NAME.json`) is facts only: routes by its own resolver, tables and relations by its own
models, what each handler read and wrote by the statements that were seen, and which lines of the
application were executed for it (covered.py says how they are written).
The last is a lower bound: not every path through a handler is taken. So where the source
distribution holds the application's own tests (`suite` in about.json), `--suite` runs them, too,
and adds to the truth that is there what their requests did: they have rows and bodies that nobody
makes up.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
TRUTHS = HERE / "truths"
EACH_TIME, SUITE = 150, 1800


def names() -> list[str]:
    """Every application that there is a description of."""
    return sorted(path.parent.name for path in HERE.glob("applications/*/about.json"))


def write(name: str, place: Path, seconds: float | None, *, suite: bool) -> None:
    """Take the truth about one application into its file."""
    sys.path.insert(0, str(HERE.parent))
    from migrate import documents, runs

    file = TRUTHS / f"{name}.json"
    if suite:
        known = json.loads(file.read_text())
        document = runs.tested(name, place, seconds or SUITE, known)
    else:
        document = runs.visited(name, place, seconds or EACH_TIME)
    file.write_text(documents.text(document))
    print(documents.summary(document))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="*")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--place", type=Path)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--suite", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        place = (given.place or Path(scratch)).resolve()
        for one in names() if given.all else given.name:
            write(one, place, given.seconds, suite=given.suite)
