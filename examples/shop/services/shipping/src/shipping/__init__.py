# Scaffolded by mscli: yours to change.
"""The shipping service of shop."""
