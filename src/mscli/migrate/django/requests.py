"""A request that comes in: the same one for whoever answers it, so that contexts stay few."""

from __future__ import annotations

from mscli.migrate.walk.values import Made, Site, Value

REQUEST: Value = (Made("django.http.HttpRequest", Site("", 0), ()),)
