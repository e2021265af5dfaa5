"""The packages that the monolith asks for, as a project that uv can lock.

A pyproject.toml with `[project]` is its own. Else its requirements become one, beside its code.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from mscli.errors import MscliError
from mscli.text.quoting import json_inline

PLACES = (
    "requirements.txt", "requirements/production.txt", "requirements/prod.txt",
    "requirements/base.txt", "requirements.in",
)  # fmt: skip
TEMPLATE_HAS = frozenset(["fastapi", "pydantic", "sqlalchemy", "starlette", "typing-extensions"])
MINORS = range(11, 40)
"""Versions of Python 3, from the template's own."""
MAJOR = {"pydantic": 2, "sqlalchemy": 2}
"""The major versions that the template has; code for another one cannot be beside it."""
IMPORTED_AS = {
    "actstream": "django-activity-stream", "attr": "attrs", "bs4": "beautifulsoup4",
    "captcha": "django-recaptcha", "compressor": "django-compressor",
    "corsheaders": "django-cors-headers", "crypto": "pycryptodome", "cv2": "opencv-python",
    "django-filters": "django-filter", "djangoformsetjs": "django-formset-js-improved",
    "dns": "dnspython", "ffmpeg": "ffmpeg-python",
    "flask-bootstrap": "bootstrap-flask", "flask-uploads": "flask-reuploaded",
    "git": "gitpython", "ldap": "python-ldap",
    "markdown-it": "markdown-it-py", "mysqldb": "mysqlclient", "openssl": "pyopenssl",
    "pil": "pillow", "pkg-resources": "setuptools", "psycopg2": "psycopg2-binary",
    "rest-framework": "djangorestframework",
    "rest-framework-extensions": "drf-extensions",
    "rest-framework-filters": "djangorestframework-filters",
    "rest-framework-simplejwt": "djangorestframework-simplejwt", "ruamel": "ruamel-yaml",
    "sklearn": "scikit-learn", "slugify": "unicode-slugify", "sorl": "sorl-thumbnail",
    "yaml": "pyyaml",
}  # fmt: skip
"""Modules whose package has another name, by normalised names."""
BRINGS = {
    "django": ("asgiref", "sqlparse"),
    "flask": ("werkzeug", "jinja2", "itsdangerous", "click", "markupsafe", "blinker"),
    "flask-babel": ("babel",),
    "flask-limiter": ("limits",),
    "flask-marshmallow": ("marshmallow",),
    "flask-wtf": ("wtforms",),
    "requests": ("certifi", "charset-normalizer", "idna", "urllib3"),
}
"""Packages that are there with another one, whether a list names them or not."""
STANDS_ON = {
    "flask-sqlalchemy": "sqlalchemy", "marshmallow-sqlalchemy": "sqlalchemy",
    "pydantic-settings": "pydantic", "sqlmodel": "sqlalchemy",
}  # fmt: skip
"""Packages that are made for a version of what the template has."""
MADE_OF = {
    **BRINGS,
    "rest-framework": ("coreapi", "inflection", "markdown", "pygments", "uritemplate"),
}
"""A framework works otherwise with others of these, or without: those that are named go along."""
_HASH = re.compile(r"\s--hash[= ]\S+")
_COMMENT = re.compile(r"(^|\s)#.*$")
_NAME = re.compile(r"[-_.]+")


@dataclass(slots=True)
class Packages:
    """What the monolith needs. `own` is its pyproject.toml, if that says it."""

    source: str = ""
    own: str = ""
    requirements: list[str] = field(default_factory=list)
    constraints: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    python: str = ""
    """The lowest version of Python that it runs on, where that is above the template's."""

    @property
    def names(self) -> frozenset[str]:
        """Normalised names (PEP 503), and `name[extra]` for each extra."""
        from packaging.requirements import Requirement

        found: set[str] = set()
        for text in self.requirements:
            requirement = Requirement(text)
            name = _NAME.sub("-", requirement.name).lower()
            found |= {name, *(f"{name}[{extra}]" for extra in requirement.extras)}
        return frozenset(found)

    def needed(self, modules: Iterable[str]) -> list[str]:
        """The monolith's own requirements for imported modules, and for what those are made of."""
        wanted = sorted({_normal(module) for module in modules} - TEMPLATE_HAS)
        parts = [part for name in wanted for part in MADE_OF.get(name, ()) if part not in wanted]
        texts = (self._requirement(name) or self._implied(name) for name in (*wanted, *parts))
        return list(dict.fromkeys(text for text in texts if text))

    def among(self, modules: Iterable[str]) -> set[str]:
        """Those modules whose package is required."""
        return {name for name in modules if self._requirement(_normal(name))}

    @property
    def is_frozen(self) -> bool:
        """Whether all that is installed is listed: every requirement names one version."""
        from packaging.requirements import Requirement

        asked = [Requirement(text).specifier for text in self.requirements]
        return bool(asked) and all({part.operator for part in each} == {"=="} for each in asked)

    def against(self, modules: Iterable[str], inside: Iterable[str] = ()) -> list[str]:
        """Why code that imports these modules cannot be in a service of the template.

        What is imported `inside` only, and is not in a list of all that is installed, the
        monolith has not got either: there and here the same code does without, or fails.
        """
        found = []
        names = {_normal(module) for module in modules}
        names |= set() if self.is_frozen else {_normal(module) for module in inside}
        names |= {STANDS_ON[name] for name in names & STANDS_ON.keys()}
        for name in sorted(names):
            text = self._requirement(name)
            if name in TEMPLATE_HAS:
                if text and name in MAJOR and not _allows(text, MAJOR[name]):
                    found.append(f"it needs `{text}`, and the service has {name} {MAJOR[name]}")
            elif not text and not self._implied(name):
                found.append(f"the package of `{name.replace('-', '_')}` is not known")
        return found

    def _implied(self, name: str) -> str:
        """The requirement for what brings a package along that is not named: `celery[redis]`."""
        from packaging.requirements import Requirement

        named = [text for text in self.requirements if name in Requirement(text).extras]
        owners = (owner for owner, parts in BRINGS.items() if name in parts)
        brought = [text for owner in owners if (text := self._requirement(owner))]
        return next(iter([*brought, *named]), "")

    def _requirement(self, name: str) -> str:
        """The requirement whose name is that of a module, or one that is known to have it."""
        named = {_name_in(text): text for text in self.requirements}
        tried = (name, IMPORTED_AS.get(name, ""), f"django-{name}", f"python-{name}", f"py{name}")
        return next((named[each] for each in tried if each in named), "")

    def project(self, needs: tuple[str, ...], name: str) -> str | None:
        """The pyproject.toml to write, which keeps what is in one without `[project]`."""
        if self.source == "pyproject.toml":
            return None
        requirements = [*self.requirements, *needs]
        lines = [
            "# Scaffolded by mscli migrate apply: yours to change.",
            f"# The packages are those of {self.source}.",
            "[project]",
            f"name = {json_inline(name)}",
            'version = "0"',
            'requires-python = ">=3.11"',
            *_list("dependencies", requirements),
            "",
            "[tool.uv]",
            "package = false",
            *(_list("constraint-dependencies", self.constraints) if self.constraints else ()),
        ]
        before = f"{self.own.rstrip()}\n\n" if self.own else ""
        return before + "\n".join(lines) + "\n"


