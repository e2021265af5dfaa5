"""docker, kind, k3d and minikube that only remember: for clusters that run no images anyway."""

from __future__ import annotations

from pathlib import Path

DOCKER = """#!/bin/sh
# An Engine: `built` has its images, one a line; a push goes to where the cluster's nodes pull from.
echo "docker $*" >> "{folder}/calls"
case "$1 $2" in
    "version "*) [ ! -f "{folder}/no-engine" ] || exit 1;;
    "image inspect") for each; do :; done; grep -qxF "$each" "{folder}/built" || exit 1;;
    "build --tag")
        [ -f "$4/Dockerfile" ] || {{ echo "no Dockerfile in $4" >&2; exit 1; }}
        if [ -f "{folder}/broken" ]; then
            echo 'ERROR: failed to solve: process "/bin/sh -c uv sync" did not complete: 1'
            exit 1
        fi
        echo "$3" >> "{folder}/built";;
    "push "*) echo "$2" >> "{folder}/loaded";;
    *) echo "docker $*: not known here" >&2; exit 64;;
esac
"""
LOADER = """#!/bin/sh
# Loads into the nodes what the Engine has built.
echo "$(basename "$0") $*" >> "{folder}/calls"
for each; do
    case "$each" in */*:*)
        grep -qxF "$each" "{folder}/built" || {{ echo "image $each not present" >&2; exit 1; }}
        echo "$each" >> "{folder}/loaded";;
    esac
done
"""


class Tools:
    """The programs in a folder that stands first on PATH, and what they were told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.programs = folder / "bin"
        self.programs.mkdir(parents=True)
        (folder / "built").touch()
        for name in ("docker", "kind", "k3d", "minikube"):
            program = self.programs / name
            program.write_text((DOCKER if name == "docker" else LOADER).format(folder=folder))
            program.chmod(0o755)

    def calls(self, beginning: str = "") -> list[str]:
        path = self.folder / "calls"
        lines = path.read_text().splitlines() if path.exists() else []
        return [line for line in lines if line.startswith(beginning)]
