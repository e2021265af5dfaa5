"""Moving code by symbol: what a handler needs, and the same code in another package."""
