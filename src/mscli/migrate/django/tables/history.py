"""django-simple-history: tables of what the rows of a model with `HistoricalRecords()` were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.walk.graph.schema import Model, Relation
from mscli.migrate.walk.values.values import Known, Made, text

if TYPE_CHECKING:
    from mscli.migrate.django.tables.models import Reader


def keep(reader: Reader, model: Model, name: str, field: Made) -> None:
    """A table beside the model's: every write adds a row, and who made it is one of its keys."""
    table = text(field.arg(-1, "table_name")) or f"{model.owner}_historical{model.name.lower()}"
    fields = (*model.fields, "history_date", "history_type", "history_user")
    kept = Model(
        f"Historical{model.name}", table, "django", field.site, None, model.owner, "history", fields
    )
    schema = reader.schema
    schema.add(kept)
    schema.history[model.table] = (*schema.history.get(model.table, ()), table)
    for relation in list(model.relations.values()):
        if relation.kind in ("foreign-key", "one-to-one"):
            schema.relate(
                Relation(
                    "foreign-key", relation.name, kept, relation.target, field.site, "", "nothing"
                )
            )
    back = f"{table}.+"  # no row of a user knows them, and they are emptied with it
    schema.relate(
        Relation("foreign-key", "history_user", kept, reader.user, field.site, back, "set-null")
    )
    goes = Known(True) in field.arg(-1, "cascade_delete_history")
    model.reverses[name] = Relation(
        "history", "id", kept, model, field.site, name, "cascade" if goes else "nothing"
    )
