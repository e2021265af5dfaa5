"""What is refused before a cluster, or a file, is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.checkouts import Checkout
from tests.e2e.kubernetes.conftest import World
from tests.e2e.kubernetes.systems import trio
from tests.ports import free_port

pytestmark = [pytest.mark.e2e, pytest.mark.patient, pytest.mark.kubernetes]


@pytest.fixture
def checkout(world: World, tmp_path: Path) -> Checkout:
    return trio(tmp_path / "trio", free_port(), world.environment)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--runtime", "kubernetes"], 2, "no cluster was named for this system"),
        (["--context", "kind-fake"], 2, "--context needs --runtime kubernetes"),
        (["--runtime", "docker", "--registry", "r"], 2, "nothing that the runtime docker knows"),
        (["--runtime", "kubernetes", "--context", "nowhere"], 5, "there is no context nowhere"),
        (["--runtime", "kubernetes", "--except", "front"], 2, "--except is not in this version"),
        (["front", "--runtime", "kubernetes", "--context", "kind-fake"], 2, "runs all of a system"),
    ],
    ids=[
        "no context",
        "no runtime",
        "another runtime",
        "vanished",
        "not in this version",
        "a part",
    ],
)
def test_it_is_one_clear_error_and_nothing_is_written(
    checkout: Checkout, arguments: list[str], code: int, said: str
) -> None:
    assert said in checkout.up(*arguments, code=code).err
    assert not (checkout.folder / "kubernetes").exists()
    assert not (checkout.folder / "compose.yaml").exists()
