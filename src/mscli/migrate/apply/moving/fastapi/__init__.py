"""FastAPI: routers, what is around them and what starts up with them."""
