# Scaffolded by mscli: yours to change.
"""The orders service of shop."""
