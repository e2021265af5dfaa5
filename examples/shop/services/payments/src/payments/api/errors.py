# Scaffolded by mscli: yours to change.
"""One table: which error of the domain is which problem (RFC 9457).

An error that is not here becomes a 500 and is logged with its traceback; the errors of calls to
other services bring their own status (`wiring/http.py`, where there are calls).
"""

from collections.abc import Mapping

from payments.domain import AuthorisationNotFound, CardDeclined, IdempotencyKeyReused
from payments.wiring.problems import Kind

PROBLEMS: Mapping[type[Exception], Kind] = {
    AuthorisationNotFound: Kind(404, "Authorisation not found"),
    CardDeclined: Kind(402, "Card declined"),
    IdempotencyKeyReused: Kind(409, "Idempotency key reused"),
}
