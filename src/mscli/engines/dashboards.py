"""A door to the pages that engines have for people, where nothing but the gateway is published.

It is Traefik, as the gateway is, with a host for each engine: browsers know that every name below
`localhost` is this machine.
"""

from __future__ import annotations

from collections.abc import Iterable

from mscli.model.kinds import Kind, Probe
from mscli.model.stack import Address, Config, Engine, Listen, Mounted, Port, Tree, Workload

NAME = PROFILE = "dashboards"


def door(engines: Iterable[Workload]) -> Workload:
    """`http://ENGINE.localhost:8090` for each of the engines that has a page.

    It comes with every engine that has to be asked for, too.
    """
    shown = [(engine, port) for engine in engines for port in engine.ports if port.page]
    pages: list[Tree] = [
        {"name": engine.name, "url": Address(engine.name, port.name, scheme="http")}
        for engine, port in shown
    ]
    others = [profile for engine, _ in shown for profile in engine.profiles]
    return Workload(
        name=NAME,
        kind=Kind.ENGINE,
        program=Engine("traefik", "traefik"),
        arguments=(
            ("--entryPoints.http.address=", Listen("http")),
            ("--entryPoints.admin.address=", Listen("admin")),
            *("--ping=true", "--ping.entryPoint=admin"),
            ("--providers.file.filename=", Mounted("routes.yml")),
            *("--global.checkNewVersion=false", "--global.sendAnonymousUsage=false"),
            *("--log.format=json", "--log.level=WARN"),
        ),
        ports=(Port("http", 8090, public=True), Port("admin", 8091)),
        configs=(Config("routes.yml", "engines/dashboards/routes.yml.jinja", {"pages": pages}),),
        probe=Probe("http", "admin", "/ping", startup=30),
        profiles=(PROFILE, *others),
    )
