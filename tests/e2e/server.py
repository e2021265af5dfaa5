"""A service in another style: one file of the standard library that keeps the contract's variables.

`MODE` makes it misbehave: `exit` ends at once, `never` is never ready, `stubborn` ignores SIGTERM
and leaves a grandchild in a session of its own, `chatty` writes a numbered line now and then,
`flood` writes more than a log file holds.
"""

import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request

MODE = os.environ.get("MODE", "")


class Handler(http.server.BaseHTTPRequestHandler):
    """Says who answers; `/call/NAME/PATH` asks a called service and hands its answer on."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if MODE == "never" and self.path == "/readyz":
            self._answer(503, {})
        elif self.path.startswith("/call/"):
            _, _, name, path = self.path.split("/", 3)
            url = os.environ[f"CALL_{name.upper()}_URL"]
            with urllib.request.urlopen(f"{url}/{path}", timeout=5) as answer:
                self._answer(answer.status, json.load(answer))
        else:
            self._answer(200, {"replica": os.environ["MSCLI_PROCESS"], "pid": os.getpid()})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.do_GET()

    def _answer(self, status: int, document: object) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing a request."""


class Server(http.server.ThreadingHTTPServer):
    """A listener with room for a burst."""

    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """A caller that closes early is no news."""


def chatter() -> None:
    """A numbered line, ten a second."""
    number = 0
    while True:
        number += 1
        say(json.dumps({"time": _now(), "level": "INFO", "message": f"line {number}"}))
        time.sleep(0.1)


def say(line: str) -> None:
    """A line, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + f".{int(time.time() % 1 * 1000):03}Z"


def main() -> None:
    if MODE == "exit":
        sys.exit("the cellar is flooded")
    server = Server((os.environ["HOST"], int(os.environ["PORT"])), Handler)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    if MODE == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        subprocess.Popen(["sleep", "600"], start_new_session=True)
    if MODE == "flood":
        for number in range(300_000):
            sys.stdout.write(f"drop {number} {'~' * 60}\n")
    if MODE == "chatty":
        threading.Thread(target=chatter, daemon=True).start()
    say(f"serving {os.environ.get('GREETING', 'nobody')}")
    server.serve_forever(poll_interval=0.02)


if __name__ == "__main__":
    main()
