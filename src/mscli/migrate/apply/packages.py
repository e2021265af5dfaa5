"""The packages that the monolith asks for, as a project that uv can lock.

A pyproject.toml with `[project]` is its own. Else its requirements become one, beside its code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from mscli.text.quoting import json_inline

TEMPLATE_HAS = frozenset(["fastapi", "pydantic", "sqlalchemy", "starlette", "typing-extensions"])
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
    "compressor": ("beautifulsoup4", "brotli", "calmjs", "csscompressor", "html5lib", "lxml"),
    "rest-framework": ("coreapi", "inflection", "markdown", "pygments", "uritemplate"),
}
"""A framework works otherwise with others of these, or without: those that are named go along."""
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
        """The monolith's own requirements for imported modules, and for what those are made of.

        All of them, where no name says which of them has a module.
        """
        wanted = sorted({normal(module) for module in modules} - TEMPLATE_HAS)
        if not all(map(self._named, wanted)):
            return list(self.requirements)
        parts = [part for name in wanted for part in MADE_OF.get(name, ()) if part not in wanted]
        texts = (self._requirement(name) or self._implied(name) for name in (*wanted, *parts))
        return list(dict.fromkeys(text for text in texts if text))

    def among(self, modules: Iterable[str]) -> set[str]:
        """Those modules whose package is required; of a frozen list those that it names."""
        names = {name: normal(name) for name in modules}
        return {
            name
            for name, known in names.items()
            if self._requirement(known) or not (self.is_frozen or self._named(known))
        }

    def named_in(self, texts: Iterable[str]) -> set[str]:
        """The modules that texts begin with whose package is required: `sass.compilers.Fast`."""
        tops = {text.partition(".")[0] for text in texts if "." in text}
        return {name for name in tops if name.isidentifier() and self._named(normal(name))}

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
        names = {normal(module) for module in modules}
        names |= set() if self.is_frozen else {normal(module) for module in inside}
        names |= {STANDS_ON[name] for name in names & STANDS_ON.keys()}
        for name in sorted(names):
            text = self._requirement(name)
            if name in TEMPLATE_HAS:
                if text and name in MAJOR and not _allows(text, MAJOR[name]):
                    found.append(f"it needs `{text}`, and the service has {name} {MAJOR[name]}")
            elif not self._named(name) and not self._has_all:
                found.append(f"the package of `{name.replace('-', '_')}` is not known")
        return found

    def allows(self, name: str, version: str) -> bool:
        """Whether a package may be of a version, or newer ones are all that is asked for."""
        from packaging.requirements import Requirement

        text = self._requirement(name)
        return not text or Requirement(text).specifier.contains(version)

    def _named(self, name: str) -> str:
        """The requirement that has a module by its name."""
        return self._requirement(name) or self._implied(name)

    @property
    def _has_all(self) -> bool:
        """Whether all requirements together have what no name says, as for the monolith.

        Not where some were left out, nor where one cannot be beside the template's.
        """
        versions = {_name_in(text): text for text in self.requirements}
        fits = all(_allows(versions[each], MAJOR[each]) for each in MAJOR.keys() & versions.keys())
        return fits and bool(self.requirements) and not self.warnings

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


@lru_cache(maxsize=1 << 12)
def _name_in(requirement: str) -> str:
    """The normalised name of what is required."""
    from packaging.requirements import Requirement

    return normal(Requirement(requirement).name)


def normal(name: str) -> str:
    """A name as indexes compare it (PEP 503)."""
    return _NAME.sub("-", name).lower()
