"""A request that comes in, and its answer: the same for all handlers, so that contexts stay few."""

from __future__ import annotations

from mscli.migrate.walk.values.values import Made, Site, Value

RESPONSE: Value = (Made("django.http.HttpResponse", Site("", 0), ()),)
REQUEST: Value = (Made("django.http.HttpRequest", Site("", 0), ()),)
