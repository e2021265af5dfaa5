"""Templates of Django and Jinja: what showing a page reads, with the values that the view gave it."""
