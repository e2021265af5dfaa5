# Scaffolded by mscli: yours to change.
"""Every environment variable of the service, typed, with defaults for a laptop.

A secret may come as a file: `<VAR>_FILE` names one that holds the value. The calls' variables
(`CALL_<NAME>_...`) are read by `wiring/calls.py` where a service has calls, and `OTEL_*` by
OpenTelemetry itself.
"""

from pydantic import Field, SecretStr

from orders.wiring.environment import Environment, LogLevel


class Settings(Environment):
    """What the environment says; made once, in `__main__`, and passed on."""

    service_name: str = "orders"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    log_level: LogLevel = "INFO"
    shutdown_grace: float = Field(default=10.0, ge=0, description="seconds for requests in flight")
    database_url: SecretStr = SecretStr("postgresql://orders@127.0.0.1:5432/orders")
