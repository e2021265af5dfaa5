"""Pictures: sound SVG, a page that asks nobody, names that cannot break out."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import combinations, permutations
from xml.etree import ElementTree

import pytest

from mscli.migrate.boundaries.propose import Proposal, propose
from mscli.migrate.pictures.mermaid import mermaid
from mscli.migrate.pictures.page import page
from mscli.migrate.pictures.picture import Arrow, Box, Picture, picture
from mscli.migrate.pictures.svg import svg
from mscli.migrate.scan import scan
from tests.unit.migrate.test_examples import ROOT

EVIL = '</script><img src=x onerror="alert(1)">&'


@pytest.fixture(scope="module")
def proposal() -> Proposal:
    return propose(scan(ROOT / "examples" / "monolith-django"))


@pytest.fixture(scope="module")
def evil(proposal: Proposal) -> Proposal:
    boundaries = proposal.boundaries
    tables = {**boundaries.tables, EVIL: "orders"}
    return replace(proposal, boundaries=replace(boundaries, tables=tables))


def test_arrows_sum_up_what_is_cut_between_two_services(proposal: Proposal) -> None:
    arrows = {(a.source, a.target): a for a in picture(proposal).arrows}
    dearest = arrows["orders", "catalogue"]
    assert dearest.transactions == 2
    assert dearest.cost == max(a.cost for a in arrows.values())


def test_mermaid_draws_a_box_a_service_and_a_thick_arrow_where_a_transaction_is_split(
    proposal: Proposal,
) -> None:
    lines = mermaid(picture(proposal)).splitlines()
    assert lines[0] == "flowchart LR"
    assert sum("[" in line for line in lines) == 4
    assert '  s4 == "24.6, splits 2" ==> s3' in lines


def test_mermaid_escapes_names(evil: Proposal) -> None:
    assert "<img" not in mermaid(picture(evil))


def test_svg_is_sound_and_names_every_service(evil: Proposal) -> None:
    drawn = ElementTree.fromstring(svg(picture(evil)))
    texts = [node.text for node in drawn.iter("{http://www.w3.org/2000/svg}text")]
    for name in ("1. reports", "2. accounts", "3. catalogue", "4. orders"):
        assert name in texts


def test_boxes_do_not_lie_on_one_another(proposal: Proposal) -> None:
    drawn = ElementTree.fromstring(svg(picture(proposal)))
    boxes = [
        tuple(float(node.attrib[key]) for key in ("x", "y", "width", "height"))
        for node in drawn.iter("{http://www.w3.org/2000/svg}rect")
        if node.attrib.get("class") == "box"
    ]
    assert len(boxes) == 4
    for n, (x, y, w, h) in enumerate(boxes):
        for x2, y2, w2, h2 in boxes[n + 1 :]:
            assert x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y


def test_every_arrow_ends_at_the_border_of_a_box(proposal: Proposal) -> None:
    drawn = svg(picture(proposal))
    boxes = [
        tuple(map(float, found))
        for found in re.findall(
            r'"box" x="([\d.]+)" y="([\d.]+)" width="(\d+)" height="([\d.]+)"', drawn
        )
    ]
    heads = re.findall(r'stroke-width="0" d="M([\d.]+) ([\d.]+)', drawn)
    assert len(heads) == len(picture(proposal).arrows)
    for x, y in (map(float, head) for head in heads):
        beside = [
            max(left - x, x - left - width, top - y, y - top - height)
            for left, top, width, height in boxes
        ]
        assert 0 <= min(beside) <= 3, (x, y)


def test_picture_and_page_are_dark_where_the_reader_wants_it(proposal: Proposal) -> None:
    dark = "prefers-color-scheme: dark"
    assert dark in svg(picture(proposal))
    assert page(proposal).count(dark) == 2
    assert not re.search(r"(?:fill|background|stroke): *#", page(proposal))


def test_the_page_needs_no_network(proposal: Proposal) -> None:
    whole = page(proposal)
    assert not re.search(r"""(?:src|href)\s*=|@import|url\((?!#)|fetch\(""", whole)
    assert set(re.findall(r"https?://[^\"' <]*", whole)) == {"http://www.w3.org/2000/svg"}


def test_the_page_holds_the_document_and_nothing_breaks_out_of_it(evil: Proposal) -> None:
    whole = page(evil)
    data = re.search(r"const data = (.*);\n", whole)
    assert data is not None
    assert EVIL in json.loads(data[1])["services"]["orders"]["tables"]
    assert "<img" not in whole
    assert whole.count("</script>") == 1


def test_boxes_do_not_overlap_however_many_there_are() -> None:
    for count in (3, 5, 9, 12, 14, 16, 20, 25, 40):
        boxes = tuple(
            Box(f"s{place}", tuple("abcdefghi"), (), (), place) for place in range(1, count + 1)
        )
        drawn = ElementTree.fromstring(svg(Picture(boxes, ())))
        places = [
            tuple(float(node.attrib[side]) for side in ("x", "y", "width", "height"))
            for node in drawn.iter("{http://www.w3.org/2000/svg}rect")
            if node.get("class") == "box"
        ]
        assert len(places) == count
        for (x, y, width, height), (x2, y2, width2, height2) in combinations(places, 2):
            beside = x + width <= x2 or x2 + width2 <= x
            assert beside or y + height <= y2 or y2 + height2 <= y, count


def test_of_a_crowd_of_arrows_only_the_dear_ones_are_labelled() -> None:
    boxes = tuple(Box(f"s{n}", ("t",), (), (), n) for n in range(1, 12))
    pairs = permutations(range(1, 12), 2)
    arrows = tuple(
        Arrow(f"s{one}", f"s{other}", 100.0 if one == 1 else 1.0, 0, ()) for one, other in pairs
    )
    drawn = svg(Picture(boxes, arrows))
    assert drawn.count(">100</text>") == 10
    assert ">1</text>" not in drawn
