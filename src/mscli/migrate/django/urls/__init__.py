"""URLs: routes, what handles each, routers, and the names that code knows them by."""
