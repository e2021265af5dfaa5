# Merged by mscli: `mscli update` merges new versions into it.
"""Errors as problem documents (RFC 9457): from a table, or from an error that is one itself."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import NamedTuple

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException


class Kind(NamedTuple):
    """What a class of errors is to a caller: a status and a title that never varies."""

    status: int
    title: str


class ProblemError(Exception):
    """An error that knows its own kind; the text of it is the problem's detail."""

    kind = Kind(500, "Internal error")
    headers: Mapping[str, str] = MappingProxyType({})


def problem(
    kind: Kind,
    detail: str = "",
    headers: Mapping[str, str] | None = None,
    errors: Sequence[Mapping[str, str]] = (),
) -> JSONResponse:
    """The answer that tells of a problem."""
    document: dict[str, object] = {
        "type": "about:blank",
        "title": kind.title,
        "status": kind.status,
    }
    if detail:
        document["detail"] = detail
    if errors:
        document["errors"] = list(errors)
    return JSONResponse(document, kind.status, headers, media_type="application/problem+json")


def add_problems(app: FastAPI, table: Mapping[type[Exception], Kind]) -> None:
    """Answer every error that has a kind; `RequestLog` answers the others."""

    def of_kind(kind: Kind) -> Callable[[Request, Exception], Awaitable[JSONResponse]]:
        async def answer(_request: Request, error: Exception) -> JSONResponse:
            return problem(kind, str(error))

        return answer

    async def itself(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, ProblemError)
        return problem(error.kind, str(error), error.headers)

    async def http(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        title = HTTPStatus(error.status_code).phrase
        detail = "" if error.detail == title else str(error.detail)
        return problem(Kind(error.status_code, title), detail, error.headers)

    async def invalid(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        faults = [
            {"location": ".".join(map(str, fault["loc"])), "detail": fault["msg"]}
            for fault in error.errors()
        ]
        return problem(Kind(422, "Invalid request"), errors=faults)

    app.add_exception_handler(ProblemError, itself)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)
    for error, kind in table.items():
        app.add_exception_handler(error, of_kind(kind))
