# Scaffolded by mscli migrate apply: yours to change.
"""The composition root: the only file that knows all others."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from orders.api import errors, unwritten
from orders.clients import open_clients
from orders.sagas import add_sagas
from orders.settings import Settings
from orders.wiring.database import check_database, open_database
from orders.wiring.health import Service, add_endpoints
from orders.wiring.problems import add_problems
from orders.wiring.requests import RequestLog
from orders.wiring.telemetry import start_telemetry


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
    app.include_router(unwritten.first)
    app.include_router(unwritten.last)
    add_problems(app, errors.PROBLEMS)
    app.add_middleware(RequestLog, service=service)
    start_telemetry(app, service.name)
    return app
