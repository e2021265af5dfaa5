"""Figures."""

from django.db import connection
from django.http import JsonResponse
from django.views.decorators.http import require_GET

SALES = """
    SELECT p.name, SUM(l.count) FROM order_lines l
    JOIN products p ON p.id = l.product_id GROUP BY p.name ORDER BY p.name
"""


@require_GET
def sales(request):
    """Raw SQL across orders and catalogue."""
    with connection.cursor() as cursor:
        cursor.execute(SALES)
        rows = cursor.fetchall()
    return JsonResponse({"sales": [{"product": name, "count": count} for name, count in rows]})
