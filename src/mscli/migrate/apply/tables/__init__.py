"""Tables with their columns, types and constraints, read from models and written as migrations."""
