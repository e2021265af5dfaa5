# Scaffolded by mscli migrate apply: yours to change.
"""The routes whose code was moved, at the paths that they had."""

from fastapi import APIRouter

from accounts.moved.routers import accounts as routers_accounts

router = APIRouter()
router.include_router(routers_accounts.router)
