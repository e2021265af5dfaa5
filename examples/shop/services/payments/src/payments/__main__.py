# Scaffolded by mscli: yours to change.
"""Start the server; nothing else: `python -m payments`."""

import sys

from payments.app import create_app
from payments.settings import Settings
from payments.wiring.environment import read
from payments.wiring.logs import start_logs
from payments.wiring.server import serve


def main() -> int:
    """Run until SIGTERM or Ctrl-C; the exit code."""
    start_logs()
    settings = read(Settings)
    start_logs(settings.log_level)
    return serve(create_app(settings), settings.host, settings.port, settings.shutdown_grace)


if __name__ == "__main__":
    sys.exit(main())
