"""Gets the source distribution of a package, for a wheel has no tests.

pip builds what it downloads; so the indexes that it is configured for are asked for the file alone.
"""

from __future__ import annotations

import hashlib
import html
import re
import subprocess
import sys
import tarfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urldefrag, urljoin

USUAL = "https://pypi.org/simple"
CONFIGURED = re.compile(r"^.*\b(?:extra-)?index-url='(.*)'$", re.M)
LINK = re.compile(r"""<a\b[^>]*\bhref=["']([^"']+)["']""", re.I)
PATIENCE = 300


def sdist(package: str, version: str, place: Path) -> Path:
    """The folder of an unpacked source distribution; it is downloaded once for a place."""
    folder = place / f"{package}-{version}"
    if not folder.exists():
        address = _address(package, version)
        archive = _downloaded(address, place)
        unpacked = place / f"{folder.name}.unpacked"
        with tarfile.open(archive) as inside:
            inside.extractall(unpacked, filter="data")
        next(unpacked.iterdir()).rename(folder)
        unpacked.rmdir()
        archive.unlink()
    return folder


def _indexes() -> list[str]:
    """Those of pip's configuration, and the public one."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [*(one for line in CONFIGURED.findall(told) for one in line.split()), USUAL]


def _address(package: str, version: str) -> str:
    wanted = re.compile(
        re.sub(r"[-_.]+", "[-_.]+", package) + "-" + re.escape(version) + r"\.(tar\.gz|tgz)", re.I
    )
    for index in _indexes():
        for address in _links(f"{index.rstrip('/')}/{re.sub(r'[-_.]+', '-', package).lower()}/"):
            if wanted.fullmatch(urldefrag(address).url.rpartition("/")[2]):
                return address
    sys.exit(f"{package} {version} has no source distribution in {', '.join(_indexes())}")


def _links(page: str) -> Iterator[str]:
    try:
        with urllib.request.urlopen(page, timeout=PATIENCE) as answer:
            text = answer.read().decode()
    except OSError:
        return  # an index that does not know the package
    for link in LINK.findall(text):
        yield urljoin(page, html.unescape(link))


def _downloaded(address: str, place: Path) -> Path:
    plain, told = urldefrag(address)
    with urllib.request.urlopen(plain, timeout=PATIENCE) as answer:
        content = answer.read()
    name, _, wanted = told.partition("=")
    if name in hashlib.algorithms_available and hashlib.new(name, content).hexdigest() != wanted:
        sys.exit(f"{plain} is not what its index says: {name} differs")
    place.mkdir(parents=True, exist_ok=True)
    archive = place / plain.rpartition("/")[2]
    archive.write_bytes(content)
    return archive
