"""`mscli new service` against Copier's own API, same template, same answers, one process.

    python benchmarks/scaffold.py [--rounds N]

Prints the smallest time of each and their ratio (goal: at most 2), both for Copier as its API is
called by default and for Copier kept from asking git about every file, as mscli calls it.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import copier
from plumbum import local

from mscli import systemfile
from mscli.scaffold.answers import answers_of
from mscli.scaffold.services import NewService, new_service
from mscli.scaffold.systems import new_system
from mscli.text.templates import built_in

WANTED = NewService("orders", database="postgres", calls=("payments",), routes=("/orders",))


def shop(folder: Path) -> Path:
    """A system with one service, which `orders` will call."""
    root = folder / "shop"
    new_system(root, "shop")
    new_service(root, NewService("payments"))
    return root


def seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def time_of_mscli(pattern: Path, scratch: Path) -> float:
    """The whole operation: lock, edit, checks, rendering, journal, fsync, renames, ledger."""
    root = scratch / "system"
    shutil.copytree(pattern, root)
    spent = seconds(lambda: new_service(root, WANTED))
    shutil.rmtree(root)
    return spent


def time_of_copier(answers: dict[str, object], scratch: Path, *, with_git: bool) -> float:
    destination = scratch / "service"
    source = str(built_in() / "service-python")
    with nullcontext() if with_git else local.env(PATH=""):
        spent = seconds(
            lambda: copier.run_copy(
                source, destination, data=answers, defaults=True, overwrite=True, quiet=True
            )
        )
    shutil.rmtree(destination)
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        pattern = shop(scratch)
        done = scratch / "done"
        shutil.copytree(pattern, done)
        changes = new_service(done, WANTED).changes
        system = systemfile.read(done / "mscli.yaml").system
        answers = answers_of(system, system.services["orders"])
        mscli, plain, bare = [], [], []
        for _ in range(rounds):
            mscli.append(time_of_mscli(pattern, scratch))
            plain.append(time_of_copier(answers, scratch, with_git=True))
            bare.append(time_of_copier(answers, scratch, with_git=False))
    ours, theirs, fastest = min(mscli), min(plain), min(bare)
    print(f"files written                   {len(changes)}")
    print(f"mscli new service (in process)  {ours * 1000:7.1f} ms")
    print(f"copier.run_copy                 {theirs * 1000:7.1f} ms   ratio {ours / theirs:.2f}")
    print(f"copier.run_copy without git     {fastest * 1000:7.1f} ms   ratio {ours / fastest:.2f}")


if __name__ == "__main__":
    main()
