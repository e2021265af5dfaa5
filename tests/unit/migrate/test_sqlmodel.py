"""SQLModel: rows out of schemas, tables that link, and what a delete takes along."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.facts import Facts
from tests.unit.migrate.project import scanned

HEAD = """
from fastapi import FastAPI
from sqlmodel import Field, Relationship, Session, SQLModel, create_engine, select

engine = create_engine("sqlite://")
app = FastAPI()

class Link(SQLModel, table=True):
    product_id: int | None = Field(default=None, foreign_key="product.id", primary_key=True)
    tag_id: int | None = Field(default=None, foreign_key="tag.id", primary_key=True)

class Tag(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    products: list["Product"] = Relationship(back_populates="tags", link_model=Link)

class ProductIn(SQLModel):
    name: str

class Product(ProductIn, table=True):
    id: int | None = Field(default=None, primary_key=True)
    tags: list[Tag] = Relationship(back_populates="products", link_model=Link)
    pictures: list["Picture"] = Relationship(cascade_delete=True)

class Picture(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(foreign_key="product.id")

@app.post("/products")
def handle(product_id: int, body: ProductIn):
    with Session(engine) as session:
"""


def handled(tmp_path: Path, *lines: str) -> Facts:
    body = "".join(f"        {line}\n" for line in lines)
    return scanned(tmp_path, {"app.py": HEAD + body})


def written(facts: Facts) -> set[str]:
    return {a.table for a in facts.accesses if a.kind == "write"}


@pytest.mark.parametrize("method", ["model_validate", "from_orm", "parse_obj"])
def test_a_row_is_made_out_of_a_schema(tmp_path: Path, method: str) -> None:
    facts = handled(tmp_path, f"product = Product.{method}(body)", "session.add(product)")
    assert written(facts) == {"product"}


def test_a_row_is_brought_up_to_date_from_a_schema(tmp_path: Path) -> None:
    facts = handled(tmp_path, "session.get(Product, product_id).sqlmodel_update(body)")
    assert written(facts) == {"product"}


def test_rows_that_link_are_read_and_go_with_what_is_deleted(tmp_path: Path) -> None:
    read = handled(tmp_path, "return session.get(Product, product_id).tags")
    assert {a.table for a in read.accesses} == {"product", "tag", "link"}
    assert [r.through for r in read.relations if r.kind == "many-to-many"] == ["link"]
    gone = handled(tmp_path, "session.delete(session.get(Product, product_id))")
    assert written(gone) == {"product", "link", "picture"}


PLAIN = """
from typing import ClassVar
from fastapi import FastAPI
from sqlmodel import Field, Relationship, Session, SQLModel, create_engine

engine = create_engine("sqlite://")
app = FastAPI()

class Named(SQLModel):
    name: str

class Bike(Named, table=True):
    id: int | None = Field(default=None, primary_key=True)
    battery: int = 100
    kinds: ClassVar[list[str]] = []
    repairs: list["Repair"] = Relationship()

class Repair(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    bike_id: int = Field(foreign_key="bike.id")

@app.post("/drain")
def drain():
    with Session(engine) as session:
        bike = session.get(Bike, 1)
        bike.battery = 5
        session.commit()

@app.post("/noted")
def noted():
    with Session(engine) as session:
        session.get(Bike, 1).note = "of no column"

@app.get("/bikes", response_model=list[Bike])
def bikes():
    with Session(engine) as session:
        return [session.get(Bike, 1)]
"""


def test_a_field_needs_no_call(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"app.py": PLAIN})
    (bike,) = (table for table in facts.tables if table.table == "bike")
    assert bike.columns == ("battery", "id", "name")
    assert {a.handler for a in facts.accesses if a.kind == "write"} == {"app.drain"}


def test_relationships_are_no_fields_of_an_answer(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"app.py": PLAIN})
    assert {a.table for a in facts.accesses if a.handler == "app.bikes"} == {"bike"}


TAGGED = """
from fastapi import FastAPI
from sqlmodel import Field, Relationship, SQLModel

app = FastAPI()

class TagLink(SQLModel, table=True):
    __tablename__ = "tag_link"
    tag_id: int = Field(foreign_key="tag.id", primary_key=True)
    resource_id: int = Field(primary_key=True)

class Tag(SQLModel, table=True):
    id: int = Field(primary_key=True)

class Book(SQLModel, table=True):
    id: int = Field(primary_key=True)
    tags: list["Tag"] = Relationship(
        sa_relationship_kwargs=dict(secondary="tag_link", overlaps="tags")
    )

class Film(SQLModel, table=True):
    id: int = Field(primary_key=True)
    tags: list["Tag"] = Relationship(sa_relationship_kwargs=dict(secondary="tag_link"))
"""


def test_one_table_may_be_between_many(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"app.py": TAGGED})
    found = {(r.source, r.target) for r in facts.relations if r.kind == "many-to-many"}
    assert found == {("book", "tag"), ("film", "tag")}


OWN = """
from fastapi import FastAPI
from sqlmodel import Field, Session as Plain, SQLModel, create_engine, select

app, engine = FastAPI(), create_engine("sqlite://")

class Bike(SQLModel, table=True):
    id: int = Field(primary_key=True)

class Session(Plain):
    def __enter__(self) -> "Session":
        self.started = True
        return super().__enter__()

@app.post("/bikes")
def add():
    with Session(engine) as session:
        session.add(Bike())
        session.commit()

@app.delete("/bikes")
def sell():
    with Session(engine) as session:
        session.delete(session.exec(select(Bike)).first())
        session.commit()
"""


def test_a_session_of_ones_own_is_one(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"app.py": OWN})
    writes = {(a.handler, a.operations) for a in facts.accesses if a.kind == "write"}
    assert writes == {("app.add", ("add",)), ("app.sell", ("delete",))}
