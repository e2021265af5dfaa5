# Scaffolded by mscli: yours to change.
"""The database: tables, the repository, migrations."""
