# Scaffolded by mscli migrate apply: yours to change.
"""The routes whose code was moved, at the paths that they had."""

from importlib import import_module

from fastapi import APIRouter

from accounts.moved.routers import accounts as routers_accounts

# Their import registers listeners.
import_module("accounts.moved.models")

router = APIRouter()
router.include_router(routers_accounts.router)
