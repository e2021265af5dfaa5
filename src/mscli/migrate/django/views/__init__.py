"""Views: functions and classes, what guards them, and those that come with Django."""
