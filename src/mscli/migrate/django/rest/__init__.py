"""REST framework: viewsets, serializers, filters, and what is asked before a view."""
