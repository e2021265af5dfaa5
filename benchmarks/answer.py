"""A service as light as one can be: answers every request with 200. Run by `python -I -S`."""

import os
import socket

server = socket.create_server((os.environ.get("HOST", "127.0.0.1"), int(os.environ["PORT"])))
print("listening", flush=True)
while True:
    connection, _ = server.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
