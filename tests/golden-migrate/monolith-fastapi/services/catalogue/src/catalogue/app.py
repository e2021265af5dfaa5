# Scaffolded by mscli migrate apply: yours to change.
"""The composition root: the only file that knows all others."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from fastapi.exception_handlers import (
    http_exception_handler,
    request_validation_exception_handler,
)
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from catalogue.api import around, elsewhere, errors, routes
from catalogue.clients import open_clients
from catalogue.sagas import add_sagas
from catalogue.settings import Settings
from catalogue.wiring.database import check_database, open_database
from catalogue.wiring.health import Service, add_endpoints
from catalogue.wiring.problems import add_problems
from catalogue.wiring.requests import RequestLog
from catalogue.wiring.telemetry import start_telemetry


def create_app(settings: Settings) -> FastAPI:
    """The application, wired but not yet started; opens nothing before its lifespan begins."""
    service = Service(settings.service_name)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            database = await stack.enter_async_context(
                open_database(settings.database_url.get_secret_value(), service.name)
            )
            service.checks["database"] = lambda: check_database(database)
            app.state.database = database
            app.state.clients = await stack.enter_async_context(open_clients(service))
            service.started = True
            yield

    app = FastAPI(title=settings.service_name, lifespan=lifespan)
    app.state.service = service
    add_endpoints(app, service)
    add_sagas(app)
    app.include_router(routes.router)
    add_problems(app, errors.PROBLEMS)
    # What the moved code refuses is answered as the monolith answered it.
    app.add_exception_handler(HTTPException, http_exception_handler)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, request_validation_exception_handler)  # type: ignore[arg-type]
    elsewhere.add_elsewhere(app)
    around.set_up(app)
    app.add_middleware(RequestLog, service=service)
    start_telemetry(app, service.name)
    return app
