"""`mscli migrate apply`: a system in which the monolith runs as it is, and services beside it."""
