"""Clients that flood, lie about lengths, send nothing, read nothing, while a well-behaved producer and consumer go on."""

import contextlib
import os
import pathlib
import random
import socket
import struct
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness.azud import Azud, wait_until  # noqa: E402
from harness.kafka_wire import Client, batch, connect, fetch_request, produce_request  # noqa: E402

KAFKA_CONNECTIONS_MAX = 700
REQUEST_BYTES_MAX = 4 << 20
IDLE_MS = 3000
WEB_CONNECTIONS_MAX = 300
CONFIGURATION = f"""
name: hostile
topics:
  good: {{partitions: 1}}
  bulk: {{partitions: 1}}
broker:
  max.connections: {KAFKA_CONNECTIONS_MAX}
  socket.request.max.bytes: {REQUEST_BYTES_MAX}
  connections.max.idle.ms: {IDLE_MS}
ingress: {{max_connections: {WEB_CONNECTIONS_MAX}}}
web: {{max_connections: {WEB_CONNECTIONS_MAX}}}
"""
MEMORY_GROWTH_MAX = 600 << 20  # 256 MiB of answers that slow readers do not take, twice while they are made, and some


class WellBehaved(threading.Thread):
    """Produces and reads back, one record after the other, over connections that it opened before the trouble."""

    def __init__(self, azud):
        super().__init__(daemon=True)
        self._producer, self._consumer = Client(azud.kafka), Client(azud.kafka)
        self._stops = threading.Event()
        self.done = 0
        self.error = None

    def run(self):
        try:
            while not self._stops.wait(0.005):
                value = b"good %d" % self.done
                error, offset = self._producer.produce("good", value)
                if error:
                    raise AssertionError(f"produce answered {error}")
                error, _, records = self._consumer.fetch("good", offset)
                if error or records[:1] != [(offset, value)]:
                    raise AssertionError(f"fetch at {offset} answered {error}, {records[:1]}")
                self.done += 1
        except Exception as error:  # pylint: disable=broad-except
            self.error = error

    def stop(self):
        self._stops.set()
        self.join(30)
        self._producer.close()
        self._consumer.close()


def is_closed(sock, seconds=10):
    """True if the other side has closed; what it still sends is read over."""
    sock.settimeout(seconds)
    try:
        while sock.recv(1 << 16):
            pass
        return True
    except (ConnectionResetError, BrokenPipeError):
        return True
    except TimeoutError:
        return False


