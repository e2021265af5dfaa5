"""Pages: the templates that moved code renders, and all that they need."""
