"""What SQLAlchemy means by code: mapped classes, relations, sessions, statements."""
