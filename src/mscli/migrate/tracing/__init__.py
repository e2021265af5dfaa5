"""What a running monolith does to its tables: seen while its own tests run, and only when asked."""
