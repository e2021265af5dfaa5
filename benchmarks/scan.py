"""What `mscli migrate scan` takes beside Python's own parser, on the same files.

    .venv/bin/python benchmarks/scan.py FOLDER [--rounds 3]

The folder holds a monolith. Whole processes in turns, each by its own processor time and its own
most memory: one parses the files that a scan reads and keeps their trees, the other scans. It is
fair because nobody can tell what code does without its trees. The goals are those of every scan:
150,000 lines in 60 s, so 400 microseconds a line, and less than 1 GB.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from measure import compile_bytecode, environment, in_turns, load, program, verdict
from mscli.migrate import sources

SCAN, PARSE = "mscli migrate scan", "ast.parse"
PARSING = """
import ast, sys
kept = [ast.parse(open(name, "rb").read()) for name in sys.stdin.read().split("\\n")]
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    compile_bytecode(Path(__file__).parents[1] / "src")
    found = sources.read(options.folder)
    lines = sum(source.lines for source in found.files)
    names = "\n".join(str(options.folder / source.path) for source in found.files)
    most: dict[str, list[float]] = {SCAN: [], PARSE: []}

    def measured(way: str, *command: str, given: str = "") -> float:
        seconds, memory = _of_process(command, given)
        most[way].append(memory)
        return seconds

    taken = in_turns(
        {
            SCAN: lambda: measured(SCAN, program("mscli"), "migrate", "scan", str(options.folder)),
            PARSE: lambda: measured(PARSE, sys.executable, "-c", PARSING, given=names),
        },
        options.rounds,
    )
    print(f"{lines} lines, {load()}")
    for way in taken.values:
        print(f"{way:20} {taken.least(way):6.1f} s of processor, {median(most[way]):5.0f} MB")
    print(f"time to {PARSE}: {taken.ratio(SCAN, PARSE):.1f}")
    print(f"memory to {PARSE}: {median(most[SCAN]) / median(most[PARSE]):.2f}")
    print(f"a line: {verdict(taken.least(SCAN) / lines * 1e6, 400, ' us')}")
    print(f"memory: {verdict(median(most[SCAN]), 1000, ' MB')}")


def _of_process(command: Sequence[str], given: str) -> tuple[float, float]:
    """Seconds of processor and the most megabytes of a process."""
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment()
    )
    assert process.stdin is not None
    process.stdin.write(given.encode())
    process.stdin.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000


if __name__ == "__main__":
    main()
