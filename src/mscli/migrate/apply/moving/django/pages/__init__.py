"""Pages of Django: engines, tags and filters, and the names of files."""
