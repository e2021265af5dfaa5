"""Tables and relations of Django's models, and of packages that add some."""
