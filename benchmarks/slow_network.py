"""A TCP proxy on loopback that delays both directions: a far server, on one machine."""

import asyncio
import contextlib
import threading


class SlowNetwork:
    """Forward a free port of 127.0.0.1 to `port`, each direction `delay` seconds later."""

    def __init__(self, port, delay):
        self.target, self.delay = port, delay
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def __enter__(self):
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _serve(self):
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        await self._stop.wait()
        server.close()

    async def _connect(self, reader, writer):
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(self._carry(reader, far_writer), self._carry(far_reader, writer))

    async def _carry(self, reader, writer):
        """Pass on what is read, in order, `delay` later; reading goes on meanwhile."""
        queue = asyncio.Queue()
        sender = asyncio.create_task(self._send(queue, writer))
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(1 << 16):
                queue.put_nowait((self._loop.time() + self.delay, data))
        queue.put_nowait((self._loop.time() + self.delay, b""))
        await sender

    async def _send(self, queue, writer):
        with contextlib.suppress(ConnectionError):
            while True:
                due, data = await queue.get()
                await asyncio.sleep(due - self._loop.time())
                if not data:
                    break
                writer.write(data)
                await writer.drain()
        writer.close()
