"""What is written: the modules of a project, their names and imports. Nothing is evaluated."""
