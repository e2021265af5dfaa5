"""Frozen data and no I/O: what the user declares (system), what runs (stack), what is written."""
