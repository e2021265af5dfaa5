"""The one database, and a session for each request."""

import os
from typing import Annotated

from fastapi import Depends
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

engine = create_engine(os.environ.get("DATABASE_URL", "sqlite:///shop.sqlite3"))
SessionLocal = sessionmaker(engine)


class Base(DeclarativeBase):
    """Every table."""


def get_session():
    """One session a request; what was not committed is thrown away."""
    with SessionLocal() as session:
        yield session


Database = Annotated[Session, Depends(get_session)]
