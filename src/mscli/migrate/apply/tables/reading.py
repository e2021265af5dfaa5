"""The tables of a monolith out of its models' source; every one is compared with the facts."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from mscli.migrate.apply.tables import begun, django_fields, sqla_columns
from mscli.migrate.apply.tables.enums import is_enumeration
from mscli.migrate.apply.tables.sqla_types import Seen
from mscli.migrate.apply.tables.table import Column, Draft, Reference, Table, with_types
from mscli.migrate.facts import Facts, TableFact
from mscli.migrate.walk.project.index import (
    ClassSymbol,
    ModuleSymbol,
    Project,
    expression_name,
    last_name,
)

DEEPEST = 20


def tables_of(facts: Facts, project: Project, *, aware: bool = True) -> dict[str, Table]:
    """Every table that models declare, by name; those of the framework are its own.

    `aware`: SQLModel keeps moments with their zone, as it does since 0.0.45.
    """
    models = {fact.model: fact.table for fact in facts.tables}
    found = [
        _table(fact, facts, project, models, aware=aware) for fact in facts.tables if fact.evidence
    ]
    key = Column("id", "sa.Integer", primary_key=True)
    frame = [Table(fact.table, (key,)) for fact in facts.tables if fact.origin == "framework"]
    typed = with_types([*frame, *found])
    return {table.name: typed[table.name] for table in found}


def _table(
    fact: TableFact, facts: Facts, project: Project, models: dict[str, str], *, aware: bool
) -> Table:
    draft = Draft()
    where = str(fact.evidence)
    if fact.origin == "auto":
        _between(draft, fact.table, facts)
    elif fact.origin == "table":
        if (found := _plain(fact, project)) is not None:
            module, call = found
            sqla_columns.read_table(draft, call, _seen(module, project), where)
    elif (symbol := _class(fact.model, project)) is not None:
        known = {r.name: r.target for r in facts.relations if r.source == fact.table}
        _read_class(draft, symbol, project, models, known, aware=aware)
    for column in _missing(fact, draft):
        draft.unknown.append(f"{where}: column {column} of {fact.table}: its declaration")
    if not any(column.primary_key for column in draft.columns.values()):
        draft.unknown.append(f"{where}: the primary key of {fact.table}")
    return draft.done(fact.table)


def _missing(fact: TableFact, draft: Draft) -> Iterator[str]:
    read = {*draft.columns, *(name.removesuffix("_id") for name in draft.columns)}
    told = " ".join(draft.unknown)
    for name in fact.columns:
        if name not in read and f" {name}:" not in told and name not in draft.renamed:
            yield name


def _read_class(
    draft: Draft,
    symbol: ClassSymbol,
    project: Project,
    models: dict[str, str],
    known: Mapping[str, str],
    *,
    aware: bool,
) -> None:
    """`known` are the targets of relations by field, where the scan has followed them.

    What the models that it inherits from have, mix-ins included, is in their tables.
    """
    line = _line(symbol, project)
    is_django = _begins_with(line, "django.")
    parents = [cls for cls in line if cls is not symbol and cls.id in models]
    above = {cls for parent in parents for cls in _line(parent, project)}
    for cls in line:
        if cls in above:
            continue
        if is_django:

            def target(field: str, name: str, cls: ClassSymbol = cls) -> str:
                return known.get(field) or _target(name, cls, project, models)

            django_fields.read_class(draft, cls, target)
        else:
            seen = _seen(cls.module, project, line)
            sqla_columns.read_class(draft, cls, replace(seen, aware=seen.fields and aware))
            begun.read_bases(draft, cls.node.bases)
    if is_django:
        nearest = [p for p in parents if not any(p in _line(q, project)[1:] for q in parents)]
        django_fields.inherits(draft, [(p.name.rpartition(".")[2], models[p.id]) for p in nearest])
        django_fields.finish(draft, project)


def _seen(module: ModuleSymbol, project: Project, line: Sequence[ClassSymbol] = ()) -> Seen:
    def enumerated(name: str) -> ClassSymbol | None:
        found = _resolved(name, module, project)
        return found if found is not None and is_enumeration(_line(found, project)) else None

    def aliased(node: ast.expr) -> tuple[ast.expr, Seen] | None:
        found = _assigned(expression_name(node), module, project)
        return (found[1], _seen(found[0], project, line)) if found else None

    mapped: dict[str, tuple[ast.expr, Seen]] = {}
    for cls in reversed(line):
        given = cls.attributes.get("type_annotation_map")
        if isinstance(given, ast.Dict):
            there = Seen(cls.module, enumerated)
            keys = zip(given.keys, given.values, strict=True)
            mapped |= {ast.unparse(key): (value, there) for key, value in keys if key}
    return Seen(module, enumerated, aliased, mapped, _begins_with(line, "sqlmodel."))


def _assigned(
    name: str, module: ModuleSymbol, project: Project
) -> tuple[ModuleSymbol, ast.expr] | None:
    """What a name stands for that a module assigns once: `intpk = Annotated[...]`."""
    for _ in range(DEEPEST):
        if name in module.assigned:
            break
        home, _, last = _dotted(name, module).rpartition(".")
        found = project.module(home)
        if found is None or (found is module and last == name):
            return None
        module, name = found, last
    for node in module.tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=known)], value=value) if known == name:
                return module, value
            case ast.AnnAssign(target=ast.Name(id=known), value=ast.expr() as value):
                if known == name:
                    return module, value
    return None


def _begins_with(line: Iterable[ClassSymbol], package: str) -> bool:
    """Whether a class, with those of the project that it inherits from, has one of a package's."""
    bases = ((expression_name(base), cls.module) for cls in line for base in cls.node.bases)
    return any(_dotted(name, module).startswith(package) for name, module in bases)


