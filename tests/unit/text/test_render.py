"""The renderer: what a template may do, and what its errors say."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.errors import MscliError
from mscli.text import parsed_back, render
from mscli.text.render import _environment


@pytest.fixture(autouse=True)
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in the place of mscli's own templates."""
    folder = tmp_path / "ours"
    folder.mkdir()
    monkeypatch.setattr("mscli.text.templates.built_in", lambda: folder)
    return folder


def put(folder: Path, name: str, text: str) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    _environment.cache_clear()  # one command sees one state of the templates


def test_values_are_quoted_for_their_syntax(ours: Path) -> None:
    put(ours, "a.yaml.jinja", "name: {{ name | yaml }}\nall:\n  {{ all | yaml(2) }}\n")
    text = render("a.yaml.jinja", {"name": "no", "all": {"a": [1, "x: y"], "b": {}}})
    assert text == 'name: "no"\nall:\n  a:\n    - 1\n    - "x: y"\n  b: {}\n'


def test_a_string_that_nobody_quoted_is_an_error(ours: Path) -> None:
    put(ours, "a.yaml.jinja", "x: 1\nname: {{ name }}\n")
    with pytest.raises(MscliError, match=r"template a\.yaml\.jinja, line 2: .*not quoted"):
        render("a.yaml.jinja", {"name": "shop"})
    put(ours, "b.txt.jinja", "{{ name }} {{ port }}")
    assert render("b.txt.jinja", {"name": "shop", "port": 80}) == "shop 80"


def test_a_missing_value_names_template_and_line(ours: Path) -> None:
    put(ours, "sub/a.yaml.jinja", "a: 1\n{% for s in services %}\n{{ s | yaml }}\n{% endfor %}\n")
    with pytest.raises(MscliError, match=r"sub/a\.yaml\.jinja, line 2: 'services' is undefined"):
        render("sub/a.yaml.jinja", {})


def test_a_syntax_error_names_template_and_line(ours: Path) -> None:
    put(ours, "a.txt.jinja", "one\n{% if %}\n")
    with pytest.raises(MscliError, match=r"a\.txt\.jinja, line 2"):
        render("a.txt.jinja", {})


def test_an_error_in_an_included_template_names_that_one(ours: Path) -> None:
    put(ours, "a.txt.jinja", "one\n{% include 'b.txt.jinja' %}\n")
    put(ours, "b.txt.jinja", "\n\n{{ missing }}")
    with pytest.raises(MscliError, match=r"b\.txt\.jinja, line 3"):
        render("a.txt.jinja", {})


def test_output_that_does_not_parse_is_an_error(ours: Path) -> None:
    put(ours, "a.yaml.jinja", "a: 1\nb: [\n")
    with pytest.raises(MscliError, match=r"template a\.yaml\.jinja: a\.yaml:3"):
        render("a.yaml.jinja", {})


def test_a_team_s_own_copy_goes_first_and_is_named_in_errors(ours: Path, tmp_path: Path) -> None:
    own = tmp_path / "system" / ".mscli" / "templates"
    put(ours, "a.txt.jinja", "ours")
    put(ours, "b.txt.jinja", "ours too")
    assert render("a.txt.jinja", {}, own) == "ours"
    put(own, "a.txt.jinja", "theirs")
    assert render("a.txt.jinja", {}, own) == "theirs"
    assert render("b.txt.jinja", {}, own) == "ours too"
    put(own, "b.txt.jinja", "{{ nothing }}")
    with pytest.raises(MscliError, match="your own copy") as caught:
        render("b.txt.jinja", {}, own)
    assert str(own / "b.txt.jinja") in caught.value.hint


@pytest.mark.parametrize("name", ["../a", "/etc/passwd", "", "a\\b", "x/../../y"])
def test_names_that_lead_out_are_refused(name: str) -> None:
    with pytest.raises(MscliError, match="no name of a template"):
        render(name, {})


def test_a_link_that_leads_out_is_refused(ours: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    put(tmp_path, "secret", "x")
    (own / "a.txt").symlink_to(tmp_path / "secret")
    with pytest.raises(MscliError, match="leads out"):
        render("a.txt", {}, own)


@pytest.mark.parametrize(
    "attack",
    [
        "{{ x.__class__.__mro__[1].__subclasses__() }}",
        "{{ f.__globals__ }}",
        "{{ x.append(1) }}",
        "{% for i in range(10000000) %}{% endfor %}",
    ],
)
def test_the_sandbox_holds(ours: Path, attack: str) -> None:
    put(ours, "a.txt.jinja", attack)
    with pytest.raises(MscliError, match="line 1"):
        render("a.txt.jinja", {"x": [], "f": put})


@pytest.mark.parametrize(
    ("path", "text", "where"),
    [
        ("a.yaml", "a: 1\na: 2\n", "a.yaml:2: the key 'a' is there twice"),
        ("a.yml", "b:\n  - c: 1\n    c: 2\n", "a.yml:3"),
        ("a.json", '{"a": 1,}', "a.json:1"),
        ("a.json", '{"a": 1, "a": 2}', "twice"),
        ("a.toml", "a = \n", "a.toml: .*line 1"),
        ("a.yaml", "a: \x00", "a.yaml"),
    ],
)
def test_faults_of_an_output_are_placed(path: str, text: str, where: str) -> None:
    with pytest.raises(MscliError, match=where):
        parsed_back(path, text)


def test_good_outputs_pass_unchanged() -> None:
    for path, text in [("a.yaml", "a: 1\n---\nb: 2\n"), ("a.json", "{}"), ("a.txt", "{")]:
        assert parsed_back(path, text) == text
