# Scaffolded by mscli: yours to change.
"""Sagas that are running now must go on when the code of the workflow has changed.

`histories.jsonl` holds histories of sagas as Temporal recorded them. They are replayed against the
workflow as it is now: if it would decide anything else, the change needs `workflow.patched`. Add
a history of your own: `temporal workflow show --workflow-id ID --output json`.
"""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from orders.wiring.saga_workflow import SagaWorkflow

HISTORIES = Path(__file__).with_name("histories.jsonl")


async def replay() -> int:
    """How many histories were replayed; raises for one that would go another way."""
    replayer = Replayer(
        workflows=[SagaWorkflow],
        workflow_runner=UnsandboxedWorkflowRunner(),
        data_converter=pydantic_data_converter,
    )
    lines = HISTORIES.read_text(encoding="utf-8").splitlines()[1:]
    for line in lines:
        recorded = json.loads(line)
        await replayer.replay_workflow(WorkflowHistory.from_json(recorded["id"], recorded))
    return len(lines)


def test_recorded_sagas_go_the_same_way_as_they_did() -> None:
    # A process of its own, which ends at once: Temporal's client may abort an interpreter's end.
    ran = subprocess.run([sys.executable, __file__], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) >= 1


if __name__ == "__main__":
    try:
        sys.stdout.write(str(asyncio.run(replay())))
        code = 0
    except Exception as error:
        sys.stderr.write(f"{type(error).__name__}: {error}")
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