class HostileNetwork(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="azud-hostile-")
        home = pathlib.Path(cls.folder.name)
        configuration = home / "azud.yaml"
        configuration.write_text(CONFIGURATION)
        cls.azud = Azud("serve", "--config", str(configuration)).start(60)

    @classmethod
    def tearDownClass(cls):
        cls.azud.stop()
        cls.azud.close()
        cls.folder.cleanup()

    def setUp(self):
        self.good = WellBehaved(self.azud)
        self.good.start()
        self.sockets = contextlib.ExitStack()
        self.addCleanup(self.sockets.close)

    def tearDown(self):
        before = self.good.done
        wait_until(lambda: self.good.error or self.good.done > before + 5, 20, "the well-behaved client's going on")
        self.good.stop()
        self.assertIsNone(self.good.error)
        self.assertIsNone(self.azud.process.poll(), "azud is there")

    def open(self, address, seconds=10, receive_bytes=None):
        return self.sockets.enter_context(contextlib.closing(connect(address, seconds, receive_bytes)))

    def memory(self):
        with open(f"/proc/{self.azud.pid()}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) << 10 for line in status if line.startswith("VmRSS"))

    def flood(self, address, count):
        """Opens `count` connections; how many of them azud has closed at once."""
        opened = []
        for _ in range(count):
            opened.append(self.open(address))

        def closed():
            gone = 0
            for sock in opened:
                sock.setblocking(False)
                try:
                    gone += sock.recv(1) == b""
                except BlockingIOError:
                    pass
                except OSError:
                    gone += 1
            return gone
        return closed

    def test_a_flood_beyond_the_limit_is_turned_away(self):
        for address, limit in ((self.azud.kafka, KAFKA_CONNECTIONS_MAX), (self.azud.ingress, WEB_CONNECTIONS_MAX),
                               (self.azud.web, WEB_CONNECTIONS_MAX)):
            with self.subTest(address=address):
                closed = self.flood(address, limit + 500)
                wait_until(lambda closed=closed: closed() >= 500, 20, "the closing of connections beyond the limit")
                self.sockets.close()
                wait_until(lambda address=address: self.takes(address), 20, "room for new connections")

    def takes(self, address):
        """True if a new connection stays open."""
        with contextlib.closing(connect(address)) as sock:
            return not is_closed(sock, 0.2)

    def test_impossible_lengths_close_the_connection(self):
        for length in (-1, -2**31, 2**31 - 1, REQUEST_BYTES_MAX + 1):
            sock = self.open(self.azud.kafka)
            sock.sendall(struct.pack(">i", length) + b"x" * 100)
            self.assertTrue(is_closed(sock), length)

    def test_an_announced_request_takes_no_memory_before_it_comes(self):
        before = self.memory()
        for _ in range(300):
            self.open(self.azud.kafka).sendall(struct.pack(">i", REQUEST_BYTES_MAX) + b"\0\0\0\3")
        self.assertLess(self.memory() - before, 200 << 20)

    def test_idle_connections_are_closed(self):
        sock = self.open(self.azud.kafka)
        self.assertTrue(is_closed(sock, IDLE_MS / 1000 * 5))

    def test_random_bytes_do_no_harm(self):
        dice = random.Random(7)
        for address in (self.azud.kafka, self.azud.ingress, self.azud.web):
            for _ in range(150):
                with contextlib.closing(connect(address)) as sock, contextlib.suppress(OSError):
                    noise = dice.randbytes(dice.randrange(1, 3000))
                    if dice.random() < 0.5:  # a frame of a length that fits, so that the noise is looked at
                        noise = struct.pack(">ihh", len(noise) + 4, dice.randrange(0, 70), dice.randrange(0, 14)) + noise
                    sock.sendall(noise)
        for text in (b"GET / HTTP/1.1\r\n" + b"a" * 100_000, b"POST /topics/ENTRY/messages HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                     b"GET /\0 HTTP/9.9\r\n\r\n", b"POST /topics/ENTRY/messages HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"):
            for address in (self.azud.ingress, self.azud.web):
                sock = self.open(address)
                with contextlib.suppress(OSError):
                    sock.sendall(text)
                self.assertTrue(is_closed(sock, 20), text[:60])

    def test_headers_that_never_end(self):
        for address in (self.azud.ingress, self.azud.web):
            slow = [self.open(address) for _ in range(50)]
            for sock in slow:
                sock.sendall(b"GET /api/status HTTP/1.1\r\nHost: x\r\nX-Slow: ")

            def all_closed(slow=slow):
                for sock in slow:
                    with contextlib.suppress(OSError):
                        sock.sendall(b"a")  # a byte now and then is no progress
                return all(is_closed(sock, 0.001) for sock in slow)
            wait_until(all_closed, 25, "the end of requests whose headers never end", 0.5)

    def test_a_client_that_goes_in_the_middle_of_a_produce(self):
        whole = produce_request("bulk", batch(b"y" * 200_000))
        for part in (3, 4, 20, len(whole) // 2, len(whole) - 1, len(whole)):
            for _ in range(10):
                with contextlib.closing(connect(self.azud.kafka)) as sock:
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # goes with a reset
                    sock.sendall(whole[:part])
        client = Client(self.azud.kafka)
        error, end, _ = client.fetch("bulk", 0, 100)
        client.close()
        self.assertEqual(error, 0)
        self.assertLessEqual(end, 10 + self.filled)

    filled = 0

    def test_slow_readers_do_not_fill_the_memory(self):
        client = Client(self.azud.kafka)
        large = batch(os.urandom(900_000))
        for _ in range(60):
            self.assertEqual(client.produce_batch("bulk", large)[0], 0)
        HostileNetwork.filled += 60
        client.close()
        before = self.memory()
        for _ in range(60):
            sock = self.open(self.azud.kafka, receive_bytes=4096)
            for correlation in range(3):
                sock.sendall(fetch_request("bulk", 0, 50 << 20, correlation=correlation))
        highest = 0
        for _ in range(60):
            done = self.good.done
            wait_until(lambda done=done: self.good.error or self.good.done > done + 1, 20, "the well-behaved client")
            highest = max(highest, self.memory())
        self.assertLess(highest - before, MEMORY_GROWTH_MAX)

    def test_screens_that_never_read_do_not_fill_the_memory(self):
        hello = ("GET /api/live HTTP/1.1\r\nHost: {0}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").format(self.azud.web)
        subscribe = b'{"op":"subscribe","id":"a","query":{"source":"messages","topic":"bulk","limit":200}}'
        masked = bytes([0x81, 0x80 | len(subscribe)]) + b"\0\0\0\0" + subscribe
        reader = self.open(self.azud.web)
        reader.sendall(hello.encode() + masked)
        seen = b""
        while b'"snapshot"' not in seen:
            seen += reader.recv(1 << 16)
            self.assertNotIn(b'"error"', seen)
        before = self.memory()
        for _ in range(100):
            sock = self.open(self.azud.web, receive_bytes=4096)
            sock.sendall(hello.encode())
            self.assertIn(b"101", sock.recv(100))
            sock.sendall(masked)
        client = Client(self.azud.kafka)
        large = batch(os.urandom(100_000))
        for _ in range(100):
            self.assertEqual(client.produce_batch("bulk", large)[0], 0)
        client.close()
        HostileNetwork.filled += 100
        self.assertLess(self.memory() - before, MEMORY_GROWTH_MAX)


if __name__ == "__main__":
    unittest.main()
