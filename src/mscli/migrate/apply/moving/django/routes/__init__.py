"""Where a view's URL is declared, and what stands and falls with its application."""
