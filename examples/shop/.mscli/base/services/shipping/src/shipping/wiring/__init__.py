# Merged by mscli: `mscli update` merges new versions into it.
"""The service's side of the system: settings, logs, health, metrics, traces, errors, calls.

Knows nothing of what the service is about, and imports none of its other rooms.
"""
