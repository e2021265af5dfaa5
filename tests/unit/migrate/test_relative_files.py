"""Files that code names from the folder that it runs in are the monolith's."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import pytest

from mscli.migrate.apply.moving.pieces.own_files import told
from mscli.migrate.apply.moving.pieces.relative_files import anchored, is_run_there


@pytest.mark.parametrize(
    ("code", "made"),
    {
        "open('a.txt')": "open(monolith_file('a.txt'))",
        "open('a.txt', 'w')": "open(monolith_file('a.txt'), 'w')",
        "open(f'data/{name}')": "open(monolith_file(f'data/{name}'))",
        "open('data/' + name)": "open(monolith_file('data/' + name))",
        "open('data/%s' % name)": "open(monolith_file('data/%s' % name))",
        "open(os.path.join('data', name))": "open(monolith_file(os.path.join('data', name)))",
        "open(Path('data') / name)": "open(monolith_file(Path('data') / name))",
        "Path('a.txt').read_text()": "Path(monolith_file('a.txt')).read_text()",
        "shutil.copy('a', 'b')": "shutil.copy(monolith_file('a'), monolith_file('b'))",
        "os.path.exists('a')": "os.path.exists(monolith_file('a'))",
    }.items(),
)
def test_a_relative_path_begins_in_the_monoliths_folder(code: str, made: str) -> None:
    assert anchored(cst.parse_module(code)).code == made


@pytest.mark.parametrize(
    ("code", "is_known"),
    [
        ("WORDS = 'words.txt'\nopen(WORDS)\n", True),
        ("WORDS = 'words.txt'\nWORDS = other()\nopen(WORDS)\n", False),
        ("WORDS = 'words.txt'\ndef read(WORDS):\n    return open(WORDS)\n", False),
        ("WORDS = 'words.txt'\nfor WORDS in every():\n    open(WORDS)\n", False),
        ("def read():\n    WORDS = 'words.txt'\n    return open(WORDS)\n", False),
        ("WORDS = '/usr/share/words'\nopen(WORDS)\n", False),
    ],
    ids=["once", "twice", "a parameter", "a loop's", "a function's", "from the root"],
)
def test_a_path_may_have_a_name_at_the_top(code: str, *, is_known: bool) -> None:
    made = "open(monolith_file(WORDS))"
    assert (made in anchored(cst.parse_module(code)).code) == is_known


@pytest.mark.parametrize(
    "code",
    [
        "open('/etc/hosts')", "open('~/x')", "open(path)", "open(f'{root}/x')",
        "open('%s/x' % root)", "open(BASE / 'a.txt')", "webbrowser.open('x')", "Path('a')",
        "root / Path('a')", "open(*parts)", "os.environ.get('a')", "open(3)",
    ],
)  # fmt: skip
def test_other_paths_are_left_as_they_are(code: str) -> None:
    assert anchored(cst.parse_module(code)).code == code


def test_where_a_procfile_goes_to_another_folder_nothing_is_known(tmp_path: Path) -> None:
    assert is_run_there(tmp_path)
    (tmp_path / "Procfile").write_text("web: gunicorn shop.wsgi\nworker: cd x && run\n")
    assert is_run_there(tmp_path)
    (tmp_path / "Procfile").write_text("web: gunicorn --chdir src shop.wsgi\n")
    assert not is_run_there(tmp_path)


def test_a_database_of_sqlite_is_a_file_unless_it_is_none() -> None:
    def made(code: str) -> str:
        return anchored(cst.parse_module(code)).code

    assert made("sqlite3.connect('a.db')") == "sqlite3.connect(monolith_file('a.db'))"
    assert made("sqlite3.connect(':memory:')") == "sqlite3.connect(':memory:')"
    assert made("sqlite3.connect('file:a?mode=ro')") == "sqlite3.connect('file:a?mode=ro')"


@pytest.mark.parametrize(
    ("code", "made"),
    {
        "HERE = __file__": "HERE = monolith_file('shop/a.py')",
        "found(__file__=__file__)": "found(__file__=monolith_file('shop/a.py'))",
        "def found(__file__):\n    return __file__": "def found(__file__):\n    return __file__",
        "lambda: shop.__file__": "lambda: shop.__file__",
    }.items(),
)
def test_a_module_is_told_where_it_was(code: str, made: str) -> None:
    assert told(cst.parse_module(code), "shop/a.py").code.replace('"', "'") == made
