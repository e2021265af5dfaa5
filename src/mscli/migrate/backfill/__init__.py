"""Rows of a monolith's table carried into a service's own, while the monolith still writes."""
