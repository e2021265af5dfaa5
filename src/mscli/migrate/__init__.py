"""From a monolith to microservices: `scan` reads a Python application and says what is in it."""
