"""`mscli update`: a newer template reaches what is ours, and never what is yours."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.scaffold.faults import tree

from mscli import systemfile
from mscli.errors import MscliError, UsageError
from mscli.scaffold.answers import behind
from mscli.scaffold.updates import update

pytestmark = pytest.mark.programs  # git merges

WIRING = "services/orders/src/orders/wiring/http.py"
APP = "services/payments/src/payments/app.py"
SCRIPT = "services/payments/run.sh"


def newer(root: Path, old: str, new: str) -> None:
    template = root / "templates/tiny/template/src/{{ package }}/wiring/http.py.jinja"
    template.write_text(template.read_text().replace(old, new))


def test_a_system_that_is_up_to_date_is_not_touched(pair: Path) -> None:
    before = tree(pair)
    assert update(pair).changes == ()
    assert tree(pair) == before


def test_a_newer_template_is_merged_with_what_the_user_changed(pair: Path) -> None:
    mine = pair / WIRING
    mine.write_text(mine.read_text().replace("five", "my five"))
    newer(pair, "one", "a newer one")
    outcome = update(pair, ["orders"])
    assert mine.read_text() == "a newer one\ntwo\n1\nfour\nmy five\n"
    assert outcome.conflicts == ()
    assert {change.path for change in outcome.changes if "payments" in change.path} == set()


def test_a_conflict_keeps_both_sides_and_is_named(pair: Path) -> None:
    mine = pair / WIRING
    mine.write_text(mine.read_text().replace("one", "my one"))
    newer(pair, "one", "another one")
    assert update(pair).conflicts == (WIRING,)
    assert "my one" in mine.read_text()
    assert "another one" in mine.read_text()
    before = tree(pair)
    assert update(pair).conflicts == (WIRING,)  # until somebody has resolved it
    assert tree(pair) == before
    mine.write_text("both of them\n")
    assert update(pair).conflicts == ()


def test_what_is_scaffolded_stays_the_users_also_when_it_is_gone(pair: Path) -> None:
    (pair / "services/orders/src/orders/app.py").unlink()
    (pair / "services/orders/README.md").write_text("mine\n")
    newer(pair, "two", "2")
    update(pair)
    assert not (pair / "services/orders/src/orders/app.py").exists()
    assert (pair / "services/orders/README.md").read_text() == "mine\n"


def test_a_rendered_file_changed_by_hand_is_refused_and_nothing_is_written(pair: Path) -> None:
    registry = pair / "services/orders/src/orders/clients/__init__.py"
    registry.write_text("mine\n")
    newer(pair, "two", "2")
    before = tree(pair)
    with pytest.raises(MscliError, match="changed by hand"):
        update(pair)
    assert tree(pair) == before
    update(pair, force=True)
    assert registry.read_text() == "['payments']\n"


def test_a_dry_run_says_what_would_change_and_changes_nothing(pair: Path) -> None:
    newer(pair, "two", "2")
    before = tree(pair)
    assert WIRING in {change.path for change in update(pair, dry_run=True).changes}
    assert tree(pair) == before


def test_an_unknown_service_is_refused(pair: Path) -> None:
    with pytest.raises(UsageError, match="no service 'order'"):
        update(pair, ["order"])


def declare_database(root: Path) -> None:
    system = root / "mscli.yaml"
    text = system.read_text()
    system.write_text(text.replace("tiny\n", "tiny\n    database: postgres\n", 1))


def test_code_that_nobody_has_changed_follows_what_the_system_file_says(pair: Path) -> None:
    declare_database(pair)
    assert update(pair).warnings == ()
    assert (pair / APP).read_text() == "app = 1\n# with a database\n"
    assert (pair / SCRIPT).stat().st_mode & 0o100
    assert update(pair).changes == ()


def test_what_the_user_wrote_is_merged_with_what_the_system_file_says(pair: Path) -> None:
    (pair / APP).write_text("import mine\n\n\napp = 1\n")
    newer(pair, "two", "2")
    declare_database(pair)
    update(pair)
    assert (pair / APP).read_text() == "import mine\n\n\napp = 1\n# with a database\n"


def test_code_that_cannot_be_merged_stays_and_the_difference_is_told(pair: Path) -> None:
    (pair / APP).write_text("mine = 1\n")
    declare_database(pair)
    (warning,) = update(pair).warnings
    assert (pair / APP).read_text() == "mine = 1\n"
    assert (pair / SCRIPT).read_text() == "#!/bin/sh\n"  # all of them, or none
    patch = ".mscli/local/patches/services-payments.patch"
    assert patch in warning
    assert "+# with a database" in (pair / patch).read_text()


def test_a_page_that_cannot_be_merged_stops_nothing(pair: Path) -> None:
    readme = pair / "services/payments/README.md"
    readme.write_text("mine\n")
    declare_database(pair)
    assert update(pair).warnings == ()
    assert readme.read_text() == "mine\n"
    assert (pair / APP).read_text() == "app = 1\n# with a database\n"


def test_code_that_the_user_has_removed_is_not_brought_back(pair: Path) -> None:
    for path in (APP, SCRIPT):
        (pair / path).unlink()
    declare_database(pair)
    assert update(pair).warnings == ()
    assert not (pair / APP).exists()


def test_code_that_is_behind_the_system_file_is_told_until_it_is_updated(pair: Path) -> None:
    def told() -> list[str]:
        return list(behind(pair, systemfile.read(pair / "mscli.yaml").system))

    assert told() == []
    declare_database(pair)
    (sentence,) = told()
    assert "something else of its database" in sentence
    assert "mscli update payments" in sentence
    update(pair)
    assert told() == []
    (pair / "services/payments").rename(pair / "services/charges")
    system = pair / "mscli.yaml"
    system.write_text(system.read_text().replace("payments", "charges"))
    assert "was made for a service named payments" in told()[0]


def test_code_of_a_call_that_is_gone_is_the_users_to_remove(pair: Path) -> None:
    system = pair / "mscli.yaml"
    system.write_text(system.read_text().replace("    calls: [payments]\n", ""))
    (warning,) = update(pair).warnings
    assert "src/orders/clients/payments.py" in warning
    assert (pair / "services/orders/src/orders/clients/payments.py").exists()
    assert update(pair).warnings == ()
