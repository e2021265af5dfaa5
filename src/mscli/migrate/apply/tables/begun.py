"""Columns that a package's class begins a model with, which its source is not there to say."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from mscli.migrate.apply.tables.table import Column, Draft, Reference
from mscli.migrate.walk.project.index import last_name

KEY = Column("id", "sa.Uuid", primary_key=True)
OWNER = Column("user_id", "sa.Uuid", reference=Reference("user", "id", "CASCADE"))
USER = (
    Column("email", "sa.String(320)", unique=True, index=True),
    Column("hashed_password", "sa.String(1024)"),
    Column("is_active", "sa.Boolean"),
    Column("is_superuser", "sa.Boolean"),
    Column("is_verified", "sa.Boolean"),
)
ACCOUNT = (
    Column("oauth_name", "sa.String(100)", index=True),
    Column("access_token", "sa.String(1024)"),
    Column("expires_at", "sa.Integer", nullable=True),
    Column("refresh_token", "sa.String(1024)", nullable=True),
    Column("account_id", "sa.String(320)", index=True),
    Column("account_email", "sa.String(320)"),
)
TOKEN = (
    Column("token", "sa.String(43)", primary_key=True),
    Column("created_at", "sa.DateTime(timezone=True)", index=True),
)
BEGUN = {
    "SQLAlchemyBaseUserTable": USER,
    "SQLAlchemyBaseUserTableUUID": (KEY, *USER),
    "SQLAlchemyBaseOAuthAccountTable": ACCOUNT,
    "SQLAlchemyBaseOAuthAccountTableUUID": (KEY, *ACCOUNT, OWNER),
    "SQLAlchemyBaseAccessTokenTable": TOKEN,
    "SQLAlchemyBaseAccessTokenTableUUID": (*TOKEN, OWNER),
}
"""Those of fastapi-users."""


def read_bases(draft: Draft, bases: Iterable[ast.expr]) -> None:
    """Take in what known classes declare; what is there already (a subclass's) stays."""
    for base in bases:
        name = last_name(base.value if isinstance(base, ast.Subscript) else base)
        for column in BEGUN.get(name, ()):
            if column.name not in draft.columns:
                draft.columns[column.name] = column
