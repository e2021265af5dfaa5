# Merged by mscli: `mscli update` merges new versions into it.
"""Where Temporal is, and how this service proves who it is.

The variables are those that Temporal's own programs and SDKs read
(https://docs.temporal.io/develop/environment-configuration), and a key may come as a file.
"""

import asyncio
from pathlib import Path
from typing import Self

from pydantic import FilePath, SecretStr, model_validator
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import TLSConfig

from .environment import Environment, read


class TemporalSettings(Environment):
    """`TEMPORAL_...`; a certificate, a CA or a key for the API turns TLS on."""

    address: str = "127.0.0.1:7233"
    namespace: str = "default"
    api_key: SecretStr | None = None
    tls: bool = False
    tls_server_ca_cert_path: FilePath | None = None
    tls_server_name: str | None = None
    tls_client_cert_path: FilePath | None = None
    tls_client_key_path: FilePath | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.tls_client_cert_path is None) is not (self.tls_client_key_path is None):
            raise ValueError("a client certificate and its key go together")
        return self

    def transport(self) -> TLSConfig | bool:
        """What the client is told of TLS; False without it."""
        paths = (self.tls_server_ca_cert_path, self.tls_client_cert_path, self.tls_client_key_path)
        if not (self.tls or self.api_key or self.tls_server_name or any(paths)):
            return False
        authority, certificate, key = (_content(path) for path in paths)
        return TLSConfig(
            server_root_ca_cert=authority,
            domain=self.tls_server_name,
            client_cert=certificate,
            client_private_key=key,
        )


def _content(path: Path | None) -> bytes | None:
    return None if path is None else path.read_bytes()


def settings() -> TemporalSettings:
    """What the environment says."""
    return read(TemporalSettings, "TEMPORAL_")


async def connect(known: TemporalSettings, *, lazy: bool) -> Client:
    """A client; a lazy one connects when it is first used."""
    return await Client.connect(
        known.address,
        namespace=known.namespace,
        api_key=known.api_key.get_secret_value() if known.api_key else None,
        tls=await asyncio.to_thread(known.transport),
        data_converter=pydantic_data_converter,
        lazy=lazy,
    )
