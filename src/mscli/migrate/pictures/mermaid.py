"""The picture as a Mermaid flowchart, which GitHub and many wikis draw."""

from __future__ import annotations

from mscli.migrate.pictures.picture import Arrow, Box, Picture
from mscli.wording import counted

SHOWN = 8


def mermaid(shown: Picture) -> str:
    """The text of the chart; a thick arrow splits a transaction."""
    lines = ["flowchart LR"]
    ids = {box.name: f"s{box.place}" for box in shown.boxes}
    lines += [f'  {ids[box.name]}["{_label(box)}"]' for box in shown.boxes]
    lines += [f"  {ids[a.source]} {_arrow(a)} {ids[a.target]}" for a in shown.arrows]
    return "\n".join(lines) + "\n"


def _label(box: Box) -> str:
    tables = [*box.tables[:SHOWN], *(["..."] if len(box.tables) > SHOWN else [])]
    counts = f"{counted(len(box.routes), 'route')}, {counted(len(box.jobs), 'job')}"
    return "<br/>".join([f"<b>{box.place}. {box.name}</b>", *map(_safe, tables), counts])


def _arrow(arrow: Arrow) -> str:
    label = f"{arrow.cost:g}"
    if arrow.transactions:
        return f'== "{label}, splits {arrow.transactions}" ==>'
    return f'-- "{label}" -->'


def _safe(text: str) -> str:
    """Mermaid's own escapes, for names of tables that come from anywhere."""
    for sign, escape in (("#", "#35;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;")):
        text = text.replace(sign, escape)
    return text
