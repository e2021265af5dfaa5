"""What Django and REST framework mean by code: models, routes, views, forms, admin."""
