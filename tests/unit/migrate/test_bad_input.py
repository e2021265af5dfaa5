"""Whatever lies in the folder: a partial answer with warnings, or one clear error."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from mscli.errors import MissingProgram, MscliError, UsageError
from mscli.migrate import raw_sql, sources
from mscli.migrate import scan as scanning
from mscli.migrate.scan import scan
from tests.unit.migrate.project import routes, scanned

FLASK = """
from flask import Flask

app = Flask(__name__)


@app.get("/")
def home():
    return ""
"""


def test_a_monolith_that_writes_a_file_when_imported_leaves_none(tmp_path: Path) -> None:
    trap = f"open({str(tmp_path / 'trace')!r}, 'w').write('imported')\n"
    facts = scanned(tmp_path / "code", {"app.py": trap + FLASK, "setup.py": trap})
    assert routes(facts) == {"GET /"}
    assert not (tmp_path / "trace").exists()


def test_a_file_that_cannot_be_parsed_is_listed_and_the_rest_is_read(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"app.py": FLASK, "broken.py": "def broken(:\n"})
    assert routes(facts) == {"GET /"}
    assert [(u.kind, u.evidence.file) for u in facts.unresolved] == [("file", "broken.py")]
    assert any("broken.py" in warning for warning in facts.warnings)


def test_a_folder_without_python_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MscliError, match="no Python file"):
        scan(tmp_path)


def test_a_path_that_is_no_folder_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        scan(tmp_path / "nowhere")


def test_no_framework_is_a_warning(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"a.py": "x = 1\n"})
    assert any("no framework" in warning for warning in facts.warnings)


def test_modules_that_import_each_other_end(tmp_path: Path) -> None:
    facts = scanned(
        tmp_path,
        {
            "a.py": "from b import y\nx = y\ndef f():\n    return g()\nfrom b import g\n",
            "b.py": "from a import x, f\ny = x\ndef g():\n    return f()\n",
        },
    )
    assert {(i.importer, i.imported) for i in facts.imports} == {("a", "b"), ("b", "a")}


def test_classes_that_inherit_from_each_other_end(tmp_path: Path) -> None:
    scanned(tmp_path, {"a.py": "class A(B): pass\nclass B(A): pass\nA().x\n"})


def test_a_huge_file_is_left_out_with_a_warning(tmp_path: Path) -> None:
    (tmp_path / "huge.py").write_text("x = [" + "1, " * 3_500_000 + "]")
    start = time.process_time()
    facts = scanned(tmp_path, {"app.py": FLASK})
    assert time.process_time() - start < 5
    assert routes(facts) == {"GET /"}
    assert any("huge.py" in warning for warning in facts.warnings)


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.py").write_text(FLASK)
    code = tmp_path / "code"
    code.mkdir()
    (code / "loop").symlink_to(code)
    (code / "out").symlink_to(outside)
    (code / "one.py").symlink_to(outside / "secret.py")
    facts = scanned(code, {"a.py": "x = 1\n"})
    assert not facts.routes
    assert sum("not followed" in warning for warning in facts.warnings) == 3


def test_deeply_nested_code_does_not_break_the_walk(tmp_path: Path) -> None:
    deep = "x = " + "-" * 5000 + "1\n"
    facts = scanned(tmp_path, {"app.py": FLASK, "deep.py": deep, "long.py": "y = 0" + "+1" * 4000})
    assert routes(facts) == {"GET /"}


def test_two_frameworks_are_both_read_with_a_warning(tmp_path: Path) -> None:
    fast = 'from fastapi import FastAPI\napi = FastAPI()\n@api.get("/b")\ndef b(): ...\n'
    facts = scanned(tmp_path, {"app.py": FLASK, "api.py": fast})
    assert routes(facts) == {"GET /", "GET /b"}
    assert any("more than one web framework" in warning for warning in facts.warnings)


def test_data_that_is_put_into_itself_does_not_grow(tmp_path: Path) -> None:
    grows = "    def f{0}(self):\n        self.x = {{'a': self.x, 'b': [self.x, self.x]}}\n"
    code = "class A:\n    x = {}\n" + "".join(grows.format(n) for n in range(60))
    start = time.process_time()
    scanned(tmp_path, {"app.py": code})
    assert time.process_time() - start < 5


def test_one_without_models_has_its_routes_and_a_warning(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"app.py": FLASK})
    assert routes(facts) == {"GET /"}
    assert not facts.tables
    assert any("no table" in warning for warning in facts.warnings)


def test_raw_sql_that_nothing_can_read_is_refused_before_the_walk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw_sql, "find_spec", lambda _: None)
    monkeypatch.setattr(scanning, "_walk", lambda *_: pytest.fail("it walked all the same"))
    (tmp_path / "shop.py").write_text(
        "def of(db):\n    return db.execute('SELECT * FROM orders')\n"
    )
    with pytest.raises(MissingProgram, match=r"shop.py:2: raw SQL, and sqlglot"):
        scan(tmp_path)


def test_code_without_raw_sql_needs_nothing_that_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw_sql, "find_spec", lambda _: None)
    (tmp_path / "shop.py").write_text(
        "def of(pool):\n    pool.execute(work)\n    text('with care')\n"
    )
    assert scan(tmp_path).sql == ()


def test_a_package_of_versions_is_left_out_where_it_has_migrations(tmp_path: Path) -> None:
    for folder, text in (("shop", "LATEST = 2"), ("alembic", "down_revision = None")):
        (tmp_path / folder / "versions").mkdir(parents=True)
        (tmp_path / folder / "versions" / "one.py").write_text(text)
    found = sources.read(tmp_path)
    assert [each.path for each in found.files] == ["shop/versions/one.py"]
    assert found.left_out == 1
