"""Django: routes, views, pages and settings that move."""
