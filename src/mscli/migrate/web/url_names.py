"""Names of the URLs of Flask and FastAPI, as `url_for` knows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mscli.migrate.walk.graph.entries import Entries, Url
from mscli.migrate.walk.graph.nodes import OutsideCall
from mscli.migrate.walk.values.values import Function, Made, Member, Site, Type, Value, last, text
from mscli.migrate.web.mounts import APPS, DEEPEST, Mounts, framework_of

STATIC, MOUNT, DEFAULTS = "static", "mount:", "defaults"


class UrlNames:
    """Notes the name of every rule; one that is not known whole has no parts."""

    def __init__(self, mounts: Mounts, entries: Entries) -> None:
        self.mounts = mounts
        self.entries = entries

    def settle(self) -> None:
        """Where one place gives names that are known, one that is put together is nobody's."""
        known = {url.site for url in self.entries.urls if "{}" not in url.name}
        self.entries.urls[:] = [
            url for url in self.entries.urls if "{}" not in url.name or url.site not in known
        ]

    def add(
        self, part: Made, framework: str, rule: str, view: Value, made: Made | OutsideCall
    ) -> None:
        """One rule of a part: its name is given, or its view's."""
        name = STATIC if made is part else _given(framework, made) or _name(view)
        if not name:
            return
        known = "{}" not in rule
        beside = (DEFAULTS,) if framework == "flask" and made.arg(-1, DEFAULTS) else ()
        for prefix, names in self._places(part, framework, 0):
            is_known = known and prefix is not None
            parts = (_joined(framework, prefix or "", rule), *beside) if is_known else ()
            self._note(".".join((*names, name)), framework, parts, made.site)

    def of_requests(
        self, part: Made, framework: str, view: Value, made: Made | OutsideCall
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What `request.endpoint` and `request.blueprint` are in Flask; none, if not known."""
        name = _given(framework, made) or _name(view)
        if framework != "flask" or not name or self._is_nameless(part):
            return (), ()
        places = {names for _, names in self._places(part, framework, 0)}
        endpoints = tuple(sorted(".".join((*names, name)) for names in places))
        return endpoints, tuple(sorted(".".join(names) for names in places))

    def _is_nameless(self, part: Made) -> bool:
        """Whether a blueprint has a name that is not known, or hangs in one that has."""
        return any(
            last(one.name) not in APPS and not text(one.arg(0, "name"))
            for one in self.mounts.around(part)
        )

    def files(self, calls: Iterable[OutsideCall]) -> None:
        """Rules of files: of an application or blueprint (Flask), and what is mounted by name."""
        for part in self.mounts.parts():
            if part.arg(-1, "static_folder") and framework_of(part) == "flask":
                folder = text(part.arg(-1, "static_folder")) or ""
                below = text(part.arg(-1, "static_url_path")) or f"/{folder.rpartition('/')[2]}"
                self.add(part, "flask", f"{below}/<path:filename>" if folder else "{}", (), part)
        for call in calls:
            if call.name == "flask.Flask":
                self._note(STATIC, "flask", _of_files(call), call.site)
            elif isinstance(call.callee, Member) and call.callee.name == "mount":
                whole, name = text(call.arg(0, "path")), text(call.arg(2, "name"))
                if name and framework_of(call.callee.of) == "fastapi":
                    parts = (f"{MOUNT}{whole}",) if whole is not None else ()
                    self._note(name, "fastapi", parts, call.site)

    def _places(
        self, part: Made, framework: str, depth: int
    ) -> Iterator[tuple[str | None, tuple[str, ...]]]:
        """Every prefix of a part, and the names of the blueprints down to it."""
        is_flask, above = framework == "flask", self.mounts.above(part)
        given = part.arg(-1, "url_prefix") or part.arg(-1, "prefix")
        prefix = text(given) if given else ""
        if last(part.name) in APPS and not above:
            yield text(part.arg(-1, "root_path")) or "", ()
        for parent, replaced, call in above if depth < DEEPEST else ():
            own = (text(call.arg(-1, "name")) or text(part.arg(0, "name"))) if is_flask else ""
            named = (own,) if own and last(part.name) not in APPS else ()
            here = replaced if is_flask and replaced is not None else prefix
            here = (replaced or "") + here if not is_flask and here is not None else here
            for before, names in self._places(parent, framework, depth + 1):
                whole = None if before is None or here is None else before + here
                yield whole, (*names, *named)

    def _note(self, name: str, framework: str, parts: tuple[str, ...], site: Site) -> None:
        self.entries.urls.append(Url(name, framework, parts, (), site))


def _joined(framework: str, prefix: str, rule: str) -> str:
    """As the framework puts them together: Flask takes care of slashes."""
    if framework == "flask" and prefix and rule:
        return f"{prefix.rstrip('/')}/{rule.lstrip('/')}"
    return prefix + rule


def _of_files(call: OutsideCall) -> tuple[str, ...]:
    """The rule of the files of `Flask(...)`."""
    given, folder = call.arg(-1, "static_url_path"), call.arg(-1, "static_folder")
    path = text(given) or f"/{(text(folder) or STATIC).strip('/').rpartition('/')[2]}"
    is_known = bool(text(given) or text(folder)) or not (given or folder)
    return (f"{path.rstrip('/')}/<path:filename>",) if is_known else ()


def _given(framework: str, made: Made | OutsideCall) -> str | None:
    if framework == "fastapi":
        return text(made.arg(-1, "name"))
    is_rule = isinstance(made, OutsideCall) and made.name.endswith("add_url_rule")
    return text(made.arg(1 if is_rule else -1, "endpoint"))


def _name(view: Value) -> str:
    for atom in view:
        if isinstance(atom, Function):
            return atom.fn.name.rpartition(".")[2]  # of one inside another the last
        if isinstance(atom, Made) and atom.name == "as_view":
            return text(atom.arg(1)) or ""
        if isinstance(atom, Type):
            return atom.cls.name.lower()
    return ""
