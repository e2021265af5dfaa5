# Scaffolded by mscli: yours to change.
"""The inventory service of shop."""
