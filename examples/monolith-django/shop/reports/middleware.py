"""Counts every request in a table."""

from shop.reports.models import Visit


class VisitMiddleware:
    """A write on every request."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Before the view."""
        Visit.objects.create(path=request.path)
        return self.get_response(request)
