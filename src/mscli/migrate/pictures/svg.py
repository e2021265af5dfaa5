"""The picture as SVG: services on a circle in the order of extraction, arrows as thick as dear."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from xml.sax.saxutils import escape

from mscli.migrate.pictures.picture import Arrow, Box, Picture
from mscli.wording import counted

WIDTH, LINE, PAD, SHOWN, LONGEST, GAP = 200, 15, 10, 7, 26, 30
CROWD, DEAR = 40, 0.1
"""Of more arrows than this only those are labelled that cost this share of the dearest."""
ASIDE = 7
"""How far an arrow is from the line between two centres, on the other side of which is another."""
RING = 12
"""Of more boxes than this every third stands on an inner ring."""
STYLE = """\
  svg { --paper: #ffffff; --edge: #4a5568; --ink: #1a202c; --soft: #718096; --line: #a0aec0;
    --split: #c53030; --ground: #f7fafc }
  @media (prefers-color-scheme: dark) {
    svg { --paper: #1f2733; --edge: #a0aec0; --ink: #edf2f7; --soft: #a0aec0; --line: #64748b;
      --split: #fc8181; --ground: #141a22 }
  }
  .ground { fill: var(--ground) }
  .box { fill: var(--paper); stroke: var(--edge); stroke-width: 1.2 }
  .name { font: bold 14px system-ui, sans-serif; fill: var(--ink) }
  .item { font: 11px ui-monospace, monospace; fill: var(--ink) }
  .count { font: 11px system-ui, sans-serif; fill: var(--soft) }
  .arrow { stroke: var(--line); fill: var(--line) }
  .split { stroke: var(--split); fill: var(--split) }
  .cost { font: 11px system-ui, sans-serif; fill: var(--ink); text-anchor: middle }
  .halo { stroke: var(--ground); stroke-width: 7; paint-order: stroke }
"""

OPENING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
    ' width="{width}" height="{height}">'
)
BOX = '<rect class="box" x="{:.1f}" y="{:.1f}" width="{}" height="{:.1f}" rx="6"/>'


@dataclass(frozen=True, slots=True)
class Placed:
    """A box with its centre and height."""

    box: Box
    x: float
    y: float
    height: float


def svg(shown: Picture) -> str:
    """The text of the file; red arrows split a transaction."""
    placed = _placed(shown.boxes)
    width = max((p.x + WIDTH / 2 for p in placed.values()), default=100) + 30
    height = max((p.y + p.height / 2 for p in placed.values()), default=60) + 30
    dearest = max((arrow.cost for arrow in shown.arrows), default=1.0)
    parts = [
        OPENING.format(width=round(width), height=round(height)),
        f"<style>\n{STYLE}</style>",
        '<rect class="ground" width="100%" height="100%"/>',
        *(_arrow(arrow, placed, dearest) for arrow in reversed(shown.arrows)),
        *(_cost(arrow, placed) for arrow in _labelled(shown.arrows, dearest)),
        *(_box(p) for p in placed.values()),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _labelled(arrows: tuple[Arrow, ...], dearest: float) -> tuple[Arrow, ...]:
    if len(arrows) <= CROWD:
        return arrows
    return tuple(arrow for arrow in arrows if arrow.cost >= DEAR * dearest)


def _placed(boxes: tuple[Box, ...]) -> dict[str, Placed]:
    """Rings as small as they can be without one box over another."""
    across = 260.0
    while True:
        found = _rings(boxes, across)
        if not any(_overlap(one, other) for one, other in combinations(found, 2)):
            return {placed.box.name: placed for placed in found}
        across *= 1.1


def _rings(boxes: tuple[Box, ...], across: float) -> list[Placed]:
    inner = [box for box in boxes[1::3] if len(boxes) > RING]
    outer = [box for box in boxes if box not in inner]
    down, top = across * 0.85, max(map(_height, boxes), default=0.0) / 2 + 30
    found = []
    for ring, share in ((outer, 1.0), (inner, 0.5)):
        for place, box in enumerate(ring):
            angle = 2 * math.pi * place / len(ring) - math.pi / 2
            x = 30 + WIDTH / 2 + across * (1 + share * math.cos(angle))
            y = top + down * (1 + share * math.sin(angle))
            found.append(Placed(box, x, y, _height(box)))
    return found


def _overlap(one: Placed, other: Placed) -> bool:
    apart = abs(one.x - other.x), abs(one.y - other.y) - (one.height + other.height) / 2
    return apart[0] < WIDTH + GAP and apart[1] < GAP


def _lines(box: Box) -> list[str]:
    more = len(box.tables) - SHOWN
    return [*box.tables[:SHOWN], *([f"... {more} more"] if more > 0 else [])]


def _height(box: Box) -> float:
    return 2 * PAD + LINE * (len(_lines(box)) + 2) + 4


def _box(placed: Placed) -> str:
    box, left = placed.box, placed.x - WIDTH / 2
    top = placed.y - placed.height / 2
    lines = [
        "<g>" + BOX.format(left, top, WIDTH, placed.height),
        _text("name", left + PAD, top + PAD + 12, f"{box.place}. {box.name}"),
    ]
    y = top + PAD + 12
    for line in _lines(box):
        y += LINE
        short = line if len(line) <= LONGEST else f"{line[: LONGEST - 3]}..."
        lines.append(_text("item", left + PAD, y, short))
    counts = f"{counted(len(box.routes), 'route')}, {counted(len(box.jobs), 'job')}"
    lines.append(_text("count", left + PAD, y + LINE, counts) + "</g>")
    return "\n".join(lines)


def _text(kind: str, x: float, y: float, text: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'


def _ends(arrow: Arrow, placed: dict[str, Placed]) -> tuple[float, float, float, float]:
    """Where an arrow leaves one box and meets the other, a little aside from its counterpart."""
    one, other = placed[arrow.source], placed[arrow.target]
    dx, dy = other.x - one.x, other.y - one.y
    length = math.hypot(dx, dy) or 1.0
    aside = -dy / length * ASIDE, dx / length * ASIDE
    return *_border(one, (dx, dy), aside), *_border(other, (-dx, -dy), aside)


def _border(
    placed: Placed, way: tuple[float, float], aside: tuple[float, float]
) -> tuple[float, float]:
    """Where the ray that begins `aside` of the centre leaves the box."""
    halves = WIDTH / 2 + 2, placed.height / 2 + 2
    steps = zip(halves, way, aside, strict=True)
    scale = min((math.copysign(half, d) - a) / d for half, d, a in steps if d)
    return placed.x + aside[0] + way[0] * scale, placed.y + aside[1] + way[1] * scale


def _arrow(arrow: Arrow, placed: dict[str, Placed], dearest: float) -> str:
    """A line, and a head at its end that is wider than the line."""
    x1, y1, x2, y2 = _ends(arrow, placed)
    kind = "arrow split" if arrow.transactions else "arrow"
    width = 1 + 6 * arrow.cost / dearest
    length = math.hypot(x2 - x1, y2 - y1) or 1.0
    ahead, half = (x2 - x1) / length, 3 + width / 2
    down, head = (y2 - y1) / length, min(2 * half, length)
    x, y = x2 - ahead * head, y2 - down * head
    left, right = (x - down * half, y + ahead * half), (x + down * half, y - ahead * half)
    between = f'data-between="{arrow.source} {arrow.target}"'
    return (
        f'<path class="{kind}" {between} stroke-width="{width:.1f}"'
        f' d="M{x1:.1f} {y1:.1f} L{x:.1f} {y:.1f}"/>\n'
        f'<path class="{kind}" {between} stroke-width="0" d="M{x2:.1f} {y2:.1f}'
        f' L{left[0]:.1f} {left[1]:.1f} L{right[0]:.1f} {right[1]:.1f} z"/>'
    )


def _cost(arrow: Arrow, placed: dict[str, Placed]) -> str:
    x1, y1, x2, y2 = _ends(arrow, placed)
    x, y = x1 + (x2 - x1) * 0.4, y1 + (y2 - y1) * 0.4
    text = _text("cost halo", x, y + 4, f"{arrow.cost:g}")
    return text.replace("<text", f'<text data-between="{arrow.source} {arrow.target}"', 1)
