"""Which names of headers and fields speak of a credential, however they are spelt."""

from __future__ import annotations

import itertools
import re

ALWAYS = frozenset(
    {"apikey", "credential", "credentials", "cvc", "cvv", "iban", "jwt", "passphrase", "passwd",
     "password", "passwords", "pwd", "secret", "secrets"}
)  # fmt: skip
IN_HEADERS = ALWAYS | {"auth", "authorization", "cookie", "csrftoken", "session", "sessionid"}
KEYS = frozenset({"access", "api", "app", "auth", "client", "private", "secret", "subscription"})
"""What a key is of that is a credential: an idempotency key is none."""
TOKENS_OF_PAGES = frozenset({"continuation", "cursor", "next", "page", "prev", "previous", "sync"})
"""What a token is of that is none."""
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def in_header(name: str) -> bool:
    """`Authorization`, `X-Token`, `X-Session-Id`, `Ocp-Apim-Subscription-Key`."""
    return _is_secret(name, IN_HEADERS)


def in_field(name: str) -> bool:
    """`password2`, `newPassword`, `access_token`, `csrfmiddlewaretoken`, `cardNumber`."""
    return _is_secret(name, ALWAYS)


def _is_secret(name: str, always: frozenset[str]) -> bool:
    words = [word.lower() for word in _WORD.findall(name)]
    pairs = set(itertools.pairwise(words))
    return (
        not always.isdisjoint(words)
        or ("card", "number") in pairs
        or any(word == "key" and before in KEYS for before, word in pairs)
        or (_has_token(words) and TOKENS_OF_PAGES.isdisjoint(words))
    )


def _has_token(words: list[str]) -> bool:
    return any(word in ("token", "csrfmiddlewaretoken", "csrftoken") for word in words)
