"""Takes the truth about a public application from the application itself, while it runs.

    python benchmarks/migrate/truth.py NAME...       those named
    python benchmarks/migrate/truth.py --all         every one in applications/
    python benchmarks/migrate/truth.py NAME --place DIR   keep the environments there
    python benchmarks/migrate/truth.py NAME --seconds N   of the processor, each time; usual are 150

An environment of its own is made, the application is installed into it from the package registry
and started in process with a throw-away SQLite; `inside/` fills tables with rows and visits every
route, as nobody and as an administrator, with every form that it finds filled in and with JSON that
fits; what an answer says is missing is added, and asked again. Then it lets rows hang on rows, by
the application's own keys, so that what goes with a row that is deleted is there, and visits all
again, also as somebody who was allowed everything, and as one who was not. What is written
(`truths/NAME.json`) is facts only: routes by its own resolver, tables and relations by its own
models, what each handler read and wrote by the statements that were seen, and which lines of the
application were executed for it (covered.py says how they are written).
The last is a lower bound: not every path through a handler is taken.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from mscli.migrate import paths
from mscli.migrate.tracing.hook_folder import hook_folder
from mscli.migrate.tracing.seen import Seen, seen

HERE = Path(__file__).parent
APPLICATIONS, TRUTHS = HERE / "applications", HERE / "truths"
LONGEST = 9000


def names() -> list[str]:
    """Every application that there is a description of."""
    return sorted(path.parent.name for path in APPLICATIONS.glob("*/about.json"))


def about(name: str) -> dict[str, Any]:
    """The description: package, version, Python, framework, its own modules."""
    found: dict[str, Any] = json.loads((APPLICATIONS / name / "about.json").read_text())
    return found


def environment(name: str, place: Path) -> Path:
    """The interpreter of an environment that has the application, made if it is not there."""
    what = about(name)
    folder = place / name
    python = folder / "bin" / "python"
    mark = folder / ".installed"
    if mark.exists():
        return python
    interpreter = shutil.which(f"python{what['python']}") or sys.executable
    subprocess.run([interpreter, "-m", "venv", "--clear", str(folder)], check=True)
    wanted = [f"{what['package']}=={what['version']}", *what["with"]]
    subprocess.run([str(python), "-m", "pip", "install", "-q", *wanted], check=True)
    mark.touch()
    return python


def take(name: str, python: Path, seconds: float) -> dict[str, Any]:
    """Run the application, and put together what it said and what was seen."""
    with hook_folder() as hook, tempfile.TemporaryDirectory() as place:
        search = [hook, HERE, APPLICATIONS / name]
        settings = {
            "PYTHONPATH": os.pathsep.join(map(str, search)),
            "MSCLI_TRACE": str(hook / "trace"),
            "MSCLI_PLACE": place,
            "HOME": place,
        }
        described = str(APPLICATIONS / name / "about.json")
        command = [str(python), "-m", "inside", described, place, str(seconds)]
        done = subprocess.run(
            command, check=False, cwd=place, env={**os.environ, **settings}, timeout=LONGEST
        )
        if done.returncode:
            sys.exit(f"{name} did not run in {python.parent.parent} (exit code {done.returncode})")
        registry, told = (
            json.loads((Path(place) / f"{what}.json").read_text())
            for what in ("registry", "executed")
        )
        return _document(name, registry, seen(hook / "trace"), told)


def _document(
    name: str, registry: dict[str, Any], handled: list[Seen], told: dict[str, Any]
) -> dict[str, Any]:
    sys.path.insert(0, str(HERE.parent))
    from migrate import covered

    routes: dict[tuple[str, str], dict[str, Any]] = {}
    for route in registry["routes"]:
        path = _path(route["parts"])
        for method in route["methods"]:
            key = (path, method)
            routes.setdefault(
                key,
                {"method": method, "path": path, "handler": route["handler"], "own": route["own"]},
            )
    own = sorted(table for table, mine in registry["tables"].items() if mine)
    others = sorted(table for table, mine in registry["tables"].items() if not mine)
    relations = sorted(
        f"{ends[0]} {'<->' if len(ends) > 2 else '->'} {ends[1]}" for ends in registry["relations"]
    )
    return {
        "application": name,
        "version": about(name)["version"],
        "tables": own,
        "tables_of_others": others,
        "relations": relations,
        "routes": [routes[key] for key in sorted(routes)],
        "handled": [_handled(one) for one in handled],
        "started": covered.started(told),
        "executed": covered.kept(told, ((o.handler, o.method, o.path) for o in handled)),
    }


def _path(parts: list[list[str]]) -> str:
    return paths.joined(
        *(
            paths.from_converters(text) if kind == "path" else paths.from_regex(text)
            for kind, text in parts
        )
    )


def _handled(one: Seen) -> dict[str, Any]:
    return {
        "method": one.method,
        "path": one.path,
        "handler": one.handler,
        "succeeded": one.succeeded,
        "reads": sorted(one.reads),
        "writes": sorted(one.writes),
        "together": sorted(map(list, one.together)),
    }


def write(name: str, place: Path, seconds: float) -> None:
    """Take the truth about one application into its file."""
    document = take(name, environment(name, place), seconds)
    file = TRUTHS / f"{name}.json"
    lists = ("routes", "handled")
    by_file = {key: document.pop(key) for key in ("started", "executed")}
    lines = [
        f" {json.dumps(key)}: {json.dumps(value)}"
        for key, value in document.items()
        if key not in lists
    ]
    for key in lists:
        inner = ",\n".join("  " + json.dumps(item) for item in document[key])
        lines.append(f" {json.dumps(key)}: [\n{inner}\n ]")
    for key, files in by_file.items():
        inner = ",\n".join(f"  {json.dumps(one)}: {json.dumps(files[one])}" for one in files)
        lines.append(f" {json.dumps(key)}: {{\n{inner}\n }}")
    file.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    good = [one for one in document["handled"] if one["succeeded"]]
    print(f"{name}: {len(document['routes'])} routes, {len(document['tables'])} tables, ", end="")
    print(f"{len(document['handled'])} handled, {len(good)} with success")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="*")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--place", type=Path)
    parser.add_argument("--seconds", type=float, default=150)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for one in names() if given.all else given.name:
            write(one, (given.place or Path(scratch)).resolve(), given.seconds)
