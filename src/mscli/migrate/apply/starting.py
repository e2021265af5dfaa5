"""What starts the monolith: its Procfile, its manage.py, or the application in its code.

The answer is one line for a shell, with `$HOST` and `$PORT`, which mscli gives every service.
"""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from pathlib import Path

from mscli.errors import MscliError
from mscli.migrate.sources import Source, Sources
from mscli.migrate.walk.index import expression_name

OPERATORS = frozenset({"&&", "||", ";", "|", "&"})
APPLICATIONS = {"FastAPI": "asgi", "Starlette": "asgi", "Flask": "wsgi"}
GIVEN = "--command 'gunicorn shop.wsgi --bind $HOST:$PORT'"
SOURCE_ROOT = "src"
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
        return ["sh", "-c", self.line if _has_operators(self.line) else f"exec {self.line}"]


@dataclass(frozen=True, slots=True)
class Application:
    """An application object, or a function that makes one; `kind` is wsgi or asgi."""

    module: str
    name: str
    kind: str
    file: str
    line: int
    is_factory: bool
    under_src: bool

    is_mounted: bool = False
    """Whether another one has it below a path."""

    @property
    def rank(self) -> tuple[bool, bool, int, bool, str]:
        """What nobody mounts first; objects before factories, and what is nearer to the top.

        Of those of one module servers take the one that is called `app`.
        """
        is_named = self.name in ("app", "application")
        return self.is_mounted, self.is_factory, self.module.count("."), not is_named, self.module


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
            dotted = _module(module)
            line = _serve(server, f"{dotted}:application")
            return Start(line, module, environment=environment)
    line = f"python {manage.path} runserver --noreload $HOST:$PORT"
    note = (
        "Django's development server is what it has; add gunicorn to its requirements and a"
        " wsgi.py, and say `--command` for a server that is meant for production"
    )
    return Start(line, manage.path, environment=environment, warnings=(note,))


def _application(found: Sources, packages: Set[str]) -> Start | None:
    mounted = set(_mounted(found))
    every = (replace(a, is_mounted=(a.module, a.name) in mounted) for a in applications(found))
    candidates = sorted(every, key=lambda a: a.rank)
    if not candidates:
        return None
    chosen = candidates[0]
    others = [f"{a.module}:{a.name}" for a in candidates[1:] if a.rank[:2] == chosen.rank[:2]]
    warnings = (f"also an application: {', '.join(others)}",) if others else ()
    environment = (("PYTHONPATH", SOURCE_ROOT),) if chosen.under_src else ()
    line, needs = _server(chosen, packages)
    return Start(line, f"{chosen.file}:{chosen.line}", needs, environment, warnings)


def _server(app: Application, packages: Set[str]) -> tuple[str, tuple[str, ...]]:
    target = f"{app.module}:{app.name}"
    if app.kind == "asgi":
        line = _serve("uvicorn", target) + (" --factory" if app.is_factory else "")
        return line, () if packages & {"uvicorn", "fastapi[standard]"} else ("uvicorn",)
    if "gunicorn" in packages:
        called = f"'{target}()'" if app.is_factory else target
        return _serve("gunicorn", called), ()
    return f"flask --app {target} run --host $HOST --port $PORT", ()


def migration_of(root: Path, start: Start, packages: Set[str]) -> str:
    """What makes the tables of a new database, by the tool that the monolith has; empty for none.

    Django's `migrate`, Flask-Migrate's `db upgrade`, or Alembic's own `upgrade`.
    """
    for manage in ("manage.py", f"{SOURCE_ROOT}/manage.py"):
        if (root / manage).is_file():
            return f"python {manage} migrate --noinput"
    if "flask-migrate" in packages and (root / "migrations").is_dir():
        target = _TARGET.search(start.line)
        return f"flask --app {target[1]} db upgrade" if target else "flask db upgrade"
    return "alembic upgrade head" if (root / "alembic.ini").is_file() else ""


