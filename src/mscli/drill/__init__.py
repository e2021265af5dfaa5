"""Drills: a running system broken on purpose, and judged when it is quiet again."""
