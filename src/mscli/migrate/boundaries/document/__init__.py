"""`boundaries.yaml` and what a person at a terminal sees of it: written, and read again."""
