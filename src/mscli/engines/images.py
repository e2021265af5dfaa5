"""The engines' images, and what has to be known of them to run them hardened.

None of them runs as root, and none writes anywhere but to its volume and what `writable` names.
References: https://hub.docker.com/_/postgres, https://hub.docker.com/_/nats,
https://hub.docker.com/_/traefik, https://github.com/temporalio/cli (Docker),
https://www.jaegertracing.io/docs/latest/getting-started/.
"""

from __future__ import annotations

from collections.abc import Mapping

from mscli.engines.catalogue import CATALOGUE
from mscli.model.stack import Image

NOBODY = "10001:10001"
"""A user that no image knows; the one of the generated services, too."""

IMAGES: Mapping[str, Image] = {
    "traefik": Image(CATALOGUE["traefik"].image, NOBODY, config="/etc/traefik"),
    "postgres": Image(
        CATALOGUE["postgres"].image,
        "999:999",
        config="/docker-entrypoint-initdb.d",
        data="/var/lib/postgresql",
        owns_data=True,
        check=(
            *("pg_isready", "--quiet", "--host", "127.0.0.1"),
            *("--username", "postgres", "--dbname", "postgres"),
        ),
        writable=("/var/run/postgresql",),
    ),
    "nats": Image(CATALOGUE["nats"].image, NOBODY, config="/etc/nats", data="/var/lib/nats"),
    "temporal": Image(
        CATALOGUE["temporal"].image,
        "1000:1000",
        data="/var/lib/temporal",
        check=("/temporal", "operator", "cluster", "health", "--address", "127.0.0.1:7233"),
    ),
    "jaeger": Image("cr.jaegertracing.io/jaegertracing/jaeger:2.15.0", NOBODY),
    # Hands a new volume over to who writes to it, where the engine's image cannot.
    "busybox": Image("busybox:1.35", "0:0"),
}
