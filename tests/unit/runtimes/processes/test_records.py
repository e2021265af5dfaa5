from __future__ import annotations

import os
from pathlib import Path

from mscli.runtimes.processes import records
from tests.unit.runtimes.processes.scenes import place, process, task


def _service(folder: Path) -> Path:
    source = folder / "src" / "orders" / "app.py"
    source.parent.mkdir(parents=True)
    source.write_text("one")
    return source


def test_records_come_back_as_they_were_written(tmp_path: Path) -> None:
    where = place(tmp_path)
    kept = {"orders-1": records.record_of(process("orders-1", settings={"a": "b"}))}
    records.write_running(where, kept)
    assert records.read_running(where) == kept


def test_no_records_or_broken_ones_are_none(tmp_path: Path) -> None:
    where = place(tmp_path)
    assert records.read_running(where) == {}
    where.file(records.FILE).write_text('{"orders-1": {"finger')
    assert records.read_running(where) == {}


def test_the_stamp_of_code_changes_with_a_source_file_and_with_nothing_else(tmp_path: Path) -> None:
    source = _service(tmp_path)
    orders = process("orders-1", folder=str(tmp_path))
    before = records.code_stamp(orders)
    for name in ("README.md", "src/orders/__pycache__/app.pyc", "src/orders/app.py~", ".venv/x.py",
                 "src/db.sqlite3", "src/app.db-wal", "src/server.log"):  # fmt: skip
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text("")
    assert records.code_stamp(orders) == before
    os.utime(source, ns=(1, 1))
    assert records.code_stamp(orders) != before


def test_a_completed_task_need_not_run_again_until_an_input_or_its_data_is_another(
    tmp_path: Path,
) -> None:
    source = _service(tmp_path / "orders")
    volume = tmp_path / "volume"
    migration = task(
        "orders-migrate", volumes=(str(volume),), inputs=(str(tmp_path / "orders" / "src"),)
    )
    assert not records.is_completed(migration)
    records.complete(migration)
    assert records.is_completed(migration)
    source.write_text("two")
    assert not records.is_completed(migration)
    records.complete(migration)
    records.forget_completion(migration)
    assert not records.is_completed(migration)
    records.complete(migration)
    (volume / records.COMPLETED).unlink()
    assert not records.is_completed(migration)


def test_two_tasks_on_one_volume_do_not_forget_each_other(tmp_path: Path) -> None:
    first, second = (task(name, volumes=(str(tmp_path),)) for name in ("a-migrate", "b-migrate"))
    records.complete(first)
    records.complete(second)
    records.forget_completion(second)
    assert records.is_completed(first)
    assert not records.is_completed(second)
