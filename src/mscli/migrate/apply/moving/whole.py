"""An application that goes along as a whole: how it is made, and the files beside its code."""

from __future__ import annotations

from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.needs.renaming import Home
from mscli.migrate.apply.moving.pages.told import Pages
from mscli.migrate.apply.moving.written import imports_of, shortened


def made_by(home: Home, shown: Pages) -> tuple[tuple[str, ...], str]:
    """How the application is made, with the new names of what moved."""
    if shown.made is None:
        return (), ""
    [code], names = shortened([shown.made])
    new = [(a, home.module(module) if ours else module, n, ours) for a, module, n, ours in names]
    return tuple(sorted(imports_of(new))), code


def files_beside(home: Home, shown: Pages, closing: Closing) -> dict[str, bytes]:
    """Other files, beside the code that they were beside."""
    places = {m.file.rpartition("/")[0]: home.file(m) for m in closing.project.modules}
    found: dict[str, bytes] = {}
    for path in shown.beside:
        folder = path.rpartition("/")[0]
        while folder not in places and folder:
            folder = folder.rpartition("/")[0]
        if folder in places:
            new = places[folder].rpartition("/")[0]
            inside = path.removeprefix(folder).lstrip("/")
            found[f"{new}/{inside}"] = (closing.sources.root / path).read_bytes()
    return found
