"""`python -m inside ABOUT FOLDER SECONDS`: starts an application, writes what it knows of it."""

from __future__ import annotations

import importlib
import json
import random
import resource
import sys
from pathlib import Path

import mscli_trace

from inside.asked import ASKED
from inside.executed import EXECUTED

resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
random.seed(0)
about = json.loads(Path(sys.argv[1]).read_text())
folder, about["seconds"] = Path(sys.argv[2]), float(sys.argv[3])
EXECUTED.watch([*about.get("folders", about["own"]), "project"])
mscli_trace.install()
ASKED.watch()
reader = importlib.import_module(f"inside.of_{about['framework']}")
(folder / "registry.json").write_text(json.dumps(reader.take(about, folder)))
(folder / "executed.json").write_text(json.dumps(EXECUTED.told()))
