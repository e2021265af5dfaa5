"""What starts the monolith: its Procfile, its manage.py, or the application in its code.

The answer is one line for a shell, with `$HOST` and `$PORT`, which mscli gives every service.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Set
from dataclasses import dataclass
from pathlib import Path

from mscli.errors import MscliError
from mscli.migrate.apply.applications import (
    SOURCE_ROOT,
    Application,
    applications,
    completed,
    module_of,
)
from mscli.migrate.sources import Sources

OPERATORS = frozenset({"&&", "||", ";", "|", "&"})
GIVEN = "--command 'gunicorn shop.wsgi --bind $HOST:$PORT'"
_TARGET = re.compile(r"(?:^|[\s'])([\w.]+:\w+)")
"""The application in a line such as `gunicorn 'shop:create_app()'`."""


@dataclass(frozen=True, slots=True)
class Start:
    """A line for a shell, where it was found, and the packages that it needs."""

    line: str
    found: str
    needs: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def command(self) -> list[str]:
        """As `command` in mscli.yaml; the shell makes way for the server where it can."""
        as_it_is = _has_operators(self.line) or self.line.startswith("exec ")
        return ["sh", "-c", self.line if as_it_is else f"exec {self.line}"]


def start_of(root: Path, found: Sources, packages: Set[str]) -> Start:
    """How the monolith in a folder is started; `packages` are those that it asks for.

    Raises MscliError where nothing says it.
    """
    start = _procfile(root) or _django(found, packages) or _application(found, packages)
    if start is not None:
        return start
    raise MscliError(
        f"{root}: nothing says what starts it: no Procfile with `web:`, no manage.py, no"
        " application object of FastAPI or Flask",
        f"say it: {GIVEN}",
    )


def given(line: str) -> Start:
    """What a person said; warns where it listens on a port that nobody asks."""
    _check(line, "--command")
    return Start(line, "--command", warnings=_without_port(line, "--command"))


def _procfile(root: Path) -> Start | None:
    path = root / "Procfile"
    if not path.is_file() or path.is_symlink():
        return None
    text = path.read_text(encoding="utf-8", errors="replace")
    for number, entry in enumerate(text.splitlines(), start=1):
        kind, colon, line = entry.partition(":")
        if colon and kind.strip() == "web" and line.strip():
            where = f"Procfile:{number}"
            _check(line, where)
            listening = _listening(line.strip())
            return Start(listening, where, warnings=_without_port(listening, where))
    return None


def _check(line: str, where: str) -> None:
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise MscliError(f"{where}: a quote is never closed: {line.strip()}", "mend it") from error
    if not words:
        raise MscliError(f"{where}: the command is empty", f"write one: {GIVEN}")


def _listening(line: str) -> str:
    """The line with the address that mscli gives; a server that names no port gets one."""
    line = line.replace("0.0.0.0:", "$HOST:").replace("--host 0.0.0.0", "--host $HOST")
    words = shlex.split(line)
    if "=" in words[0]:
        line = f"env {line}"
    if "$PORT" in line or "${PORT" in line:
        return line
    if "gunicorn" in words and not any(w.startswith(("-b", "--bind")) for w in words):
        return f"{line} --bind $HOST:$PORT"
    if "uvicorn" in words and "--port" not in words:
        return f"{line} --host $HOST --port $PORT"
    return line


def _without_port(line: str, where: str) -> tuple[str, ...]:
    if "PORT" in line:
        return ()
    return (f"{where}: `{line}` names no $PORT: it has to listen on $HOST:$PORT",)


def _has_operators(line: str) -> bool:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    return not OPERATORS.isdisjoint(lexer)


def _django(found: Sources, packages: Set[str]) -> Start | None:
    manage = next((s for s in found.files if s.path.endswith("manage.py")), None)
    if manage is None or manage.path not in ("manage.py", f"{SOURCE_ROOT}/manage.py"):
        return None
    base = manage.path.rpartition("/")[0]
    environment = (("PYTHONPATH", base),) if base else ()
    for name, server in (("wsgi", "gunicorn"), ("asgi", "uvicorn")):
        module = next((s.path for s in found.files if s.path.endswith(f"/{name}.py")), None)
        if module and server in packages:
            dotted = module_of(module)
            line = _serve(server, f"{dotted}:application")
            return Start(line, module, environment=environment)
    line = f"python {manage.path} runserver --noreload $HOST:$PORT"
    note = (
        "Django's development server is what it has; add gunicorn to its requirements and a"
        " wsgi.py, and say `--command` for a server that is meant for production"
    )
    return Start(line, manage.path, environment=environment, warnings=(note,))


def _application(found: Sources, packages: Set[str]) -> Start | None:
    candidates = sorted(applications(found), key=lambda a: a.rank)
    if not candidates:
        return None
    chosen = candidates[0]
    fuller = list(completed(found, chosen))
    chosen = fuller[0] if len(fuller) == 1 else chosen
    others = [f"{a.module}:{a.name}" for a in candidates[1:] if a.rank[:2] == chosen.rank[:2]]
    warnings = [f"also an application: {', '.join(others)}"] if others else []
    if len(fuller) > 1:
        files = ", ".join(each.file for each in fuller)
        warnings.append(f"{files} add to `{chosen.module}:{chosen.name}`: say which by --command")
    environment = (("PYTHONPATH", SOURCE_ROOT),) if chosen.under_src else ()
    line, needs = _server(chosen, packages)
    return Start(line, f"{chosen.file}:{chosen.line}", needs, environment, tuple(warnings))


def _server(app: Application, packages: Set[str]) -> tuple[str, tuple[str, ...]]:
    target = f"{app.module}:{app.name}"
    if app.kind == "asgi":
        line = _serve("uvicorn", target) + (" --factory" if app.is_factory else "")
        return line, () if packages & {"uvicorn", "fastapi[standard]"} else ("uvicorn",)
    if "gunicorn" in packages:
        called = f"'{target}()'" if app.is_factory else target
        return _serve("gunicorn", called), ()
    return f"flask --app {target} run --host $HOST --port $PORT", ()


def migration_of(root: Path, line: str, packages: Set[str], models: Iterable[str]) -> str:
    """What makes the tables of a new database, by the tool that the monolith has; empty for none.

    Django's `migrate`, Flask-Migrate's `db upgrade`, or Alembic's own `upgrade`. `line` starts the
    monolith, `models` are the files with its models: Django makes the tables of an application
    without migrations only when told to.
    """
    for manage in ("manage.py", f"{SOURCE_ROOT}/manage.py"):
        if (root / manage).is_file():
            bare = any(not _has_migrations(root, Path(file)) for file in models)
            return f"python {manage} migrate --noinput{' --run-syncdb' if bare else ''}"
    if "flask-migrate" in packages and (root / "migrations" / "env.py").is_file():
        target = _TARGET.search(line)
        return f"flask --app {target[1]} db upgrade" if target else "flask db upgrade"
    return "alembic upgrade head" if (root / "alembic.ini").is_file() else ""


def _has_migrations(root: Path, models: Path) -> bool:
    """Whether a folder of migrations is beside the models, or beside a folder they are in."""
    return any((root / folder / "migrations").is_dir() for folder in models.parents)


def _serve(server: str, target: str) -> str:
    if server == "gunicorn":
        return f"gunicorn {target} --bind $HOST:$PORT"
    return f"uvicorn {target} --host $HOST --port $PORT"
