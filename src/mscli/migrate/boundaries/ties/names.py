"""The words that a table's name is made of, and what two names say of each other.

Names are data, not structure: a table is called `order_lines` wherever its model is declared. So
the label that Django puts in front (`shop_order`) is taken off, and the class's words are read
where the table's are glued together (`OrderLine` for `shop_orderline`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from mscli.migrate.facts import Facts, TableFact
from mscli.migrate.words import words

Words = tuple[str, ...]

IDENTITY = frozenset(
    words(
        "account acl api auth credential grant group identity key login member membership oauth "
        "organisation organization password permission principal profile role session team token "
        "user"
    )
)
"""Identity and access, the subdomain that every application has (SCIM, RFC 7643; OAuth, RFC 6749):
its tables seldom share a word, a key or a request with one another."""

ABOUT_CODE = frozenset(words("abstract base entity model orm schema table"))
AFFIX = 0.8
"""A word at one end of so many names is the application's, not the table's."""


def of_tables(facts: Facts) -> Mapping[str, Words]:
    """Table -> the words of its name, in the singular; frameworks' tables are left out."""
    django = "django" in facts.frameworks
    found = {t.table: _of(t, django) or (t.table,) for t in facts.tables if t.origin != "framework"}
    for end in (0, -1):
        long = [name for name in found.values() if len(name) > 1]
        for word, count in Counter(name[end] for name in long).items():
            if count >= AFFIX * len(found):
                found = {table: _without(name, end, word) for table, name in found.items()}
    return found


def are_of_identity(name: Words) -> bool:
    """Whether a name has words, and all are of identity and access."""
    return bool(name) and IDENTITY.issuperset(name)


def split(text: str) -> Words:
    """`OrderLines`, `order-lines` and `order_lines` are order, line."""
    text = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", text)
    text = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", text)
    return tuple(_singular(word) for word in re.split(r"[^a-z0-9]+", text.lower()) if word)


def _of(table: TableFact, django: bool) -> Words:
    of_class = split(table.model.rpartition(".")[2])
    if django and table.origin == "model" and of_class:
        return of_class
    name = table.table.removeprefix(f"{table.owner}_") if django and table.owner else table.table
    of_name, of_class = split(name), tuple(w for w in of_class if w not in ABOUT_CODE)
    return of_class if "".join(of_class) == "".join(of_name) else of_name


def _without(name: Words, end: int, word: str) -> Words:
    if len(name) == 1 or name[end] != word:
        return name
    return name[1:] if end == 0 else name[:-1]


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:  # noqa: PLR2004
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:  # noqa: PLR2004
        return word[:-1]
    return word
