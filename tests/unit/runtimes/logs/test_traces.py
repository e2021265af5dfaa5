"""Tracebacks as people read them."""

from __future__ import annotations

import pytest

from mscli.runtimes.logs.traces import shortened

OURS = """\
  File "/shop/services/orders/src/orders/use_cases.py", line 5, in place
    return int(note)
           ^^^^^^^^^"""
THEIRS = """\
  File "/shop/services/orders/.venv/lib/site-packages/starlette/routing.py", line 7, in app
    await self.app(scope)"""
TOLD = "  ... {} frames of packages (--json shows all)"
HEAD, ERROR = "Traceback (most recent call last):", "ValueError: no"
NODE = """\
Error: no
    at place (/shop/web/orders.js:5:9)
    at Layer.handle (/shop/web/node_modules/express/lib/router/layer.js:95:5)
    at next (/shop/web/node_modules/express/lib/router/route.js:149:13)
    at Route.dispatch (/shop/web/node_modules/express/lib/router/route.js:119:3)
    at node:internal/main/run_main_module:28:49"""


@pytest.mark.parametrize(
    ("trace", "shown"),
    [
        ((HEAD, *[THEIRS] * 4, OURS, ERROR), (HEAD, TOLD.format(4), OURS, ERROR)),
        ((HEAD, OURS, *[THEIRS] * 5, ERROR), (HEAD, OURS, TOLD.format(4), THEIRS, ERROR)),
        ((HEAD, THEIRS, THEIRS, OURS, ERROR), (HEAD, THEIRS, THEIRS, OURS, ERROR)),
        ((HEAD, *[THEIRS] * 4), (HEAD, TOLD.format(3), THEIRS)),
        (
            (HEAD, OURS, ERROR, "", HEAD, *[THEIRS] * 9, OURS, ERROR),
            (HEAD, OURS, ERROR, "", HEAD, TOLD.format(9), OURS, ERROR),
        ),
        (("no trace", "  at all"), ("no trace", "  at all")),
        ((), ()),
    ],
)
def test_frames_of_packages_are_counted_and_the_last_before_the_error_is_shown(
    trace: tuple[str, ...], shown: tuple[str, ...]
) -> None:
    assert "\n".join(shortened("\n".join(trace).splitlines())) == "\n".join(shown)


def test_frames_of_node_too() -> None:
    assert list(shortened(NODE.splitlines())) == [
        "Error: no",
        "    at place (/shop/web/orders.js:5:9)",
        "    ... 3 frames of packages (--json shows all)",
        "    at node:internal/main/run_main_module:28:49",
    ]


def test_frames_of_a_group_of_errors_too() -> None:
    group = [f"  | {line}" for line in "\n".join((HEAD, *[THEIRS] * 4, OURS, ERROR)).splitlines()]
    shown = list(shortened(group))
    assert shown[1] == "  |   ... 4 frames of packages (--json shows all)"
    assert shown[-1] == "  | ValueError: no"
