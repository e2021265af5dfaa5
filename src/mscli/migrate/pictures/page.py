"""The picture as one HTML file that needs nothing else: no network, no other file."""

from __future__ import annotations

import json

from mscli.errors import MscliError
from mscli.migrate.boundaries.document.document import as_document
from mscli.migrate.boundaries.propose import Proposal
from mscli.migrate.pictures.picture import picture
from mscli.migrate.pictures.svg import svg
from mscli.text.templates import find_template

TEMPLATE = "migrate/page.html"
DRAWING, DATA = "<!-- drawing -->", "/* data */ null"


def page(proposal: Proposal) -> str:
    """The text of the page: the drawing, and the whole document for the lists beside it."""
    found = find_template(TEMPLATE)
    if found is None:
        raise MscliError(f"the template {TEMPLATE} is missing", "install mscli again")
    whole = found.file.read_text(encoding="utf-8")
    # Inside <script> only `<` can do harm; the text of the code under analysis is not ours.
    data = json.dumps(as_document(proposal), ensure_ascii=False).replace("<", "\\u003c")
    data = data.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    before, _, after = whole.partition(DRAWING)
    return before + svg(picture(proposal)) + after.replace(DATA, data)
