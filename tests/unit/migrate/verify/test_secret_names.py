"""Which names of headers and fields are those of credentials."""

from __future__ import annotations

import pytest

from mscli.migrate.verify.secret_names import in_field, in_header


@pytest.mark.parametrize(
    "name",
    [
        "authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key",
        "x-auth-token", "x-csrf-token", "x-csrftoken", "x-xsrf-token", "x-token", "token",
        "x-session-id", "ocp-apim-subscription-key", "apikey", "x-access-key", "private-token",
    ],
)  # fmt: skip
def test_headers_that_let_somebody_in(name: str) -> None:
    assert in_header(name)


@pytest.mark.parametrize(
    "name",
    ["idempotency-key", "x-request-id", "author", "x-hub-signature", "accept", "x-keyboard"],
)
def test_headers_that_do_not(name: str) -> None:
    assert not in_header(name)


@pytest.mark.parametrize(
    "name",
    [
        "password", "password1", "new_password2", "oldPassword", "PASSWORD", "passwd", "pwd",
        "secret", "clientSecret", "token", "access_token", "refreshToken", "csrfmiddlewaretoken",
        "api_key", "apiKey", "apikey", "card_number", "cardNumber", "cvc", "cvv", "iban", "IBAN",
        "id_token", "csrf_token", "jwt",
    ],
)  # fmt: skip
def test_fields_that_are_not_kept(name: str) -> None:
    assert in_field(name)


@pytest.mark.parametrize(
    "name",
    ["name", "key", "tokens", "page_token", "nextPageToken", "author", "session", "secretary", ""],
)
def test_fields_that_are_kept(name: str) -> None:
    assert not in_field(name)
