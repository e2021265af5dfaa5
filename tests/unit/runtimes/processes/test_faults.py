from pathlib import Path

import pytest

from mscli.errors import RuntimeFailed
from mscli.model.process import Plan
from mscli.runtimes.processes.faults import Faults, with_closed

from .scenes import place, process

ROUTES = """\
    orders:
      loadBalancer:
        servers:
          - url: http://127.0.0.1:2001
          - url: "http://127.0.0.1:2002"
          - url: http://127.0.0.1:20011
"""
ROUTES_FILE = "processes/gateway/routes.yml"


def test_a_closed_port_stands_in_for_a_replica_and_for_no_other() -> None:
    changed = with_closed(ROUTES, [2001, 2002], 9)
    assert changed == ROUTES.replace(":2001\n", ":9\n").replace(':2002"', ':9"')
    assert with_closed(ROUTES, [20], 9) == ROUTES


def test_the_router_is_given_back_what_it_read_before(tmp_path: Path) -> None:
    here = place(tmp_path)
    file = here.file(*ROUTES_FILE.split("/"))
    file.parent.mkdir(parents=True)
    file.write_text(ROUTES)
    one = process("orders-1", ports={"http": 2001})
    faults = Faults(here, Plan("shop", "shop-1", (one,), live=(ROUTES_FILE,)))
    before = faults.refuse([one])
    assert ":2001\n" not in file.read_text()
    faults.accept(before)
    assert file.read_text() == ROUTES


def test_a_replica_that_the_router_does_not_know_is_an_error(tmp_path: Path) -> None:
    here = place(tmp_path)
    here.file("routes.yml").write_text(ROUTES)
    one = process("other-1", ports={"http": 7})
    with pytest.raises(RuntimeFailed, match="the router knows nothing of other-1"):
        Faults(here, Plan("shop", "shop-1", (one,), live=("routes.yml",))).refuse([one])
