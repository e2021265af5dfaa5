"""Statements: bodies in their order, what they bind, branches and what decides them."""
