"""Rendered trees on the disk, and what the real tools make of them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from mscli.model.environments import LOCAL
from mscli.render import committed_bindings, render_files
from tests.systems import SYSTEMS, keep_keys

Object = dict[str, Any]
Objects = dict[tuple[str, str], Object]


class OneKey(yaml.CSafeLoader):
    """A reader that refuses a key that is there twice."""


def _mapping(loader: OneKey, node: yaml.MappingNode) -> object:
    keys = [key.value for key, _ in node.value]
    assert len(set(keys)) == len(keys), f"twice in line {node.start_mark.line}: {keys}"
    return loader.construct_mapping(node, deep=True)


OneKey.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def write(name: str, folder: Path) -> Path:
    """The trees of one of the tests' systems, with secrets."""
    (folder / "certs").mkdir()
    (folder / "certs/ca.pem").write_text("a certificate")
    keep_keys(SYSTEMS[name], folder)
    for target in ("kubernetes", "helm"):
        for file in render_files(SYSTEMS[name], target, committed_bindings(SYSTEMS[name], {})):
            path = folder / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.content)
    for script in ("kubernetes/overlays/local/secrets", "helm/secrets"):
        subprocess.run(["sh", folder / script / "generate.sh"], check=True, env={"HOME": folder})
    return folder


def environments(name: str) -> list[str]:
    return list(dict.fromkeys((LOCAL, "production", *SYSTEMS[name].environments)))


def kustomized(folder: Path) -> Objects:
    """What kubectl builds of a folder."""
    return _objects(_ran("kubectl", "kustomize", str(folder)))


def charted(chart: Path, *values: str) -> Objects:
    """What Helm makes of a chart."""
    return _objects(_ran("helm", "template", "release", str(chart), *values))


def linted(chart: Path) -> str:
    return _ran("helm", "lint", "--strict", str(chart))


def _ran(program: str, *arguments: str) -> str:
    beside = Path(sys.executable).with_name(program)
    found = str(beside) if beside.exists() else shutil.which(program)
    assert found, f"there is no {program}: run scripts/setup.sh dev and scripts/helm.sh"
    done = subprocess.run([found, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def _objects(text: str) -> Objects:
    listed = [each for each in yaml.load_all(text, OneKey) if each]
    found = {(each["kind"], each["metadata"]["name"]): each for each in listed}
    assert len(found) == len(listed), "two objects of one name"
    return found


def pods(objects: Objects) -> dict[tuple[str, str], Object]:
    """Every pod's template, by the object that makes it."""
    kinds = ("Deployment", "StatefulSet", "Job")
    return {name: each["spec"]["template"] for name, each in objects.items() if name[0] in kinds}


def containers(pod: Object) -> list[Object]:
    return [*pod["spec"].get("initContainers", ()), *pod["spec"]["containers"]]


_HASH = re.compile(r"-[a-z0-9]{10}$")


@cache
def plain(name: str) -> str:
    """The name of a Secret without what Kustomize puts after it."""
    return _HASH.sub("", name)