def _serve(server: str, target: str) -> str:
    if server == "gunicorn":
        return f"gunicorn {target} --bind $HOST:$PORT"
    return f"uvicorn {target} --host $HOST --port $PORT"


def applications(found: Sources) -> Iterator[Application]:
    """Every application object at the top of a module, and every function that makes one."""
    makers = {
        (_module(source.path), node.name): kind
        for source in found.files
        for node in source.tree.body
        if isinstance(node, ast.FunctionDef) and (kind := _returned(node))
    }
    for source in found.files:
        here = _makers_in(source, makers)
        for node in source.tree.body:
            if (kind := _made_by(node, {**APPLICATIONS, **here})) and (name := _assigned(node)):
                yield _application_at(source.path, node, name, kind, is_factory=False)
            elif isinstance(node, ast.FunctionDef) and not _required(node) and node.name in here:
                kind = here[node.name]
                yield _application_at(source.path, node, node.name, kind, is_factory=True)


def _makers_in(source: Source, makers: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """Functions that make an application, by the names that a module has for them."""
    module = _module(source.path)
    found = {name: kind for (where, name), kind in makers.items() if where == module}
    imported = _imported(source)
    return found | {name: makers[of] for name, of in imported.items() if of in makers}


def _imported(source: Source) -> dict[str, tuple[str, str]]:
    """The names that a module imports, with the module that each is from and its name there."""
    found: dict[str, tuple[str, str]] = {}
    module = _module(source.path)
    package = module if source.path.endswith("__init__.py") else module.rpartition(".")[0]
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom):
            above = package.split(".")[: -(node.level - 1) or None] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            found |= {alias.asname or alias.name: (base, alias.name) for alias in node.names}
    return found


def _mounted(found: Sources) -> Iterator[tuple[str, str]]:
    """What one application has below a path of its own: the module, and the name there."""
    for source in found.files:
        calls = [n for n in ast.walk(source.tree) if isinstance(n, ast.Call) and _mounts(n)]
        imported = _imported(source) if calls else {}
        for call in calls:
            for part in (*call.args[1:2], *(k.value for k in call.keywords if k.arg == "app")):
                first, _, rest = expression_name(part).partition(".")
                module, name = imported.get(first, (_module(source.path), first))
                yield (f"{module}.{name}", rest) if rest else (module, name)


def _mounts(call: ast.Call) -> bool:
    return expression_name(call.func).rpartition(".")[2] in ("mount", "Mount")


def _application_at(
    path: str, node: ast.stmt, name: str, kind: str, *, is_factory: bool
) -> Application:
    under_src = path.startswith(f"{SOURCE_ROOT}/")
    return Application(_module(path), name, kind, path, node.lineno, is_factory, under_src)


def _module(path: str) -> str:
    bare = path.removeprefix(f"{SOURCE_ROOT}/").removesuffix(".py").removesuffix("/__init__")
    return bare.replace("/", ".")


def _made_by(node: ast.stmt, makers: Mapping[str, str] = APPLICATIONS) -> str:
    """The kind of application that a statement makes."""
    if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Call):
        return makers.get(expression_name(node.value.func).rpartition(".")[2], "")
    return ""


def _assigned(node: ast.stmt) -> str:
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return next((target.id for target in targets if isinstance(target, ast.Name)), "")


def _required(function: ast.FunctionDef) -> int:
    return len(function.args.args) - len(function.args.defaults)


def _returned(function: ast.FunctionDef) -> str:
    """The kind of application that a function makes and returns."""
    statements = [node for node in ast.walk(function) if isinstance(node, ast.stmt)]
    made = {_assigned(node): kind for node in statements if (kind := _made_by(node))}
    returned = (n.value for n in statements if isinstance(n, ast.Return))
    names = (value.id for value in returned if isinstance(value, ast.Name))
    return next((made[name] for name in names if name in made), "")
