"""The walk: what Python code may do, without running it; frameworks are read on the way."""
