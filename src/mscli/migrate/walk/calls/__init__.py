"""Calls: what is given, who is called, and what Python itself does on the way."""
