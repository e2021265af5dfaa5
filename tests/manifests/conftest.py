"""Every system of the tests, rendered once, and what kubectl and Helm make of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.manifests import trees
from tests.manifests.trees import Objects
from tests.systems import SYSTEMS

CASES = [(name, environment) for name in SYSTEMS for environment in trees.environments(name)]


class Written:
    """The trees of the systems, each written when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[tuple[str, str], Objects] = {}

    def folder(self, name: str) -> Path:
        folder = self._folder / name
        if not folder.exists():
            folder.mkdir()
            trees.write(name, folder)
            for seals in folder.glob("kubernetes/overlays/*/sealed-secrets"):
                _seal(seals)
        return folder

    def kustomized(self, name: str, environment: str) -> Objects:
        if (name, environment) not in self._known:
            overlay = self.folder(name) / "kubernetes/overlays" / environment
            self._known[name, environment] = trees.kustomized(overlay)
        return self._known[name, environment]

    def charted(self, name: str, environment: str) -> Objects:
        chart = self.folder(name) / "helm"
        return trees.charted(chart, "-f", str(chart / values_of(environment)))


def values_of(environment: str) -> str:
    return "values.yaml" if environment == "local" else f"values-{environment}.yaml"


def _seal(folder: Path) -> None:
    """What kubeseal would have made: seal.sh needs a cluster."""
    script = (folder / "seal.sh").read_text()
    (folder / "sealed").mkdir()
    for name in [line.split()[1] for line in script.splitlines() if line.startswith("seal ")]:
        text = f"apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {{name: {name}}}\n"
        (folder / "sealed" / f"{name}.yaml").write_text(text + "spec: {}\n")


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return Written(tmp_path_factory.mktemp("manifests"))


@pytest.fixture(params=CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def case(request: pytest.FixtureRequest) -> tuple[str, str]:
    chosen: tuple[str, str] = request.param
    return chosen


@pytest.fixture
def objects(case: tuple[str, str], written: Written) -> Objects:
    """Everything of one system in one environment, as kubectl builds it."""
    return written.kustomized(*case)
