"""Libraries that keep data or answer requests, and that are not read: said plainly, where and what.

Whoever reads the facts has to know that they are not all there. What is missing is missed by name.
"""

from __future__ import annotations

from collections.abc import Iterator

from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import Unresolved
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.values.values import Site
from mscli.wording import counted

MAPPERS = {
    "peewee": "Peewee", "pony": "PonyORM", "tortoise": "Tortoise ORM", "piccolo": "Piccolo",
    "ormar": "ormar", "edgy": "Edgy", "saffier": "Saffier", "orator": "Orator", "pydal": "pyDAL",
    "mongoengine": "MongoEngine", "beanie": "Beanie", "odmantic": "ODMantic", "umongo": "umongo",
    "motor": "Motor", "pynamodb": "PynamoDB", "redis_om": "Redis OM", "neomodel": "neomodel",
    "cassandra": "the Cassandra driver",
}  # fmt: skip
"""Packages whose classes are tables, by the name that is imported."""
ANSWERING = {
    "aiohttp.web.Application": "aiohttp", "starlette.applications.Starlette": "Starlette",
    "litestar.Litestar": "Litestar", "sanic.Sanic": "Sanic", "falcon.App": "Falcon",
    "falcon.asgi.App": "Falcon", "tornado.web.Application": "Tornado", "bottle.Bottle": "Bottle",
    "bottle.run": "Bottle", "pyramid.config.Configurator": "Pyramid", "robyn.Robyn": "Robyn",
    "connexion.App": "Connexion", "connexion.FlaskApp": "Connexion",
    "connexion.AsyncApp": "Connexion", "connexion.FlaskApi": "Connexion",
    "cherrypy.quickstart": "CherryPy", "cherrypy.tree.mount": "CherryPy",
    "blacksheep.Application": "BlackSheep", "ninja_extra.NinjaExtraAPI": "django-ninja-extra",
    "strawberry.Schema": "Strawberry (GraphQL)", "strawberry.federation.Schema":
    "Strawberry (GraphQL)", "graphene.Schema": "Graphene (GraphQL)",
    "ariadne.make_executable_schema": "Ariadne (GraphQL)", "sqladmin.Admin": "SQLAdmin",
    "starlette_admin.contrib.sqla.Admin": "Starlette-Admin", "channels.routing.URLRouter":
    "Channels", "socketio.AsyncServer": "Socket.IO", "socketio.Server": "Socket.IO",
    "flask_socketio.SocketIO": "Socket.IO",
}  # fmt: skip
"""What makes an application, or a part of one, that answers requests."""


def note(engine: Engine) -> tuple[str, ...]:
    """List what is not read, each at its place. Returns a warning for each library."""
    found: dict[str, list[Unresolved]] = {}
    for library, lost in (*_models(engine), *_answering(engine)):
        found.setdefault(library, []).append(lost)
    for library, name, site in _imported(engine):
        if library not in found:
            found[library] = [Unresolved("orm", f"{name}: what it keeps is not read", site)]
    engine.unresolved.update((lost, None) for each in found.values() for lost in each)
    return tuple(_warning(library, each) for library, each in sorted(found.items()))


def _warning(library: str, lost: list[Unresolved]) -> str:
    is_answering = lost[0].kind == "framework"
    missing = "the routes that it answers" if is_answering else "its tables, and who uses them,"
    first = min(each.site for each in lost)
    return (
        f"{first}: {library} is not read: {missing} are missing in all that follows"
        f" ({counted(len(lost), 'place')} not resolved)"
    )


def _models(engine: Engine) -> Iterator[tuple[str, Unresolved]]:
    for cls in engine.project.classes:
        if library := mapper_of(engine, cls):
            what = f"{cls.id}: a model of {library}, which is not read"
            yield library, Unresolved("orm", what, Site(cls.module.file, cls.node.lineno))


def mapper_of(engine: Engine, cls: ClassSymbol) -> str:
    """The mapper that is not read, and that a class is a model of."""
    roots = (name.partition(".")[0] for name in engine.outsiders(cls))
    return next((MAPPERS[root] for root in roots if root in MAPPERS), "")


def _answering(engine: Engine) -> Iterator[tuple[str, Unresolved]]:
    for call in engine.outside:
        if library := ANSWERING.get(call.name):
            what = f"{call.name}: {library} answers here, and is not read"
            yield library, Unresolved("framework", what, call.site)


def _imported(engine: Engine) -> Iterator[tuple[str, str, Site]]:
    own = {module.name.partition(".")[0] for module in engine.project.modules}
    for module in engine.project.modules:
        for name, line in module.import_lines:
            root = name.partition(".")[0]
            if root not in own and (library := MAPPERS.get(root)):
                yield library, name, Site(module.file, line)
