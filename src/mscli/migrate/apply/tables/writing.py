"""Tables as code: an Alembic migration, and SQLAlchemy's tables beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mscli.migrate.apply.tables.code import fit, identifier, q, qs, split
from mscli.migrate.apply.tables.table import POSTGRESQL, Column, Enumeration, KeyOfSeveral, Table
from mscli.text.quoting import json_inline

HEAD = "# Scaffolded by mscli migrate apply: yours to change.\n"
MIGRATION = '''"""Make the tables that the monolith's models declare."""

{imports}

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply it."""
{upgrade}


def downgrade() -> None:
    """Take it back."""
{downgrade}
'''
NAMING = """# Named constraints: a migration can only change what has a name.
metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)
"""
LONGEST_NAME = 63


@dataclass(frozen=True, slots=True)
class Owned:
    """The tables of one service, and who owns the others."""

    tables: Sequence[Table]
    owners: Mapping[str, str]

    def points_out(self, column: Column) -> bool:
        """Whether it refers to a table that another service owns: no constraint can hold that."""
        names = {table.name for table in self.tables}
        return column.reference is not None and column.reference.table not in names

    def in_order(self) -> list[Table]:
        """What is referred to first; in a circle, by name."""
        left, done = sorted(self.tables, key=lambda t: t.name), list[Table]()
        while left:
            known = {table.name for table in done}
            ready = [t for t in left if self._needs(t) - {t.name} <= known]
            chosen = ready[0] if ready else left[0]
            left.remove(chosen)
            done.append(chosen)
        return done

    def _needs(self, table: Table) -> set[str]:
        ones = {c.reference.table for c in table.columns if c.reference and not self.points_out(c)}
        return ones | {key.table for key in self.keys(table)}

    def keys(self, table: Table) -> list[KeyOfSeveral]:
        """Its foreign keys of several columns, but for those to tables of another service."""
        names = {each.name for each in self.tables}
        return [key for key in table.keys if key.table in names]


def migration(owned: Owned) -> str:
    """The first migration of a service, for its own tables."""
    order = owned.in_order()
    known: set[str] = set()
    upgrade: list[str] = []
    later: list[str] = []
    for table in order:
        known.add(table.name)
        upgrade += _create(table, owned, known)
        later += _keys_of_a_circle(table, owned, known)
    downgrade = [f'    op.drop_table("{table.name}")' for table in reversed(order)]
    drops = [line for line in later if line.startswith("    op.create_foreign_key")]
    downgrade = [_drop_key(line) for line in drops] + downgrade
    types = _enumerations(owned)
    upgrade = [*(fit(f"    {each.type}", ".create(op.get_bind())") for each in types), *upgrade]
    downgrade += [
        f"    {POSTGRESQL}ENUM(name={q(each.name)}).drop(op.get_bind())" for each in types
    ]
    text = MIGRATION.format(
        imports=_imports("\n".join(upgrade), "from alembic import op"),
        upgrade="\n".join([*upgrade, *later]),
        downgrade="\n".join(downgrade),
    )
    return HEAD + text


def _drop_key(line: str) -> str:
    name, table, *_ = split(line.partition("(")[2].replace("\n", " "))
    return f'    op.drop_constraint({name}, {table}, type_="foreignkey")'


def tables_module(owned: Owned) -> str:
    """`storage/tables.py`: the same tables as SQLAlchemy knows them."""
    tables = ["\n".join(_table(table, owned)) for table in owned.in_order()]
    parts = [
        HEAD + '"""The tables, as the newest migration leaves them."""',
        _imports("\n".join(tables)),
        NAMING.rstrip("\n"),
        *tables,
    ]
    return "\n\n".join(parts) + "\n"


def _imports(code: str, *more: str) -> str:
    lines = ["import sqlalchemy as sa", *more]
    if POSTGRESQL in code:
        lines.append("from sqlalchemy.dialects import postgresql")
    return "\n".join(lines)


def _create(table: Table, owned: Owned, known: set[str]) -> Iterator[str]:
    yield "    op.create_table("
    yield f"        {json_inline(table.name)},"
    for column in table.columns:
        if owned.points_out(column):
            yield f"        {_comment(column, owned)}"
        yield fit(f"        {_column(column)},")
    yield from (fit(f"        {line},") for line in _constraints(table, owned, known))
    yield "    )"
    for columns in _indexes(table):
        name = _name("ix", table, columns)
        yield fit(f"    op.create_index({name}, {q(table.name)}, {qs(columns)})")


def _comment(column: Column, owned: Owned) -> str:
    assert column.reference is not None  # noqa: S101 - the caller has looked
    target = column.reference.table
    return f"# It refers to {target}, which {owned.owners.get(target, 'the monolith')} owns."


def _column(column: Column) -> str:
    default = f", server_default={column.server_default}" if column.server_default else ""
    kind, made = column.type, column.enumeration
    kind = kind.replace(made.code, made.made) if made else kind
    return f"sa.Column({q(column.name)}, {kind}{default}, nullable={column.nullable})"


def _enumerations(owned: Owned) -> list[Enumeration]:
    """Each type once, however many columns have it."""
    every = (column.enumeration for table in owned.in_order() for column in table.columns)
    return list(dict.fromkeys(each for each in every if each))


def _constraints(table: Table, owned: Owned, known: set[str]) -> Iterator[str]:
    keys = [column.name for column in table.primary_key]
    if keys:
        yield f"sa.PrimaryKeyConstraint({', '.join(map(q, keys))}, name={q('pk_' + table.name)})"
    for columns in _uniques(table):
        names = ", ".join(map(q, columns))
        yield f"sa.UniqueConstraint({names}, name={_name('uq', table, columns)})"
    yield from _checks(table)
    for column in table.columns:
        reference = column.reference
        if reference is None or owned.points_out(column) or reference.table not in known:
            continue
        target = f"{reference.table}.{_target(column, owned)}"
        yield (
            f"sa.ForeignKeyConstraint([{q(column.name)}], [{q(target)}], "
            f"name={_name('fk', table, (column.name,))}{_on_delete(column)})"
        )
    for key in owned.keys(table):
        if key.table in known:
            yield _of_several(key, f"name={_name('fk', table, key.columns)}")


def _of_several(key: KeyOfSeveral, *more: str) -> str:
    targets = qs([f"{key.table}.{target}" for target in key.targets])
    rule = [f"ondelete={q(key.on_delete)}"] if key.on_delete else []
    return f"sa.ForeignKeyConstraint({', '.join([qs(key.columns), targets, *more, *rule])})"


def _keys_of_a_circle(table: Table, owned: Owned, known: set[str]) -> Iterator[str]:
    """Foreign keys to tables that do not exist yet when this one is made."""
    for column in table.columns:
        reference = column.reference
        if reference and not owned.points_out(column) and reference.table not in known:
            yield fit(
                f"    op.create_foreign_key({_name('fk', table, (column.name,))}, {q(table.name)}"
                f", {q(reference.table)}, [{q(column.name)}], [{q(_target(column, owned))}]"
                f"{_on_delete(column)})"
            )
    for key in owned.keys(table):
        if key.table not in known:
            rule = f", ondelete={q(key.on_delete)}" if key.on_delete else ""
            yield fit(
                f"    op.create_foreign_key({_name('fk', table, key.columns)}, {q(table.name)}, "
                f"{q(key.table)}, {qs(key.columns)}, {qs(key.targets)}{rule})"
            )


def _target(column: Column, owned: Owned) -> str:
    assert column.reference is not None  # noqa: S101 - the caller has looked
    if column.reference.column:
        return column.reference.column
    target = next(t for t in owned.tables if t.name == column.reference.table)
    return target.primary_key[0].name if target.primary_key else "id"


def _on_delete(column: Column) -> str:
    said = column.reference.on_delete if column.reference else ""
    return f", ondelete={q(said)}" if said else ""


def _checks(table: Table) -> Iterator[str]:
    for number, check in enumerate(table.checks, start=1):
        name = q(check.name) if check.name else _name("ck", table, (str(number),))
        yield f"sa.CheckConstraint({q(check.sql)}, name={name})"


def _uniques(table: Table) -> Iterable[tuple[str, ...]]:
    return dict.fromkeys([*((c.name,) for c in table.columns if c.unique), *table.uniques])


def _indexes(table: Table) -> Iterable[tuple[str, ...]]:
    return dict.fromkeys([*((c.name,) for c in table.columns if c.index), *table.indexes])


def _table(table: Table, owned: Owned) -> Iterator[str]:
    yield f"{identifier(table.name)} = sa.Table("
    yield f"    {json_inline(table.name)},"
    yield "    metadata,"
    for column in table.columns:
        parts = [q(column.name), column.type]
        if column.reference and not owned.points_out(column):
            target = f"{column.reference.table}.{_target(column, owned)}"
            parts.append(f"sa.ForeignKey({q(target)}{_on_delete(column)})")
        if column.server_default:
            parts.append(f"server_default={column.server_default}")
        parts += ["primary_key=True"] if column.primary_key else [f"nullable={column.nullable}"]
        if owned.points_out(column):
            yield f"    {_comment(column, owned)}"
        yield fit(f"    sa.Column({', '.join(parts)}),")
    for columns in _uniques(table):
        yield f"    sa.UniqueConstraint({', '.join(map(q, columns))}),"
    yield from (fit(f"    {_of_several(key)},") for key in owned.keys(table))
    yield from (fit(f"    {check},") for check in _checks(table))
    for columns in _indexes(table):
        names = ", ".join(map(q, columns))
        yield fit(f"    sa.Index({_name('ix', table, columns)}, {names}),")
    yield ")"


def _name(kind: str, table: Table, columns: Sequence[str]) -> str:
    return q("_".join((kind, table.name, *columns))[:LONGEST_NAME])
