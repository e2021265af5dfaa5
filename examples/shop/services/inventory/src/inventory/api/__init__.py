# Scaffolded by mscli: yours to change.
"""HTTP: routes, schemas, and the table that maps errors to problems."""