def _dotted(name: str, seen: ModuleSymbol) -> str:
    first, _, rest = name.partition(".")
    module, attribute = seen.imports.get(first, (first, ""))
    return ".".join(part for part in (module, attribute, rest) if part)


def _line(symbol: ClassSymbol, project: Project) -> list[ClassSymbol]:
    """The class and the project's classes that it inherits from, each once, nearest first."""
    found, rest = [symbol], [symbol]
    while rest and len(found) < DEEPEST:
        cls = rest.pop(0)
        for base in cls.node.bases:
            parent = _resolved(expression_name(base), cls.module, project)
            if parent is not None and parent not in found:
                found.append(parent)
                rest.append(parent)
    return found


def _resolved(name: str, seen: ModuleSymbol, project: Project) -> ClassSymbol | None:
    if not name:
        return None
    if name in seen.classes:
        return seen.classes[name]
    return _class(_dotted(name, seen), project)


def _class(dotted: str, project: Project) -> ClassSymbol | None:
    module_name, _, name = dotted.rpartition(".")
    for _ in range(DEEPEST):  # a package may hand on what another module declares
        module = project.module(module_name)
        if module is None or name in module.classes:
            break
        module_name, name = module.imports.get(name, ("", name))
    return module.classes.get(name) if module is not None else None


def _target(name: str, cls: ClassSymbol, project: Project, models: dict[str, str]) -> str:
    """The table of the model that a relation of a class names: `Order`, `orders.Order`, `self`."""
    if name == "self":
        return models.get(cls.id, "")
    symbol = _resolved(name, cls.module, project)
    if symbol is not None and symbol.id in models:
        return models[symbol.id]
    last = name.rpartition(".")[2]
    ending = [table for model, table in models.items() if model.rpartition(".")[2] == last]
    return ending[0] if len(ending) == 1 else ""


def _plain(fact: TableFact, project: Project) -> tuple[ModuleSymbol, ast.Call] | None:
    assert fact.evidence is not None  # noqa: S101 - the caller has looked
    file, line = fact.evidence.file, fact.evidence.line
    nodes = ((m, n) for m in project.modules if m.file == file for n in ast.walk(m.tree))
    calls = ((m, n) for m, n in nodes if isinstance(n, ast.Call) and n.lineno == line)
    named = ((m, c) for m, c in calls if last_name(c.func) == "Table")
    return next(named, None)


def _between(draft: Draft, table: str, facts: Facts) -> None:
    """The table that Django makes for a many-to-many: an id, and a key to either side."""
    relation = next((r for r in facts.relations if r.through == table), None)
    if relation is None:
        return
    models = {f.table: f.model.rpartition(".")[2].lower() for f in facts.tables}
    ends = [relation.source, relation.target]
    names = [models.get(end, end) for end in ends]
    if names[0] == names[1]:
        names = [f"from_{names[0]}", f"to_{names[1]}"]
    draft.columns["id"] = Column("id", "sa.BigInteger", primary_key=True)
    for name, end in zip(names, ends, strict=True):
        column = Column(f"{name}_id", index=True, reference=Reference(end))
        draft.columns[column.name] = replace(column)
    draft.uniques.append((f"{names[0]}_id", f"{names[1]}_id"))
