"""What the analysis knows of a value, and how values are put together."""
