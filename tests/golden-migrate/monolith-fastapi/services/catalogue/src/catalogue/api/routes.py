# Scaffolded by mscli migrate apply: yours to change.
"""The routes whose code was moved, at the paths that they had."""

from fastapi import APIRouter

from catalogue.moved.routers import catalogue as routers_catalogue

router = APIRouter()
router.include_router(routers_catalogue.router, prefix="/products")
