"""A pipeline for the system's own repository: lint, tests, `render --check`, images, the system on
Compose with its end-to-end tests, and a scan of the images.

What it does is in scripts, which run on any machine; a provider's file only calls them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mscli.model.system import System
from mscli.scaffold.copying import Produced
from mscli.scaffold.editing import editing
from mscli.scaffold.placing import Outcome
from mscli.scaffold.rendering import place_target
from mscli.text.render import render

PROVIDERS = {"github": ".github/workflows/system.yml", "gitlab": ".gitlab-ci.yml"}
"""Where each provider looks for a pipeline."""
_SCRIPTS = ("check", "services", "system", "scan")
_TESTS = "tests/system/test_system.py"


def new_pipeline(root: Path, provider: str, version: str, *, dry_run: bool = False) -> Outcome:
    """Write the pipeline of `provider`, which installs mscli `version`.

    compose.yaml comes with it where there is none yet, for the system is tested on it. Files that
    are there already are left alone.
    """
    with editing(root, lambda text: text, dry_run=dry_run) as change:
        place_target(change.placing, change.system, "compose")
        files = _files(root, change.system, provider, version)
        change.placing.place("", files, lambda _: "scaffolded")
        return change.close()


def _files(root: Path, system: System, provider: str, version: str) -> Iterator[Produced]:
    overrides = root / ".mscli" / "templates"
    context = {
        "name": system.name,
        "port": system.gateway.port,
        "requirement": f"mscli=={version}",
    }
    sources = {
        PROVIDERS[provider]: f"ci/{provider}.yml.jinja",
        _TESTS: "ci/tests/test_system.py.jinja",
        **{f"ci/{name}.sh": f"ci/{name}.sh.jinja" for name in _SCRIPTS},
    }
    for path, template in sources.items():
        text = render(template, context, overrides if overrides.is_dir() else None)
        yield Produced(path, text.encode(), path.endswith(".sh"))
