"""What runs inside the monolith: put beside it as `mscli_trace`, and nothing else of us.

Only the standard library is used, and only what Python 3.9 has: the monolith's interpreter runs it.
Where it writes is told by the environment (`MSCLI_TRACE`: a folder).
"""

from __future__ import annotations


def install() -> None:
    """Watch Django, Flask, Starlette and SQLAlchemy: whichever is imported, now or later."""
    from . import databases, late, requests

    late.install({**requests.PATCHES, **databases.PATCHES})
