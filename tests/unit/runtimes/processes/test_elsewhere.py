"""Files of the user's that a system needs."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mscli.errors import RuntimeFailed
from mscli.runtimes.processes.elsewhere import refuse_files


@pytest.mark.programs
def test_a_key_that_is_not_there_or_that_git_keeps_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "key"
    given = {"orders-secret-stripe-key": str(key)}
    with pytest.raises(RuntimeFailed, match=r"there is no file .*key, which orders-secret-stripe"):
        refuse_files(given)
    key.write_text("a key")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    refuse_files(given)
    subprocess.run(["git", "-C", str(tmp_path), "add", "key"], check=True)
    with pytest.raises(RuntimeFailed, match="is a secret, and git keeps it"):
        refuse_files(given)
    refuse_files({"temporal-ca": str(key)})
