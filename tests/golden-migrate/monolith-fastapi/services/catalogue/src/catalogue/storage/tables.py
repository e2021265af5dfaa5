# Scaffolded by mscli migrate apply: yours to change.
"""The tables, as the newest migration leaves them."""

import sqlalchemy as sa

# Named constraints: a migration can only change what has a name.
metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

categories = sa.Table(
    "categories",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String, nullable=False),
)

products = sa.Table(
    "products",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("price", sa.Integer, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
)

product_categories = sa.Table(
    "product_categories",
    metadata,
    sa.Column("product_id", sa.Integer, sa.ForeignKey("products.id"), primary_key=True),
    sa.Column("category_id", sa.Integer, sa.ForeignKey("categories.id"), primary_key=True),
)

stock = sa.Table(
    "stock",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("product_id", sa.Integer, sa.ForeignKey("products.id"), nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
)
