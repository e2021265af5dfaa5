from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path

import pytest

from mscli.errors import UsageError
from mscli.model.kinds import Kind
from mscli.model.stack import Bindings, Code, Port, Secret, Stack, Workload
from mscli.runtimes.processes import bindings as binding
from tests.unit.runtimes.processes.scenes import place


def _stack(replicas: int = 1, fixed: int | None = None) -> Stack:
    port = Port("http", fixed or 8000, fixed=fixed is not None)
    orders = Workload(
        name="orders",
        kind=Kind.SERVICE,
        program=Code("services/orders", ("python",)),
        ports=(port,),
        replicas=replicas,
    )
    return Stack("shop", {"orders": orders}, {"password": Secret("password")}, {})


def _chosen(
    folder: Path, stack: Stack, replicas: Mapping[str, int] | None = None, **more: bool
) -> Bindings:
    settings = {"isolated": False} | more
    return binding.choose(stack, place(folder), replicas or {}, **settings)  # type: ignore[arg-type]


def test_ports_are_in_the_range_that_no_outgoing_connection_gets_and_differ(tmp_path: Path) -> None:
    ports = _chosen(tmp_path, _stack(5)).ports
    assert list(ports) == [f"orders-{n}:http" for n in range(1, 6)]
    assert len(set(ports.values())) == 5
    assert all(20000 <= port <= 29999 for port in ports.values())


def test_the_same_system_gets_the_same_ports_and_remembers_them(tmp_path: Path) -> None:
    first = _chosen(tmp_path, _stack(2))
    assert _chosen(tmp_path, _stack(2)).ports == first.ports
    binding.remember(place(tmp_path), first)
    assert binding.recall(place(tmp_path)).ports == first.ports
    assert _chosen(tmp_path, _stack(3)).ports.items() >= first.ports.items()


def test_a_port_that_was_given_up_is_another_one_next_time(tmp_path: Path) -> None:
    first = _chosen(tmp_path, _stack(2))
    binding.remember(place(tmp_path), first)
    taken = first.ports["orders-1:http"]
    with socket.create_server(("127.0.0.1", taken)):
        again = binding.choose(
            _stack(2),
            place(tmp_path),
            {},
            isolated=False,
            gave_up=lambda replica, port: (replica, port) == ("orders-1", taken),
        )
    assert again.ports["orders-1:http"] != taken
    assert again.ports["orders-2:http"] == first.ports["orders-2:http"]


def test_a_fixed_port_is_kept_for_one_replica_refused_for_two_and_free_in_a_copy(
    tmp_path: Path,
) -> None:
    assert _chosen(tmp_path, _stack(1, 8123)).ports == {"orders-1:http": 8123}
    with pytest.raises(UsageError, match="share port 8123"):
        _chosen(tmp_path, _stack(1, 8123), {"orders": 2})
    ports = _chosen(tmp_path, _stack(2, 8123), isolated=True).ports
    assert 8123 not in ports.values()


def test_scaling_is_remembered_and_what_is_gone_is_not(tmp_path: Path) -> None:
    binding.remember(place(tmp_path), _chosen(tmp_path, _stack(), {"orders": 3, "gone": 2}))
    assert _chosen(tmp_path, _stack()).replicas == {"orders": 3}
    assert _chosen(tmp_path, _stack(), {"orders": 1}).replicas == {"orders": 1}


def test_a_password_lives_as_long_as_its_file(tmp_path: Path) -> None:
    drawn = _chosen(tmp_path, _stack()).secrets["password"]
    assert len(drawn) >= 24
    assert _chosen(tmp_path, _stack()).secrets["password"] != drawn
    (place(tmp_path).state / "secrets").mkdir()
    (place(tmp_path).state / "secrets" / "password").write_text("kept\n")
    assert _chosen(tmp_path, _stack()).secrets["password"] == "kept"


def test_what_another_checkout_chose_is_not_recalled_but_how_many_replicas(tmp_path: Path) -> None:
    binding.remember(place(tmp_path), _chosen(tmp_path, _stack(), {"orders": 2}))
    known = binding.recall(place(tmp_path, "shop-99999999"))
    assert (known.ports, known.replicas) == ({}, {"orders": 2})


@pytest.mark.parametrize("text", ["", "{}", '{"system_id": "x"'])
def test_a_broken_memory_is_none(tmp_path: Path, text: str) -> None:
    place(tmp_path).file(binding.FILE).write_text(text)
    assert binding.recall(place(tmp_path)).ports == {}


def test_a_taken_port_is_named_with_its_holder() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert not binding.is_free(port)
        error = binding.refuse_taken("gateway:http", port)
    assert f"port {port} of gateway is held by" in error.message
    assert "--isolated" in error.hint
    assert f"gateway: {{port: {port + 1}}}" in error.hint
    assert binding.is_free(port)
