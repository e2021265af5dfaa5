"""A light service that keeps connections open and says in a header who it is: `python -I -S`."""

import asyncio
import os

ANSWER = (
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n"
    f"X-Service: {os.environ['MSCLI_PROCESS']}\r\n\r\n" + '{"id": 12345}'
).encode()


class Server(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        heads = sum(data.count(b" /" + path) for path in (b"orders/7 HTTP", b"readyz HTTP"))
        self.transport.write(ANSWER * heads)


async def main() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Server, os.environ["HOST"], int(os.environ["PORT"]))
    await server.serve_forever()


asyncio.run(main())
