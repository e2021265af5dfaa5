"""Edits of a route's shares in mscli.yaml: text -> text, as in edits.py."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mscli.errors import MscliError
from mscli.model.system import Share
from mscli.systemfile import entries
from mscli.systemfile.places import Place, did_you_mean, quoted


def share_route(text: str, path: str, shares: Iterable[Share]) -> str:
    """Give the services of the route at `path` these shares; a path without a route gets one.

    What the route says of other services stays.
    """
    shares = tuple(shares)
    document = entries.document(text)
    for share in shares:
        entries.must_have(entries.mapping(document, "services"), share.service)
    key = _key(document, path)
    if key is None:
        return _new(text, path, shares)
    place: Place = ("routes", key)
    route = document["routes"][key]
    if not isinstance(route, dict):
        return entries.replace(text, place, {"to": _written(shares, "strip")})
    default = route.get("prefix", "strip")
    if not isinstance(route.get("to"), dict):
        text = entries.insert(text, place, "to", _written(shares, default))
        return entries.delete(text, (*place, "service"))
    for share in shares:
        text = _changed(text, (*place, "to"), route["to"], share, default)
    return text


def drop_share(text: str, path: str, service: str) -> str:
    """Forget a service that gets nothing of a route; a route of one service says so plainly."""
    document = entries.document(text)
    key = _key(document, path)
    if key is None:
        near = did_you_mean(path, [written for written, _ in entries.routes(document)])
        raise MscliError(f"no route {quoted(path)}", near)
    place: Place = ("routes", key)
    route = document["routes"][key]
    to = route.get("to") if isinstance(route, dict) else None
    if not isinstance(to, dict) or service not in to:
        near = did_you_mean(service, to or ())
        raise MscliError(f"route {quoted(path)} has no share for {quoted(service)}", near)
    left = [name for name in to if name != service]
    if not left:
        raise MscliError(
            f"{quoted(service)} is all that the route {quoted(path)} has",
            f"remove the route: mscli rm route {path}",
        )
    if len(left) > 1:
        return entries.delete(text, (*place, "to", service))
    only = to[left[0]]
    prefix = only.get("prefix") if isinstance(only, dict) else None
    text = entries.insert(text, place, "service", left[0])
    text = entries.delete(text, (*place, "to"))
    if prefix and "prefix" in route:
        return entries.replace(text, (*place, "prefix"), prefix)
    return entries.insert(text, place, "prefix", prefix) if prefix else text


def leave_route(text: str, path: str, service: str) -> str:
    """Take a service out of a route of which it gets nothing."""
    document = entries.document(text)
    key = _key(document, path)
    to = document["routes"][key]["to"] if key is not None else {}
    share = to.get(service)
    if share.get("percent") if isinstance(share, dict) else share:
        raise MscliError(
            f"service {quoted(service)} has a share of the route {quoted(path)}",
            f"give it to another first: mscli migrate route {path} --to OTHER",
        )
    return drop_share(text, path, service)


def _key(document: dict[str, Any], path: str) -> int | str | None:
    """Where the route at `path` stands in the list or mapping; a slash at its end says nothing."""
    for written, (key, _) in entries.routes(document):
        if written.rstrip("/") == path.rstrip("/"):
            return key
    return None


def _new(text: str, path: str, shares: tuple[Share, ...]) -> str:
    prefixes = {share.prefix for share in shares}
    kept = {"prefix": "keep"} if prefixes == {"keep"} else {}
    default = "keep" if kept else "strip"
    route = {"to": _written(shares, default), **kept}
    if isinstance(entries.document(text).get("routes"), dict):
        return entries.insert(text, ("routes",), path, route)
    return entries.insert(text, ("routes",), None, {"path": path, **route})


def _written(shares: Iterable[Share], default: str) -> dict[str, Any]:
    return {share.service: _share(share, default) for share in shares}


def _share(share: Share, default: str) -> object:
    if share.prefix == default:
        return share.percent
    return {"percent": share.percent, "prefix": share.prefix}


def _changed(text: str, place: Place, to: dict[str, Any], share: Share, default: str) -> str:
    """The text with one share as it is meant, and not a byte changed where it is so already."""
    here: Place = (*place, share.service)
    if share.service not in to:
        return entries.insert(text, place, share.service, _share(share, default))
    old = to[share.service]
    if not isinstance(old, dict):
        meant = _share(share, default)
        return text if meant == old else entries.replace(text, here, meant)
    if old.get("percent") != share.percent:
        text = entries.replace(text, (*here, "percent"), share.percent)
    if old.get("prefix", default) == share.prefix:
        return text
    if "prefix" in old:
        return entries.replace(text, (*here, "prefix"), share.prefix)
    return entries.insert(text, here, "prefix", share.prefix)
