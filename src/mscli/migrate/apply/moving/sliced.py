"""What a slice is: modules, and all that the templates of a service put together of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mscli.migrate.apply.moving.pages.url_names import Elsewhere


@dataclass(frozen=True, slots=True)
class Router:
    """A router of a moved module: where it is now, under a name of its own, and its prefix."""

    package: str
    module: str
    name: str
    router: str
    prefix: str
    depends: bool = False
    """Whether all its routes depend on something: `Around` has on what."""
    rules: tuple[str, ...] = ()
    """The prefix as Django's rules have it."""


@dataclass(frozen=True, slots=True)
class Around:
    """What is around moved routes, as code: lines of import, what is done, and dependencies."""

    imports: tuple[str, ...] = ()
    done: tuple[tuple[str, str], ...] = ()
    """What is done: the call, and on what condition, if on any."""
    dependencies: tuple[tuple[str, str], ...] = ()
    own: tuple[str, ...] = ()
    """Middleware of the monolith's own that goes along, by the names that it has there."""


@dataclass(frozen=True, slots=True)
class Django:
    """What a project of Django's has: settings by value and by code, middleware, applications.

    `computed` are settings that a module computes, with that. `installed` are
    applications of packages, `identity` the labels of those whose tables are asked for.
    """

    settings: Mapping[str, object] = field(default_factory=dict)
    computed: tuple[tuple[str, str], ...] = ()
    middleware: tuple[str, ...] = ()
    connection: Mapping[str, object] = field(default_factory=dict)
    """What the database is told besides where it is."""
    apps: tuple[Mapping[str, str], ...] = ()
    installed: tuple[str, ...] = ()
    identity: tuple[str, ...] = ()
    engine: Mapping[str, object] | None = None
    """The options of what renders pages."""
    jinja: Mapping[str, object] | None = None
    """What TEMPLATES says of Jinja, its folders aside."""
    jinja_first: bool = False
    """Whether it is asked before Django's own."""
    media: str | None = None
    """The monolith's folder of uploads, empty where it is not known; None where none is needed."""
    locales: tuple[tuple[str, str], ...] = ()
    """The monolith's folders of catalogues, and where each is in the service's package."""
    secrets: tuple[str, ...] = ()
    """Settings that the service is given."""
    order: tuple[str, ...] = ()
    """All applications as they are installed, in the monolith's order."""
    named: Mapping[str, str] = field(default_factory=dict)
    """Modules that are known by the name that they had, too, and their new one."""
    handlers: tuple[tuple[str, str], ...] = ()
    """What answers errors, by the names that Django has for it."""
    around: tuple[str, ...] = ()
    """Middleware of the monolith's own that goes along, by the names that it has there."""
    stars: tuple[str, ...] = ()
    """Modules of packages whose names are settings, before any other is set."""
    static: bool = False
    """Whether files for browsers have names that the monolith's storage makes up."""
    untold: tuple[str, ...] = ()
    """What the monolith's database is told, and the service's is not."""
    by_modules: bool = False
    """Whether a package (django-dbsettings) finds rows by the names that modules had."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Moved modules by path, and what a template needs to put them together.

    `registering` are modules that have to be imported so that routes and listeners are known.
    """

    framework: str = ""
    modules: Mapping[str, str] = field(default_factory=dict)
    cuts: tuple[str, ...] = ()
    routers: tuple[Router, ...] = ()
    registering: tuple[str, ...] = ()
    extensions: tuple[Router, ...] = ()
    scoped: tuple[Router, ...] = ()
    django: Django = field(default_factory=Django)
    around: Around = field(default_factory=Around)
    environment: tuple[str, ...] = ()
    """Variables that moved code reads."""
    elsewhere: tuple[Elsewhere, ...] = ()
    """The URLs of the monolith that moved code asks for by a name."""
    pages: Mapping[str, str] = field(default_factory=dict)
    """Templates by path."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Other files by path: translations, and what is beside the code."""
    signs: bool = False
    """Whether something is signed with the monolith's key."""
    made: tuple[tuple[str, ...], str] = ((), "")
    """How the application is made, where it goes along as a whole: lines of import, and a call."""
    given: tuple[str, ...] = ()
    """What a person has to give that no variable's name says."""
    opened: frozenset[str] = frozenset()
    """The engines of the service's that moved code opens."""
