# Scaffolded by mscli: yours to change.
"""The worker that runs the sagas, a process of its own: `python -m orders.worker`."""

from orders.sagas import QUEUE, SAGAS
from orders.settings import Settings
from orders.wiring.environment import read
from orders.wiring.logs import start_logs
from orders.wiring.saga_worker import create_worker, end
from orders.wiring.server import serve


def main() -> None:
    """Run until SIGTERM or Ctrl-C."""
    start_logs()
    settings = read(Settings)
    start_logs(settings.log_level)
    app = create_worker(settings.service_name, QUEUE, SAGAS)
    end(serve(app, settings.host, settings.port, settings.shutdown_grace))


if __name__ == "__main__":
    main()
