"""A monolith behind the gateway that services replace route by route (Fowler's strangler fig)."""
