"""Who takes traces in place of Jaeger, whose image the tests do not have: it tells whose they are.

It runs in a container, and needs nothing but the standard library.
"""

import gzip
import http.server
import re
import sys
import threading

TRACES, PAGE = 4318, 16686


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        names = re.findall(rb"(?s)service\.name\x12.\n.([a-z-]+)", body)
        sys.stdout.write(f"{self.path} {b' '.join(sorted(set(names))).decode()}\n")
        sys.stdout.flush()
        self._answer(b"")

    def do_GET(self) -> None:
        self._answer(b"traces")

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


for port in (TRACES, PAGE):
    server = http.server.ThreadingHTTPServer(("", port), Handler)
    threading.Thread(target=server.serve_forever).start()
