# Scaffolded by mscli: yours to change.
"""One table: which error of the domain is which problem (RFC 9457).

An error that is not here becomes a 500 and is logged with its traceback; the errors of calls to
other services bring their own status (`wiring/http.py`, where there are calls).
"""

from collections.abc import Mapping

from shipping.domain import NotDeliverable
from shipping.wiring.problems import Kind

PROBLEMS: Mapping[type[Exception], Kind] = {
    NotDeliverable: Kind(422, "Not deliverable"),
}
