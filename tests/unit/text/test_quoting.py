"""What a writer writes, every reader of that syntax reads back as the same value."""

from __future__ import annotations

import configparser
import json
import tomllib

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from mscli.text import ini_inline, json_inline, json_text, toml_inline, yaml_inline, yaml_text

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_TRICKY = st.sampled_from(
    [
        *[
            "no",
            "On",
            "y",
            "1e3",
            "0o17",
            "12:30",
            "1_000",
            "2024-01-01",
            "~",
            "",
            " a",
            "a: b",
            "#x",
        ],
        *[
            "- a",
            "a\n",
            "a\n\nb\n\n",
            " a\nb",
            "a\n \nb\n",
            "{{x}}",
            "<<",
            "=",
            ".inf",
            "\t",
            "a b",
        ],
        *[
            "http://a:1/b",
            "x\u2028y",
            "\ufeffz",
            "\x7f",
            "\U0001f600",
            "30s",
            "1.0",
            "---",
            "%a",
            "@b",
        ],
    ]
)
_SCALAR = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), _TEXT, _TRICKY
)
_DOCUMENT = st.recursive(
    _SCALAR,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT | _TRICKY, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=50)
@given(_DOCUMENT)
def test_yaml_comes_back_from_a_reader_of_yaml_1_1(value: object) -> None:
    assert yaml.load(yaml_text(value), Loader=yaml.CSafeLoader) == value
    assert yaml.load(yaml_inline(value), Loader=yaml.CSafeLoader) == value


@settings(max_examples=50)
@given(_DOCUMENT)
def test_yaml_comes_back_from_a_reader_of_yaml_1_2(value: object) -> None:
    assert YAML(typ="safe", pure=True).load(yaml_text(value)) == value


@settings(max_examples=50)
@given(_DOCUMENT)
def test_an_indented_block_keeps_its_value(value: object) -> None:
    document = "outer:\n" + yaml_text([value], indent=4)
    assert yaml.load(document, Loader=yaml.CSafeLoader) == {"outer": [value]}


@settings(max_examples=50)
@given(_DOCUMENT)
def test_json_comes_back(value: object) -> None:
    if "inf" in str(value):
        return  # JSON has no infinity
    assert json.loads(json_text(value)) == value
    assert "\n" not in json_inline(value)
    assert yaml.load(json_inline({"a": [value]}), Loader=yaml.CSafeLoader) is not None


@given(
    st.recursive(
        st.booleans()
        | st.integers(-(2**63), 2**63 - 1)
        | st.floats(allow_nan=False)
        | _TEXT
        | _TRICKY,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    )
)
def test_toml_comes_back(value: object) -> None:
    assert tomllib.loads(f"a = {toml_inline(value)}") == {"a": value}


@pytest.mark.parametrize("text", ["a\nb", " a", "x ;y", "#", "a\r", "x\u2028"])
def test_ini_refuses_what_it_cannot_hold(text: str) -> None:
    with pytest.raises(ValueError, match="INI"):
        ini_inline(text)


def test_ini_doubles_the_percent_sign() -> None:
    parser = configparser.ConfigParser()
    parser.read_string(f"[s]\na = {ini_inline('100% %(x)s')}\nb = {ini_inline(True)}\n")
    assert parser["s"]["a"] == "100% %(x)s"
    assert parser["s"]["b"] == "true"


def test_yaml_reads_well() -> None:
    value = {
        "image": "orders:1.0",
        "on": "no",
        "ports": ["8000:80", 9],
        "command": ["uvicorn", "--port", "8000"],
        "health": {"interval": "2s", "test": "curl -f http://localhost:80/readyz"},
        "steps": [{"a": 1, "b": [2, 3]}, [], {}],
        "script": "line one\nline two\n",
    }
    assert yaml_text(value) == (
        'image: orders:1.0\n"on": "no"\nports:\n  - "8000:80"\n  - 9\n'
        'command:\n  - uvicorn\n  - "--port"\n  - "8000"\n'
        "health:\n  interval: 2s\n  test: curl -f http://localhost:80/readyz\n"
        "steps:\n  - a: 1\n    b:\n      - 2\n      - 3\n  - []\n  - {}\n"
        "script: |\n  line one\n  line two\n"
    )


@pytest.mark.parametrize("write", [yaml_text, json_text, toml_inline])
def test_a_type_without_a_form_is_refused(write: object) -> None:
    with pytest.raises(TypeError):
        write({"a": {1, 2}})  # type: ignore[operator]


@pytest.mark.parametrize("write", [yaml_text, json_text, toml_inline])
def test_half_a_character_is_refused(write: object) -> None:
    with pytest.raises(ValueError, match="half of a character"):
        write("\ud800")  # type: ignore[operator]
