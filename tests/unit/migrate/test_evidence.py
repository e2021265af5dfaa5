"""What speaks for two tables to be in one service, and how it adds up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import pytest

from mscli.migrate.boundaries.groups.grouping import by_data, grouped
from mscli.migrate.boundaries.groups.halves import divided
from mscli.migrate.boundaries.groups.merging import merged
from mscli.migrate.boundaries.monolith import Monolith
from mscli.migrate.boundaries.ties import evidence
from mscli.migrate.boundaries.ties.coupling import (
    Coupling,
    beyond_expected,
    coupling,
    with_evidence,
)
from mscli.migrate.boundaries.ties.keys import keys
from mscli.migrate.boundaries.ties.names import of_tables, split
from mscli.migrate.facts import (
    AccessFact,
    Facts,
    ImportFact,
    RelationFact,
    TableFact,
    TransactionFact,
)
from mscli.migrate.scan import scan
from mscli.migrate.walk.graph.nodes import Confidence
from mscli.migrate.walk.values.values import Site
from tests.unit.migrate.project import scanned
from tests.unit.migrate.test_examples import ROOT

SURE = Confidence.CERTAIN
HERE = Site("shop/models.py", 1)


@pytest.fixture(scope="module")
def shop() -> Facts:
    return scan(ROOT / "examples" / "monolith-django")


@pytest.fixture(scope="module")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return scanned(tmp_path_factory.mktemp("empty"), {"app.py": "import os\n"})


def table(name: str, file: str = "shop/models.py", *columns: str) -> TableFact:
    module = file.removesuffix(".py").replace("/", ".")
    return TableFact(name, f"{module}.{name}", "", "model", columns, Site(file, 1), SURE)


def key(source: str, target: str, on_delete: str = "cascade") -> RelationFact:
    return RelationFact(
        source, f"{target}_id", "foreign-key", target, "", on_delete, "", HERE, SURE
    )


def chance(facts: Facts, one: str, other: str) -> float:
    return coupling(Monolith(facts)).chance(one, other)


def parts(groups: Mapping[str, str]) -> set[frozenset[str]]:
    return {frozenset(t for t in groups if groups[t] == group) for group in groups.values()}


# -- names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("OrderLines", ("order", "line")),
        ("order_lines", ("order", "line")),
        ("APIKey", ("api", "key")),
        ("categories", ("category",)),
        ("addresses", ("address",)),
        ("status", ("status",)),
        ("bus", ("bus",)),
    ],
)
def test_a_name_is_read_as_words_in_the_singular(text: str, words: tuple[str, ...]) -> None:
    assert split(text) == words


def test_a_word_that_nearly_all_names_have_is_the_applications(nothing: Facts) -> None:
    facts = replace(nothing, tables=(table("ab_user"), table("ab_role"), table("ab_user_role")))
    assert of_tables(facts) == {
        "ab_user": ("user",), "ab_role": ("role",), "ab_user_role": ("user", "role")
    }  # fmt: skip


def test_the_label_of_a_django_application_tells_nothing_without_hints(shop: Facts) -> None:
    """The same shop with every model in another application has the same communities."""

    def moved(t: TableFact) -> TableFact:
        return replace(t, owner=f"app{len(t.table) % 2}")

    elsewhere = replace(shop, tables=tuple(moved(t) for t in shop.tables))
    assert by_data(coupling(Monolith(elsewhere)), elsewhere) == by_data(
        coupling(Monolith(shop)), shop
    )


def test_names_that_begin_alike_belong_together_names_that_end_alike_do_not(nothing: Facts) -> None:
    facts = replace(
        nothing, tables=tuple(map(table, ("order_lines", "order_notes", "wishlist_lines", "stock")))
    )
    assert chance(facts, "order_lines", "order_notes") > 0.5
    assert chance(facts, "order_lines", "wishlist_lines") == 0


def test_a_name_that_two_tables_have_tells_nothing(nothing: Facts) -> None:
    lines = [replace(table(f"{of}_line"), owner=of) for of in ("order", "basket")]
    price = replace(table("order_line_price"), owner="order")
    facts = replace(nothing, frameworks=("django",), tables=(*lines, price))
    facts = replace(facts, tables=tuple(replace(t, model="") for t in facts.tables))
    assert of_tables(facts)["order_line"] == of_tables(facts)["basket_line"] == ("line",)
    assert chance(facts, "basket_line", "order_line_price") == 0


# -- keys ------------------------------------------------------------------------------------------


def test_a_column_that_names_one_table_is_a_key_that_nobody_declared(nothing: Facts) -> None:
    facts = replace(
        nothing,
        tables=(
            table("chats"),
            table("stack_component"),
            table("message", "m.py", "chat_id", "component_id", "original_chat_id", "other_id"),
        ),
    )
    found = keys(facts, of_tables(facts)).found
    assert [(k.source, k.target) for k in found] == [
        ("message", "chats"), ("message", "stack_component")
    ]  # fmt: skip


def test_the_more_refer_to_a_table_the_less_a_key_to_it_says(nothing: Facts) -> None:
    many = [f"thing{number}" for number in range(20)]
    tables = tuple(map(table, ("order", "line", "user", *many)))
    relations = (key("line", "order"), key("line", "user"), *(key(t, "user") for t in many))
    facts = replace(nothing, tables=tables, relations=relations)
    assert chance(facts, "line", "order") > 0.9
    assert chance(facts, "line", "user") < 0.35


def test_a_cascade_says_more_than_a_reference(nothing: Facts) -> None:
    tables = tuple(map(table, ("a", "b", "c", "d")))
    relations = (key("a", "b"), key("a", "c", "protect"), key("a", "d"))
    facts = replace(nothing, tables=tables, relations=relations)
    assert chance(facts, "a", "b") > chance(facts, "a", "c")


# -- use, imports ----------------------------------------------------------------------------------


def test_a_transaction_ties_its_tables_unless_it_writes_everything(nothing: Facts) -> None:
    names = [f"{letter}{letter}" for letter in "abcdefghijklmn"]
    narrow = TransactionFact(HERE, "atomic", "shop.place", ("aa", "bb"), SURE)
    wide = replace(narrow, tables=tuple(names))
    facts = replace(nothing, tables=tuple(map(table, names)), transactions=(narrow, wide))
    assert chance(facts, "aa", "bb") > 0.2
    assert chance(facts, "aa", "cc") == 0


def test_who_imports_two_models_ties_them_with_hints_only(nothing: Facts) -> None:
    names = ("pages", "sites", "images", "uploads")
    tables = tuple(table(name, f"cms/{name}.py") for name in names)
    imports = [("cms.moving", "pages"), ("cms.moving", "sites"), ("cms.media", "images")]
    facts = replace(
        nothing,
        tables=tables,
        imports=tuple(ImportFact(by, f"cms.{name}", HERE) for by, name in imports),
    )
    data = coupling(Monolith(facts))
    wider = with_evidence(data, evidence.of_structure(Monolith(facts)))
    assert data.chance("pages", "sites") == 0
    assert wider.chance("pages", "sites") > 0.2
    assert wider.chance("pages", "images") == 0


def access(handler: str, table: str, file: str = "shop/views.py") -> AccessFact:
    return AccessFact(handler, table, "read", ("all",), "", Site(file, 1), (), SURE)


def test_what_every_request_touches_is_not_tied_by_requests(nothing: Facts) -> None:
    each = [access(handler, name) for handler in "fghi" for name in ("aa", "bb")]
    some = [access("f", "cc"), access("f", "dd")]
    tables = tuple(map(table, ("aa", "bb", "cc", "dd")))
    facts = replace(nothing, tables=tables, accesses=(*each, *some))
    assert chance(facts, "aa", "bb") == 0
    assert chance(facts, "cc", "dd") > 0.1


def test_files_that_use_two_tables_tie_them_where_one_file_declares_all(nothing: Facts) -> None:
    uses = [access(f"h{n}", name, f"shop/x/{n // 2}.py") for n, name in enumerate("pqrstu")]
    tables = tuple(table(2 * name) for name in "pqrstu")
    facts = replace(
        nothing, tables=tables, accesses=tuple(replace(a, table=2 * a.table) for a in uses)
    )
    monolith = Monolith(facts)
    assert parts(grouped(monolith, coupling(monolith))) == {
        frozenset(("pp", "qq")), frozenset(("rr", "ss")), frozenset(("tt", "uu"))
    }  # fmt: skip


# -- all together ----------------------------------------------------------------------------------


def test_what_all_the_evidence_says_faintly_is_nothing(nothing: Facts) -> None:
    faint, again = [("a", "b", 0.06), ("c", "d", 0.06)], [("b", "a", 0.06)]
    found = with_evidence(Coupling(tuple("abcd")), [faint, again])
    assert found.chance("a", "b") == pytest.approx(1 - 0.94 * 0.94)
    assert found.chance("c", "d") == 0


# -- groups ----------------------------------------------------------------------------------------


def coupled(tables: str, pairs: Sequence[tuple[str, str]]) -> Coupling:
    return Coupling(tuple(tables), dict.fromkeys(pairs, 2.0))


def test_one_tie_makes_a_single_table_part_of_a_pair_but_not_two_large_groups_one() -> None:
    pairs = [("a", "b"), ("a", "c"), ("b", "c")]
    assert parts(merged({"a": "x", "b": "x", "c": "y"}, coupled("abc", pairs))) == {
        frozenset("abc")
    }
    apart = {"a": "x", "b": "x", "c": "x", "d": "y", "e": "y", "f": "y"}
    assert parts(merged(apart, coupled("abcdef", [("c", "d")]))) == {
        frozenset("abc"), frozenset("def")
    }  # fmt: skip


def test_a_tie_to_what_all_are_tied_to_is_not_beyond_what_is_expected() -> None:
    alone = {name: name for name in "abcdeh"}
    hub = Coupling(tuple("abcdeh"), dict.fromkeys([(a, "h") for a in "abcde"], 1.0))
    hub.pairs["a", "b"] = 0.95
    assert frozenset("ah") in parts(merged(alone, hub, 5))
    assert frozenset("ab") in parts(merged(alone, beyond_expected(hub), 5))


def test_a_group_is_cut_where_its_halves_are_apart() -> None:
    pairs = [*combinations("abc", 2), *combinations("xyz", 2)]
    loose = coupled("abcxyz", [*pairs, ("c", "x")])
    one, alone = dict.fromkeys("abcxyz", "all"), {name: name for name in "abcxyz"}
    assert parts(divided(one, loose, alone)) == {frozenset("abc"), frozenset("xyz")}
    tied = coupled("abcxyz", [*pairs, ("c", "x"), ("b", "y"), ("a", "z")])
    assert parts(divided(one, tied, alone)) == {frozenset("abcxyz")}
    whole = {**alone, "c": "file", "x": "file"}
    assert any({"c", "x"} <= part for part in parts(divided(one, loose, whole)))


def test_a_merged_group_keeps_the_name_of_the_larger_one() -> None:
    pairs = [("a", "c"), ("b", "c")]
    assert set(merged({"a": "z", "b": "z", "c": "y"}, coupled("abc", pairs)).values()) == {"z"}


def test_where_each_table_has_a_file_the_data_decides(nothing: Facts) -> None:
    names = ("chats", "chat_files", "chat_tags", "calendars", "calendar_events", "calendar_alarms")
    tables = tuple(table(name, f"app/models/{name}.py") for name in names)
    facts = replace(nothing, frameworks=("fastapi",), tables=tables)
    monolith = Monolith(facts)
    assert parts(grouped(monolith, coupling(monolith))) == {
        frozenset(names[:3]), frozenset(names[3:])
    }  # fmt: skip


def test_a_community_is_called_by_the_plainest_of_the_names_that_most_begin_with(
    nothing: Facts,
) -> None:
    tables = tuple(map(table, ("chat_files", "chats", "chat_tags", "folders")))
    relations = (key("folders", "chat_files"), key("folders", "chat_tags"))
    facts = replace(nothing, tables=tables, relations=relations)
    assert set(by_data(coupling(Monolith(facts)), facts).values()) == {"chats"}


def test_a_large_part_is_divided_between_its_files(nothing: Facts) -> None:
    pages = [f"page_{kind}s" for kind in ("draft", "log", "tag", "view", "link")]
    media = ["images", "renditions", "uploads"]
    files = dict.fromkeys(pages, "cms/pages.py") | dict.fromkeys(media, "cms/media.py")
    rest = {name: f"{name}/models.py" for name in ("searches", "redirects")}
    tables = tuple(
        replace(table(name, file), owner="cms" if file.startswith("cms") else name)
        for name, file in (files | rest).items()
    )
    relations = (key("renditions", "images"), key("uploads", "images"))
    facts = replace(nothing, frameworks=("django",), tables=tables, relations=relations)
    monolith = Monolith(facts)
    found = parts(grouped(monolith, coupling(monolith)))
    assert frozenset(pages) in found
    assert frozenset(media) in found


def of_one_file(facts: Facts, refer: Sequence[tuple[str, str]], *names: str) -> Monolith:
    """A Django application with one file of models; an empty one beside it."""
    tables = tuple(replace(table(name, "desk/models.py"), owner="desk") for name in names)
    other = replace(table("audits", "audit/models.py"), owner="audit")
    relations = tuple(key(*pair) for pair in refer)
    return Monolith(
        replace(facts, frameworks=("django",), tables=(*tables, other), relations=relations)
    )


def test_one_large_file_is_divided_where_nothing_ties_it_but_for_one_or_two(nothing: Facts) -> None:
    tickets = [("mails", "tickets"), ("notes", "tickets"), ("files", "notes"), ("mails", "files")]
    items = [("items", "shelves"), ("votes", "items"), ("votes", "shelves")]
    names = sorted({name for pair in (*tickets, *items) for name in pair} | {"presets"})
    monolith = of_one_file(nothing, [*tickets, *items], *names)
    assert parts(grouped(monolith, coupling(monolith))) == {
        frozenset(("tickets", "mails", "notes", "files", "presets")),
        frozenset(("items", "shelves", "votes")),
        frozenset(("audits",)),
    }


def test_what_is_a_part_by_its_path_only_stays_apart(nothing: Facts) -> None:
    files = {"events": "app/events/models.py", "tracks": "app/events/models.py"}
    files |= {f"{a}{b}": f"app/{a}/models.py" for a in ("news", "room", "logs") for b in "xyz"}
    apart = {**files, "agreements": "app/events/agreements/models.py"}
    weak = TransactionFact(HERE, "request", "all", ("agreements", "events", "newsx"), SURE)
    tables = tuple(table(name, file) for name, file in apart.items())
    facts = replace(nothing, frameworks=("flask",), tables=tables, transactions=(weak,))
    tied = replace(facts, relations=(key("agreements", "events"),))
    for found, together in ((Monolith(facts), False), (Monolith(tied), True)):
        groups = grouped(found, coupling(found))
        assert (groups["agreements"] == groups["events"]) is together


def test_parts_that_are_called_by_words_of_identity_are_one_with_hints_only(
    nothing: Facts,
) -> None:
    names = {"users": ("people", "mails"), "oauth": ("clients", "scopes"), "parcels": ("x", "y")}
    tables = tuple(table(t, f"app/{part}/models.py") for part in names for t in names[part])
    facts = replace(nothing, frameworks=("flask",), tables=tables)
    monolith = Monolith(facts)
    assert parts(grouped(monolith, coupling(monolith))) == {
        frozenset(("people", "mails", "clients", "scopes")), frozenset("xy")
    }  # fmt: skip
    assert chance(facts, "people", "clients") == 0
