"""When a process ends, who waits for it is told at once, not when somebody next asks."""

from __future__ import annotations

import select
import subprocess

import pytest

from mscli.runtimes.processes.deaths import Deaths

pytestmark = pytest.mark.e2e


def readable(deaths: Deaths, seconds: float) -> list[int]:
    return select.select(deaths.descriptors(), [], [], seconds)[0]


@pytest.mark.skipif(not hasattr(select, "epoll"), reason="Linux alone has pidfd_open")
def test_the_descriptor_of_a_process_is_readable_once_it_has_ended() -> None:
    deaths = Deaths()
    with subprocess.Popen(["sleep", "60"]) as child:
        deaths.watch(child.pid)
        deaths.watch(child.pid)
        assert len(deaths.descriptors()) == 1
        assert readable(deaths, 0) == []
        child.kill()
        (descriptor,) = readable(deaths, 10)
    deaths.seen(descriptor)
    assert deaths.descriptors() == []


def test_a_process_that_is_gone_already_is_not_waited_for() -> None:
    deaths = Deaths()
    with subprocess.Popen(["true"]) as child:
        child.wait()
    deaths.watch(child.pid)
    assert deaths.descriptors() == []
