"""The whole shop in one process."""

from fastapi import FastAPI, HTTPException
from fastapi.middleware.gzip import GZipMiddleware

from shop import models
from shop.database import SessionLocal, engine
from shop.errors import refused
from shop.routers import accounts, catalogue, orders, reports

models.Base.metadata.create_all(engine)
app = FastAPI()
app.add_middleware(GZipMiddleware, minimum_size=500)
app.add_exception_handler(HTTPException, refused)
app.include_router(catalogue.router, prefix="/products")
app.include_router(orders.router, prefix="/orders")
app.include_router(accounts.router)
app.include_router(reports.router)


@app.middleware("http")
async def count_visit(request, call_next):
    """A write on every request."""
    with SessionLocal.begin() as session:
        session.add(models.Visit(path=request.url.path))
    return await call_next(request)
