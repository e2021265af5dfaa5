"""Models that packages begin and a project finishes: those of fastapi-users."""

from __future__ import annotations

from typing import NamedTuple

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.schema import Model, Schema
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.values.values import Made, Site, Text, Value, last
from mscli.migrate.words import words

OWNER, HELD_BY = "user_id", "user.id"
CASCADE: Value = (Text("cascade"),)


class Begun(NamedTuple):
    """What a class of a package says of the table: its name, its columns, whether a user has it."""

    table: str
    columns: tuple[str, ...]
    is_owned: bool = False


USER = Begun("user", tuple(words("email hashed_password is_active is_superuser is_verified")))
ACCOUNT = Begun(
    "oauth_account",
    tuple(words("oauth_name access_token expires_at refresh_token account_id account_email")),
)
TOKEN = Begun("accesstoken", ("token", "created_at"))
BEGUN = {
    f"SQLAlchemyBase{name}Table{key}": begun._replace(is_owned=begun is not USER and bool(key))
    for name, begun in (("User", USER), ("OAuthAccount", ACCOUNT), ("AccessToken", TOKEN))
    for key in ("", "UUID")
}


def begun_by(engine: Engine, cls: ClassSymbol) -> Begun | None:
    """What a class above, from a package, says of the table of a model."""
    found = (BEGUN.get(last(entry)) for entry in engine.outsiders(cls))
    return next((begun for begun in found if begun is not None), None)


def columns(begun: Begun, site: Site) -> dict[str, Value]:
    """Its columns, one that says whose a row is with its key."""
    found: dict[str, Value] = {name: (Made("Column", site, (name,)),) for name in begun.columns}
    if begun.is_owned:
        key = Made("ForeignKey", site, (OWNER,), ((Text(HELD_BY),),), (("ondelete", CASCADE),))
        found[OWNER] = (Made("Column", site, (OWNER,), ((key,),)),)
    return found


def model_begun(engine: Engine, schema: Schema, table: str) -> Model | None:
    """The model that a package begins with this table, whatever the project calls it."""
    for cls, model in schema.by_class.items():
        begun = begun_by(engine, cls)
        if begun is not None and begun.table == table:
            return model
    return None
