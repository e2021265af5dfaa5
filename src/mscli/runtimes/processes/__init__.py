"""The `processes` runtime: real engines and services as processes of this machine, no Docker.

supervisord holds the processes, a guard beside it ends or restarts them, and the rooms here decide
order, readiness and what has to change. Importing this package costs nothing: `ps` and `logs` do.
"""
