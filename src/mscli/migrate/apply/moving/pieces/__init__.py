"""A module in pieces: its statements, what each binds and uses, and what stays of it."""
