"""Flask: blueprints and whole applications that move."""
