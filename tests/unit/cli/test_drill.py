"""What `mscli drill` shows of what it found."""

from __future__ import annotations

import pytest

from mscli.cli.drill import _show
from mscli.drill.plan import Drill
from mscli.drill.run import Outcome

TOLD = "no saga was completed"


@pytest.mark.parametrize(("state", "told"), [("compensated", True), ("completed", False)])
def test_a_drill_in_which_no_saga_was_completed_says_that_little_was_tried(
    capsys: pytest.CaptureFixture[str], state: str, told: bool
) -> None:
    _show(Drill(1, (), ()), Outcome((), {state: 10}, (), 0, 1.0, 1.0), json=False)
    assert (TOLD in capsys.readouterr().err) is told
