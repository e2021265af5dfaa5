# Scaffolded by mscli migrate apply: yours to change.
# ruff: noqa
# fmt: off
# mypy: ignore-errors
"""What the monolith's application does around its routes, at the service's own."""

from fastapi import FastAPI
from accounts.moved.errors import refused
from fastapi import HTTPException
from fastapi.middleware.gzip import GZipMiddleware


def set_up(app: FastAPI) -> None:
    """Answers to errors, and middleware."""
    app.add_exception_handler(HTTPException, refused)
    app.add_middleware(GZipMiddleware, minimum_size=500)
