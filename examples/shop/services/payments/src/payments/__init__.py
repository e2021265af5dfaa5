# Scaffolded by mscli: yours to change.
"""The payments service of shop."""
