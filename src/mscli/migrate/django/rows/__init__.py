"""What rows and queries do to tables, and who may have them."""
