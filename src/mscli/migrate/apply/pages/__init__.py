"""Pages of moved routes: templates go along, with all that they extend, include and need."""
