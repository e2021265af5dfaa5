# Moved by mscli migrate apply from shop/database.py: yours to change.
"""The one database, and a session for each request."""
from typing import Annotated

from fastapi import Depends
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from accounts.storage.engine import open_engine

engine = open_engine()
SessionLocal = sessionmaker(engine)


class Base(DeclarativeBase):
    """Every table."""


def get_session():
    """One session a request; what was not committed is thrown away."""
    with SessionLocal() as session:
        yield session


Database = Annotated[Session, Depends(get_session)]
