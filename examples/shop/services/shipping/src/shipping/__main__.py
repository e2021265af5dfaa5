# Scaffolded by mscli: yours to change.
"""Start the server; nothing else: `python -m shipping`."""

import sys

from shipping.app import create_app
from shipping.settings import Settings
from shipping.wiring.environment import read
from shipping.wiring.logs import start_logs
from shipping.wiring.server import serve


def main() -> int:
    """Run until SIGTERM or Ctrl-C; the exit code."""
    start_logs()
    settings = read(Settings)
    start_logs(settings.log_level)
    return serve(create_app(settings), settings.host, settings.port, settings.shutdown_grace)


if __name__ == "__main__":
    sys.exit(main())
