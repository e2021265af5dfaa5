"""Templates of Django and Jinja: what showing a page reads, with what its view gave it."""
