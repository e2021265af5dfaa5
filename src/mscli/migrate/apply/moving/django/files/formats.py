"""Django's formats of one's own, which it looks for by language below packages that settings name.

Where it finds none it has others, and says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from mscli.migrate.apply.moving.django.settings.settings import Settings
from mscli.migrate.apply.moving.needs.renaming import Home
from mscli.migrate.walk.project.index import Project

SETTING, LAST = "FORMAT_MODULE_PATH", "formats"


def packages(settings: Settings) -> list[str]:
    """The packages that are named: one, or some."""
    said = settings.values.get(SETTING)
    return [said] if isinstance(said, str) else list(map(str, settings.listed(SETTING)))


def modules(project: Project, settings: Settings) -> Iterator[str]:
    """The modules of the project that Django looks for: `shop.formats.de.formats`."""
    named = packages(settings)
    for module in project.modules:
        *above, _, last = ["", "", *module.name.split(".")]
        if last == LAST and ".".join(filter(None, above)) in named:
            yield module.name


def kept(home: Home, project: Project, settings: Settings) -> dict[str, object]:
    """The setting with the new names of packages that moved, if it is set."""
    named = packages(settings)
    ours = {name for each in modules(project, settings) for name in named if each.startswith(name)}
    return {SETTING: [home.module(n) if n in ours else n for n in named]} if named else {}
