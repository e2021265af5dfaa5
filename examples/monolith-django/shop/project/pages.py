"""What every page shows."""


def name_of_the_shop(request):
    """Above every page."""
    return {"shop": "The shop"}