def _allows(text: str, major: int) -> bool:
    """Whether some version of a major one satisfies a requirement."""
    from packaging.requirements import Requirement
    from packaging.version import InvalidVersion, Version

    tried = [Version(f"{major}.{minor}") for minor in ("0.44", "12", "99")]
    for each in Requirement(text).specifier:
        try:
            tried.append(Version(each.version.removesuffix(".*")))
        except InvalidVersion:
            return True
    specifier = Requirement(text).specifier
    return any(version.major >= major and specifier.contains(version) for version in tried)


def _list(key: str, items: list[str]) -> Iterator[str]:
    yield f"{key} = ["
    yield from (f"    {json_inline(item)}," for item in items)
    yield "]"


def packages_of(root: Path) -> Packages:
    """What the monolith in a folder asks for. Raises MscliError where nothing says it."""
    found = Packages()
    if (own := root / "pyproject.toml").is_file():
        found.own = own.read_text(encoding="utf-8")
        if _of_a_project(found, root):
            return found
    for place in PLACES:
        if (root / place).is_file():
            found.source = place
            _read(found, root, root / place, set())
            return found
    raise MscliError(
        f"{root}: nothing says which packages it needs",
        f"write them down, such as: pip freeze > {root / PLACES[0]}",
    )


def _of_a_project(found: Packages, root: Path) -> bool:
    try:
        document = tomllib.loads(found.own)
    except tomllib.TOMLDecodeError as error:
        raise MscliError(f"{root / 'pyproject.toml'}: {error}", "mend it") from error
    project = document.get("project")
    if not isinstance(project, dict):
        return False
    found.source = "pyproject.toml"
    found.python = _lowest(str(project.get("requires-python", "")))
    for text in project.get("dependencies", []):
        _take(found, str(text), "pyproject.toml")
    return True


def _lowest(said: str) -> str:
    """The first version that `requires-python` allows, unless a service has it anyway."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        allowed = SpecifierSet(said)
    except InvalidSpecifier:
        return ""
    minor = next((m for m in MINORS if allowed.contains(f"3.{m}.99")), MINORS[0])
    return "" if minor == MINORS[0] else f"3.{minor}"


def _read(found: Packages, root: Path, path: Path, seen: set[Path]) -> None:
    if path in seen:
        return
    seen.add(path)
    shown = path.relative_to(root).as_posix()
    begun = ""
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    for number, raw in enumerate(text.splitlines(), start=1):
        begun += raw.removesuffix("\\")
        if raw.endswith("\\"):
            continue
        line, begun = _HASH.sub("", _COMMENT.sub("", begun)).strip(), ""
        if line:
            _line(found, root, path, line, f"{shown}:{number}", seen)


def _line(found: Packages, root: Path, path: Path, line: str, where: str, seen: set[Path]) -> None:
    option, _, rest = line.partition(" ")
    if option in ("-r", "--requirement", "-c", "--constraint"):
        other = (path.parent / rest.strip()).resolve()
        if not other.is_file() or not other.is_relative_to(root.resolve()):
            found.warnings.append(f"{where}: there is no {rest.strip()} in the folder: left out")
            return
        inner = found if option in ("-r", "--requirement") else Packages()
        _read(inner, root.resolve(), other, seen)
        if inner is not found:
            found.constraints += inner.requirements
    elif line.startswith("-"):
        found.warnings.append(f"{where}: `{line}` is for pip alone: left out")
    else:
        _take(found, line, where)


def _take(found: Packages, text: str, where: str) -> None:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        Requirement(text)
    except InvalidRequirement:
        found.warnings.append(f"{where}: `{text}` is no package of an index: left out")
    else:
        found.requirements.append(text)


@lru_cache(maxsize=1 << 12)
def _name_in(requirement: str) -> str:
    """The normalised name of what is required."""
    from packaging.requirements import Requirement

    return _normal(Requirement(requirement).name)


def _normal(name: str) -> str:
    return _NAME.sub("-", name).lower()
