"""The admin site: its routes, its pages, its actions."""
