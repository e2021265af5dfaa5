# Scaffolded by mscli migrate apply: yours to change.
"""Code of the monolith shop, moved as it is."""
