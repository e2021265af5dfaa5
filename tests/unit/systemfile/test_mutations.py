"""Mutated documents: whatever the file says, a finding with a line, and never a traceback."""

import copy
import json
import random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mscli.systemfile import read_text, spelt_out
from mscli.systemfile.reading import _inspect_text
from mscli.systemfile.tree import Tree

from .systems import VALID

DOCUMENTS = list(VALID.values())
PIECES = [
    *"[]{}:,-#&*!|>'\"%@`?~\t\n \\",
    *("\r\n", "---\n", "...\n", "<<: *a", "&a ", "*a", "!!int ", "!x ", "\ufeff", "\x00", "\x85"),
    *("\u2028", "é", "\U0001f600", "null", "1e999", "-1", ".nan", "0x", "0o9", "9" * 500, "  "),
    *("services:", "calls:", "routes:", "version: 1\n", "auth: jwt", "name: x\n", "? ", "- - - "),
]
VALUES: list[Any] = [
    *(None, True, False, 0, -1, 1, 2**70, 1.5, float("inf"), float("nan"), "", "x", "2s", "1MiB"),
    *([], {}, [[]], [{}], {"": None}, ["orders"], {"orders": None}, "../x", "/x", "%2e", "é\0\n"),
    *("python", "go", "postgres", "traefik", "strip", "payments", {"a": {"b": {"c": []}}}),
]
KEYS = [
    *(
        "services",
        "calls",
        "routes",
        "gateway",
        "cors",
        "breaker",
        "env",
        "auth",
        "sagas",
        "steps",
        "invariants",
        "each",
        "",
    ),
    *("path", "service", "template", "deadline", "orders", "payments", "x y", "é", "<<", "1", "."),
]

WITHOUT_DEADLINE = settings(
    max_examples=1000,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def judge(text: str) -> None:
    """Read `text`: a system, or findings that all have a file, a line of it and a sentence."""
    lines = max(1, len(text.splitlines()))
    system, findings = _inspect_text(text, "mscli.yaml")
    assert system is not None or any(finding.severity == "error" for finding in findings)
    for finding in findings:
        assert finding.file == "mscli.yaml"
        assert 1 <= finding.line <= lines
        assert finding.message
        assert "\n" not in str(finding)
        assert str(finding).isprintable()
    if system is not None:
        assert read_text(spelt_out(system)).system == system


@WITHOUT_DEADLINE
@given(
    st.sampled_from(DOCUMENTS),
    st.lists(
        st.tuples(
            st.floats(0, 1),
            st.sampled_from(["insert", "delete", "replace"]),
            st.integers(0, 200),
            st.sampled_from(PIECES),
        ),
        min_size=1,
        max_size=6,
    ),
)
def test_mutated_text_gives_findings(
    document: str, edits: list[tuple[float, str, int, str]]
) -> None:
    for where, how, length, piece in edits:
        at = int(where * len(document))
        kept = document[at:] if how == "insert" else document[at + length :]
        document = document[:at] + ("" if how == "delete" else piece) + kept
    judge(document)


@WITHOUT_DEADLINE
@given(st.sampled_from(DOCUMENTS), st.integers(0, 2**32), st.integers(1, 5))
def test_mutated_structure_gives_findings(document: str, seed: int, count: int) -> None:
    data: Any = copy.deepcopy(Tree(document, "mscli.yaml").data)
    choice = random.Random(seed)
    for _ in range(count):
        mutate(data, choice)
    judge(json.dumps(data, indent=choice.choice([None, 1]), ensure_ascii=choice.random() < 0.5))


@settings(WITHOUT_DEADLINE, max_examples=500)
@given(
    st.sampled_from(DOCUMENTS),
    st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=3)), min_size=1, max_size=4),
)
def test_mutated_bytes_give_findings(document: str, edits: list[tuple[float, bytes]]) -> None:
    content = document.encode()
    for where, piece in edits:
        at = int(where * len(content))
        content = content[:at] + piece + content[at + len(piece) :]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    judge(text)


@settings(WITHOUT_DEADLINE, max_examples=300)
@given(st.text(max_size=200))
def test_any_text_gives_findings(text: str) -> None:
    judge(text)


def mutate(data: Any, choice: random.Random) -> None:  # noqa: ANN401 - a document
    """Change one place of `data`: another value, another key, gone, twice, or moved."""
    containers = [node for node in walk(data) if node]
    if not containers:
        return
    node = choice.choice(containers)
    key = choice.choice(list(node) if isinstance(node, dict) else range(len(node)))
    value = copy.deepcopy(choice.choice(VALUES))
    match choice.randrange(5):
        case 0:
            node[key] = value
        case 1:
            del node[key]
        case 2 if isinstance(node, dict):
            node[choice.choice(KEYS)] = node.pop(key)
        case 3 if isinstance(node, dict):
            node[choice.choice(KEYS)] = copy.deepcopy(choice.choice([value, node[key]]))
        case 4:
            node[key] = copy.deepcopy(choice.choice(containers))
        case _:
            node.append(value)


def walk(node: Any) -> list[Any]:  # noqa: ANN401 - a document
    """Every mapping and list in `node`, itself included."""
    if not isinstance(node, dict | list):
        return []
    inner = node.values() if isinstance(node, dict) else node
    return [node, *(found for item in inner for found in walk(item))]
