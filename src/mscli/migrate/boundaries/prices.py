"""The price of each kind of severed edge, in points; docs/migrate.md shows the table."""

from __future__ import annotations

SCRIPT = 0.25
"""Of the price for what only a command does: it may go on running in the monolith meanwhile."""
PRICES = {
    "transaction atomic": 8.0,
    "transaction commit": 8.0,
    "transaction request": 3.0,
    "transaction cascade": 4.0,
    "transaction signal": 3.0,
    "transaction script": 2.0,
    "foreign-key": 2.0,
    "foreign-key cascade": 3.0,
    "foreign-key inheritance": 6.0,
    "foreign-key many-to-many": 3.0,
    "foreign-key generic": 1.0,
    "join": 4.0,
    "write": 3.0,
    "read": 1.0,
    "ambient": 3.0,
    "import": 0.1,
}
