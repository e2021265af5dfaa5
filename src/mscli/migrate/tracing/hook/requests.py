"""Watches where a request begins and ends, and which handler it reaches."""

from __future__ import annotations

import inspect
from typing import Any

from .records import begin, current, end

# Patches take and give whatever the patched library does.
# ruff: noqa: ANN401


def name_of(view: Any, method: str) -> str:
    """`package.module.Class.get` for whatever a route leads to."""
    verb = method.lower()
    actions = getattr(view, "actions", None) or {}
    cls = getattr(view, "view_class", None) or getattr(view, "cls", None)
    if cls is not None and not getattr(cls, "__module__", "").startswith(
        "rest_framework.decorators"
    ):
        wanted = actions.get(verb, verb if hasattr(cls, verb) else "dispatch")
        return f"{cls.__module__}.{cls.__qualname__}.{wanted}"
    view = getattr(view, "func", view)
    view = inspect.unwrap(view)
    owner = getattr(view, "__self__", None)
    if owner is not None and not inspect.ismodule(owner):
        cls = owner if inspect.isclass(owner) else type(owner)
        return f"{cls.__module__}.{cls.__qualname__}.{view.__name__}"
    if not hasattr(view, "__qualname__"):
        return f"{type(view).__module__}.{type(view).__qualname__}"
    return f"{view.__module__}.{view.__qualname__}".replace(".<locals>", "")


def _django(module: Any) -> None:
    """`django.core.handlers.base`."""
    handler = module.BaseHandler
    plain: Any = handler.get_response
    asynchronous: Any = getattr(handler, "get_response_async", None)

    def get_response(self: Any, request: Any) -> Any:
        token = begin(request.method)
        try:
            return _answered(request, plain(self, request))
        finally:
            end(token)

    async def get_response_async(self: Any, request: Any) -> Any:
        token = begin(request.method)
        try:
            return _answered(request, await asynchronous(self, request))
        finally:
            end(token)

    handler.get_response = get_response
    if asynchronous is not None:
        handler.get_response_async = get_response_async


def _answered(request: Any, response: Any) -> Any:
    record, match = current.get(), getattr(request, "resolver_match", None)
    if record is None:
        return response
    if match is not None:
        record.handler = name_of(match.func, request.method)
        record.route = "/" + _by_language(request, getattr(match, "route", "") or "")
    record.status = response.status_code
    record.html = "html" in response.get("Content-Type", "")
    record.place = response.get("Location", "")
    return response


def _by_language(request: Any, route: str) -> str:
    """The language that a path begins with (`i18n_patterns`) is whatever was asked for."""
    from django.conf import settings  # type: ignore[import-not-found, unused-ignore]
    from django.conf.urls import i18n  # type: ignore[import-not-found, unused-ignore]
    from django.utils.translation import get_language_from_path  # type: ignore[import-not-found, unused-ignore]

    urls = getattr(request, "urlconf", None) or settings.ROOT_URLCONF
    asks, _ = i18n.is_language_prefix_patterns_used(urls)
    if asks and get_language_from_path(f"/{route}"):
        return "<language>/" + route.partition("/")[2]
    return route


def _flask(module: Any) -> None:
    """`flask.app`: the whole request, and within it the part that knows its route: a test may ask
    for that alone.
    """
    app = module.Flask
    whole, dispatch = app.wsgi_app, app.full_dispatch_request

    def wsgi_app(self: Any, environ: Any, start_response: Any) -> Any:
        token = begin(environ.get("REQUEST_METHOD", "GET"))
        try:
            return whole(self, environ, start_response)
        finally:
            end(token)

    def full_dispatch_request(self: Any, *args: Any, **kwargs: Any) -> Any:
        from flask import request  # type: ignore[import-not-found, unused-ignore]

        token = begin(request.method)
        try:
            return dispatched(self, request, *args, **kwargs)
        finally:
            end(token)

    def dispatched(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        record, rule = current.get(), request.url_rule
        if record is not None and rule is not None:
            view = self.view_functions.get(rule.endpoint)
            record.handler = name_of(view, request.method) if view is not None else rule.endpoint
            record.route = rule.rule
            record.status = 500
        response = dispatch(self, *args, **kwargs)
        if record is not None:
            record.status = response.status_code
            record.html = "html" in response.headers.get("Content-Type", "")
            record.place = response.headers.get("Location", "")
        return response

    app.wsgi_app, app.full_dispatch_request = wsgi_app, full_dispatch_request


def _starlette(module: Any) -> None:
    """`starlette.applications`: the outermost application, FastAPI's too."""
    call = module.Starlette.__call__

    async def called(self: Any, scope: Any, receive: Any, send: Any) -> None:
        token = begin(scope.get("method", "")) if scope["type"] == "http" else None

        async def sent(message: Any) -> None:
            record = current.get()
            if record is not None and message["type"] == "http.response.start":
                headers = {k.lower(): v.decode("latin-1") for k, v in message.get("headers", ())}
                record.status = message["status"]
                record.html = "html" in headers.get(b"content-type", "")
                record.place = headers.get(b"location", "")
            await send(message)

        try:
            await call(self, scope, receive, sent if token is not None else send)
        finally:
            end(token)

    module.Starlette.__call__ = called


def _routes(module: Any) -> None:
    """`starlette.routing`: the route that was found."""
    _watched_route(module.Route, lambda _scope: None)


def _api_routes(module: Any) -> None:
    """`fastapi.routing`, where it finds routes itself: by what their routers were included with."""
    if "handle" in vars(module.APIRoute):
        found = getattr(module, "_get_scope_effective_route_context", lambda _scope: None)
        _watched_route(module.APIRoute, found)


def _watched_route(route: Any, context_of: Any) -> None:
    handle = route.handle

    async def handled(self: Any, scope: Any, receive: Any, send: Any) -> None:
        record = current.get()
        if record is not None and scope["type"] == "http":
            above = scope.get("root_path", "").removeprefix(scope.get("app_root_path", ""))
            path = getattr(context_of(scope), "path_format", "") or self.path_format
            if not record.route or context_of(scope) is not None:
                record.route = above + path
                record.handler = name_of(self.endpoint, scope["method"])
        await handle(self, scope, receive, send)

    route.handle = handled


PATCHES = {
    "django.core.handlers.base": _django,
    "flask.app": _flask,
    "starlette.applications": _starlette,
    "starlette.routing": _routes,
    "fastapi.routing": _api_routes,
}
