"""Requests recorded at the gateway, replayed to a monolith and to the service that replaces it."""
