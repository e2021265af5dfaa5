"""Tables, users and hooks of applications that use fastapi-users."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate import sources
from mscli.migrate.apply.tables.reading import tables_of
from mscli.migrate.apply.tables.table import Reference
from mscli.migrate.facts import Facts
from mscli.migrate.walk.project.index import Project
from tests.unit.migrate.project import scanned, touched

CODE = """
import uuid

from fastapi import Depends, FastAPI
from fastapi_users import BaseUserManager, FastAPIUsers, UUIDIDMixin
from fastapi_users.authentication import AuthenticationBackend, BearerTransport
from fastapi_users.authentication.strategy.db import DatabaseStrategy
from fastapi_users_db_sqlalchemy import SQLAlchemyBaseUserTableUUID, SQLAlchemyUserDatabase
from fastapi_users_db_sqlalchemy.access_token import (
    SQLAlchemyAccessTokenDatabase,
    SQLAlchemyBaseAccessTokenTableUUID,
)
from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

class Base(DeclarativeBase): pass

class User(SQLAlchemyBaseUserTableUUID, Base):
    items: Mapped[list["Item"]] = relationship(back_populates="owner", cascade="all, delete")

class Token(SQLAlchemyBaseAccessTokenTableUUID, Base): pass

class Item(Base):
    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("user.id"))
    owner: Mapped[User] = relationship(back_populates="items")

class Welcome(Base):
    __tablename__ = "welcomes"
    id: Mapped[int] = mapped_column(primary_key=True)

maker = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///x.db"))

async def get_session():
    async with maker() as session:
        yield session

async def get_user_db(session: AsyncSession = Depends(get_session)):
    yield SQLAlchemyUserDatabase(session, User)

class Manager(UUIDIDMixin, BaseUserManager[User, uuid.UUID]):
    async def on_after_register(self, user, request=None):
        self.user_db.session.add(Welcome())

async def get_manager(user_db=Depends(get_user_db)):
    yield Manager(user_db)

def get_strategy(session: AsyncSession = Depends(get_session)):
    return DatabaseStrategy(SQLAlchemyAccessTokenDatabase(session, Token))

backend = AuthenticationBackend("db", BearerTransport(tokenUrl="login"), get_strategy)
users = FastAPIUsers[User, uuid.UUID](get_manager, [backend])
app = FastAPI()

@app.get("/mine")
async def mine(
    user: User = Depends(users.current_user(active=True)),
    session: AsyncSession = Depends(get_session),
):
    return (await session.scalars(select(Item).where(Item.owner_id == user.id))).all()

@app.post("/invite")
async def invite(data: dict, manager: Manager = Depends(get_manager)):
    return await manager.create(data)

@app.delete("/{id}")
async def remove(id: str, manager: Manager = Depends(get_manager)):
    await manager.delete(await manager.get(id))
"""


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return scanned(tmp_path_factory.mktemp("users"), {"app.py": CODE})


def test_tables_that_the_package_begins_are_tables_of_the_project(facts: Facts) -> None:
    assert {t.table for t in facts.tables} == {"accesstoken", "items", "user", "welcomes"}
    keys = {(r.source, r.target, r.on_delete) for r in facts.relations if r.kind == "foreign-key"}
    assert keys == {("accesstoken", "user", "cascade"), ("items", "user", "")}


@pytest.mark.parametrize(
    ("handler", "read", "written"),
    [
        ("mine", {"accesstoken", "items", "user"}, set()),
        ("invite", {"user"}, {"user", "welcomes"}),
        ("remove", {"items", "user"}, {"accesstoken", "items", "user"}),
    ],
)
def test_who_asks_and_what_a_manager_does(
    facts: Facts, handler: str, read: set[str], written: set[str]
) -> None:
    assert touched(facts, "read", f"app.{handler}") == read
    assert touched(facts, "write", f"app.{handler}") == written


def test_a_table_of_the_package_under_another_name(tmp_path: Path) -> None:
    code = CODE.replace("(SQLAlchemyBaseUserTableUUID, Base):", "\\g<0>\n    __tablename__ = 'u'")
    code = code.replace("\\g<0>", "(SQLAlchemyBaseUserTableUUID, Base):").replace("user.id", "u.id")
    facts = scanned(tmp_path, {"app.py": code})
    assert {t.table for t in facts.tables} == {"accesstoken", "items", "u", "welcomes"}
    assert touched(facts, "read", "app.mine") == {"accesstoken", "items", "u"}


def test_a_service_has_the_columns_that_the_package_declares(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(CODE)
    tables = tables_of(scanned(tmp_path, {}), Project(sources.read(tmp_path)))
    users, tokens = tables["user"], tables["accesstoken"]
    assert not (*users.unknown, *tokens.unknown)
    assert {c.name: c.type for c in users.columns}["email"] == "sa.String(320)"
    assert [c.name for c in users.columns if c.primary_key] == ["id"]
    keys = {c.name: c.reference for c in tokens.columns if c.reference}
    assert keys == {"user_id": Reference("user", "id", "CASCADE")}
