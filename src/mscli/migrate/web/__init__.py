"""What Flask and FastAPI mean by code: routes, hooks, response models."""
