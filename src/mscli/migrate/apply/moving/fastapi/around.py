"""FastAPI: what applications do around the routes of a router, found from where it is included."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from mscli.migrate.apply.moving.around import ALWAYS, OWN, Around
from mscli.migrate.apply.moving.fastapi.alone import alone
from mscli.migrate.apply.moving.fastapi.handed import handed, only_handlers
from mscli.migrate.apply.moving.fastapi.setting import ALL, ROUTER, Done, Setting
from mscli.migrate.apply.moving.implied.answering import Answering, named
from mscli.migrate.apply.moving.implied.asked import GUARDS
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.needs.hidden import HIDDEN
from mscli.migrate.apply.moving.written import Written, written
from mscli.migrate.walk.project.index import Project

MIDDLEWARE = frozenset(["add_middleware", "middleware"])
OF_DOCUMENTS = frozenset(
    ["contact", "debug", "deprecated", "description", "docs_url", "generate_unique_id_function",
     "include_in_schema", "lifespan", "license_info", "on_shutdown", "on_startup", "openapi_prefix",
     "openapi_tags", "openapi_url", "operation_id", "prefix", "redoc_url", "responses", "router",
     "servers", "summary", "swagger_ui_init_oauth", "swagger_ui_oauth2_redirect_url",
     "swagger_ui_parameters", "tags", "terms_of_service", "title", "version", "webhooks"]
)  # fmt: skip
"""Arguments that change no answer of a route; `dependencies` go along."""
MOVED = frozenset(
    ["CORSMiddleware", "GZipMiddleware", "HTTPSRedirectMiddleware", "SessionMiddleware",
     "TrustedHostMiddleware"]
)  # fmt: skip
"""Middleware of Starlette that is set up in the service, too."""
OF_ROUTERS = frozenset(["on_shutdown", "on_startup", "redirect_slashes", "route_class"])
"""Arguments of a router that change no answer of those that it includes."""
DEEPEST = 12
Way = tuple[Done, ...]
"""From a router outwards: who includes it, and what made the one that does; last an application."""


@dataclass(slots=True)
class Chain:
    """All that is around a router: what goes along, and what cannot."""

    around: list[Around] = field(default_factory=list)
    dependencies: list[Written] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    @property
    def symbols(self) -> tuple[str, ...]:
        """Symbols that go along."""
        return tuple(dict.fromkeys(s for code in self._codes() for s in code.symbols))

    @property
    def packages(self) -> frozenset[str]:
        """Packages that it needs, by the names of their modules."""
        names = {
            f"{module}.{name}".lstrip(".")
            for code in self._codes()
            for _, module, name, ours in code.names
            if not ours
        }
        hidden = {HIDDEN[name] for name in names if name in HIDDEN}
        tops = {name.partition(".")[0] for name in names} - sys.stdlib_module_names
        return frozenset(tops | hidden)

    def _codes(self) -> Iterator[Written]:
        yield from (code for each in self.around for code in (each.code, each.when))
        yield from self.dependencies


class Applications:
    """Every application of a project, and what is done to it."""

    def __init__(
        self, project: Project, closing: Closing, is_clean: Callable[[Closure], bool]
    ) -> None:
        """`is_clean` says whether code of middleware can go along."""
        self.closing = closing
        self.is_clean = is_clean
        self.setting = Setting(project, closing)
        self.answering = Answering(project, closing)

    def chain(self, router: str) -> Chain:
        """What is around a router's routes, the outermost dependency first."""
        found = Chain()
        ways = list(self._ways(router, (), ()))
        if not ways:
            found.reasons.append("what its router is included in was not found")
        depending = {tuple(self._depending(found, way)) for way in ways}
        if len(depending) > 1:
            found.reasons.append(
                "its router is included more than once, and depends on other things"
            )
        found.dependencies = list(next(iter(depending), ()))
        nearest = list(dict.fromkeys(way[-1].whom for way in ways))
        every = self._above(nearest)
        done = self.setting.done
        for each in done:
            if each.name.endswith("exception_handler") and self._is_of(each, nearest):
                self._handler(found, each)
        middleware = [d for d in done if d.name in MIDDLEWARE and self._is_of(d, every)]
        for each in sorted(middleware, key=lambda d: (*every, d.whom).index(d.whom)):
            whose = set(self.setting.meanings(each.whom))
            beside = [d for d in middleware if whose.intersection(self.setting.meanings(d.whom))]
            self._middleware(found, each, is_ordered=len({d.scope for d in beside}) == 1)
        for given in handed(self.setting, {*nearest}):
            if isinstance(given, Around):
                found.around.append(given)
            else:
                found.reasons.append(given)
        for name, file, line in self.answering.put_around():
            text = f"`{name}` is around the application and may answer by itself"
            found.reasons.append(f"{text}, and is not moved ({file}:{line})")
        self._altered(found, {router, *every, *(each.whom for way in ways for each in way)})
        return found

    def _ways(self, whom: str, way: Way, seen: tuple[str, ...]) -> Iterator[Way]:
        """Every way from a router to an application that it is included in."""
        if whom in seen or len(way) > DEEPEST:
            return
        made = self.setting.made.get(whom)
        if made is not None and (way or made.name != ROUTER):
            way = (*way, made)
        if made is not None and made.name != ROUTER:
            yield way
            return
        for same in self.setting.same.get(whom, ()):
            yield from self._ways(same, way, (*seen, whom))
        for done in self.setting.below.get(whom, ()):
            if done.name == "include_router":
                yield from self._ways(done.whom, (*way, done), (*seen, whom))

    def _above(self, nearest: list[str]) -> list[str]:
        """The applications, and those that they are mounted in."""
        found = list(nearest)
        for current in found:
            for done in self.setting.below.get(current, ()):
                found += [
                    whom
                    for whom in self.setting.meanings(done.whom)
                    if self.setting.is_application(whom) and whom not in found
                ]
        return found

    def _is_of(self, done: Done, nearest: list[str]) -> bool:
        """Whether it is done to one of these, or to one that is not known."""
        known = [w for w in self.setting.meanings(done.whom) if w in self.setting.made]
        return not known or any(whom in nearest for whom in known)

    def _depending(self, found: Chain, way: Way) -> list[Written]:
        """What all of a way depends on, the outermost first."""
        depending: list[Written] = []
        for done in way:
            harmless = OF_DOCUMENTS | (OF_ROUTERS if done.name == ROUTER else frozenset())
            if done.is_own:
                text = f"a class of the monolith's own makes `{done.whom.rpartition('.')[2]}`"
                found.reasons.append(f"{text}, which it is included in ({done.where})")
            for keyword in done.call.keywords:
                if keyword.arg == "dependencies":
                    code = written([keyword.value], done.scope, self.closing)
                    if code is not None:
                        depending.insert(0, code)
                        continue
                if keyword.arg not in harmless:
                    what = (
                        f"`{keyword.arg}`"
                        if keyword.arg
                        else f"what `{ast.unparse(keyword.value)}` holds"
                    )
                    what = f"the application gives its routes {what}"
                    found.reasons.append(f"{what}, which is not moved ({done.where})")
        return depending

    def _altered(self, found: Chain, around: set[str]) -> None:
        """What is set at a router or application after it was made."""
        for each in self.setting.altered:
            if each.whom == ALL or not around.isdisjoint(self.setting.meanings(each.whom)):
                text = f"`{each.what}` is set by the application, which is not moved"
                found.reasons.append(f"{text} ({each.where})")

    def _handler(self, found: Chain, done: Done) -> None:
        error = done.given(0, "exc_class_or_status_code")
        handler = ast.Name(done.handler) if done.handler else done.given(1, "handler")
        if isinstance(handler, ast.Name):
            handler = alone(handler.id, done.scope) or handler
        both = [part for part in (error, handler) if part is not None]
        code = written(both, done.scope, self.closing) if done.is_sure else None
        if code is not None and len(both) == 2:  # noqa: PLR2004 - an error and who answers it
            found.around.append(Around("add_exception_handler", code))
        elif (whole := only_handlers(done.scope, self.closing)) is not None:
            found.around.append(Around("", whole))
        else:
            text = "the application answers errors by what cannot be moved"
            found.reasons.append(f"{text} ({done.where})")

    def _middleware(self, found: Chain, done: Done, *, is_ordered: bool) -> None:
        """What is the project's own and only looks on stays, and is listed with what always is."""
        kind = ast.Name(done.handler) if done.handler else done.given(0, "middleware_class")
        if done.name == "middleware" and not done.handler:
            kind = None  # called with the function: app.middleware("http")(function)
        meaning = self.setting.meaning(kind, done.scope) if kind is not None else ""
        name = meaning.rpartition(".")[2].rpartition(":")[2]
        code = _keywords(done, self.closing)
        when = written([done.condition], done.scope, self.closing) if done.condition else None
        if done.handler or ":" in meaning or self.closing.find(meaning):
            if is_ordered and (own := self._own(done, kind, meaning, when)) is not None:
                found.around.append(own)
                return
            does = self._does(meaning, name, done)
            if does == GUARDS or (does and done.is_sure):
                what = "may answer by itself" if does == GUARDS else "gives another answer"
                text = f"the application's middleware `{name}` {what}"
                found.reasons.append(f"{text}, and is not moved ({done.where})")
            return
        if name in MOVED and code is not None and (done.is_sure or when):
            found.around.append(Around("add_middleware", code, when or ALWAYS))
        else:
            text = f"`{name or 'middleware'}` is around the application's routes, and is not moved"
            found.reasons.append(f"{text} ({done.where})")

    def _own(
        self, done: Done, kind: ast.expr | None, meaning: str, when: Written | None
    ) -> Around | None:
        """Middleware of the project's own that goes along; None, where it cannot."""
        is_plain = bool(done.handler) or len(done.call.args) <= 1
        is_known = (done.is_sure or when) and self.closing.find(meaning)
        if kind is None or not is_plain or not is_known:
            return None
        given = ast.Call(done.call.func, [], done.call.keywords) if not done.handler else None
        code = written([kind], done.scope, self.closing)
        rest = _keywords(replace(done, call=given), self.closing) if given else Written("")
        if code is None or rest is None or not self.is_clean(self.closing.of([meaning])):
            return None
        text = f"{OWN}, around={code.code}{rest.code}"
        both = Written(text, tuple(sorted({*code.names, *rest.names})))
        return Around("add_middleware", both, when or ALWAYS, own=meaning)

    def _does(self, meaning: str, name: str, done: Done) -> int:
        """What middleware does, which may be defined where it is put around."""
        found = self.answering.definition(meaning)
        found = found or named(done.scope.module, done.scope.owner.body, name)
        return self.answering.middleware(*found) if found else GUARDS


def _keywords(done: Done, closing: Closing) -> Written | None:
    """The arguments of a call as code, by their names where they have one."""
    plain = written(done.call.args, done.scope, closing)
    codes, names = [plain.code if plain else ""], set(plain.names if plain else ())
    for keyword in done.call.keywords:
        value = written([keyword.value], done.scope, closing) if keyword.arg else None
        if value is None:
            return None
        codes.append(f"{keyword.arg}={value.code}")
        names |= set(value.names)
    return Written(", ".join(codes), tuple(sorted(names))) if plain else None
