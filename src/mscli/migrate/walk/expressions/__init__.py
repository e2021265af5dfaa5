"""Expressions: what each may be."""
