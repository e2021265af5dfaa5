"""Patterns of the names that a system file may use."""

from __future__ import annotations

LONGEST_NAME = 40
NAME_PATTERN = r"^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$"
"""A DNS label (RFC 1035) of at most 40 characters."""

ENV_PATTERN = r"^[A-Za-z_][A-Za-z0-9_]*$"
"""A portable name of an environment variable (POSIX)."""
