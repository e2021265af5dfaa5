"""What a failure is shown with."""

from __future__ import annotations

import json

from mscli.runtimes.logs import excerpt


def test_the_end_of_a_traceback_in_json_is_what_is_shown() -> None:
    trace = "\n".join([*(f"frame {n}" for n in range(90)), "DuplicateTable: there is one"])
    failed = {"level": "ERROR", "message": "migration failed", "exception": f"Traceback\n{trace}"}
    lines = [json.dumps({"level": "INFO", "message": "begun"}), json.dumps(failed)]
    shown = excerpt(lines, 3)
    assert [line.strip() for line in shown] == ["frame 88", "frame 89", trace.splitlines()[-1]]
    assert excerpt(lines, 200)[:2] == ["INFO  begun", "ERROR migration failed"]


def test_other_lines_are_shown_as_they_are_but_for_what_a_terminal_would_obey() -> None:
    assert excerpt(["one", "  File x, line 3", "\x1b[2Jthree"], 2) == ["  File x, line 3", "three"]
    assert excerpt([], 15) == []
