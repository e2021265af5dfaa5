"""Durations as every reader takes them: a decimal number, never with an exponent."""

from __future__ import annotations

from decimal import Decimal


def decimal_text(seconds: float) -> str:
    """`seconds` to the last digit, such as `2`, `0.25` or `1234567`."""
    text = format(Decimal(repr(float(seconds))), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
