"""What the hostile tests share: an azud of their own, and a client that keeps to the rules."""

import contextlib
import os
import pathlib
import select
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness.azud import Azud, wait_until  # noqa: E402
from harness.kafka_wire import Client, batch, connect  # noqa: E402

MIB = 1 << 20
CONNECTIONS_MAX = 300
REQUEST_BYTES_MAX = 4 * MIB
QUEUED_BYTES_MAX = 32 * MIB  # of each listener
# What a listener's clients may cost: what they hold, what is being made for them by two loops, and what the allocator keeps. Without a
# common bound each case here takes more.
MEMORY_GROWTH_MAX = 8 * QUEUED_BYTES_MAX
LIMITS = f"""
name: hostile
topics:
  good: {{partitions: 1}}
  bulk: {{partitions: 1}}
  text: {{partitions: 1}}
broker:
  max.connections: {CONNECTIONS_MAX}
  socket.request.max.bytes: {REQUEST_BYTES_MAX}
  queued.max.request.bytes: {QUEUED_BYTES_MAX}
ingress: {{max_connections: {CONNECTIONS_MAX}, queued_bytes_max: {QUEUED_BYTES_MAX}}}
web: {{max_connections: {CONNECTIONS_MAX}, queued_bytes_max: {QUEUED_BYTES_MAX}}}
"""
UPGRADE = ("GET /api/live HTTP/1.1\r\nHost: {0}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")


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
        self.join(60)
        self._producer.close()
        self._consumer.close()


def is_closed(sock, seconds=30):
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


def is_gone(sock):
    """True if the other side has closed, without waiting and without reading what it has sent before."""
    poll = select.poll()
    poll.register(sock, select.POLLRDHUP)
    return bool(poll.poll(0))


class Hostile:
    """For a test case: one azud for the class, with CONFIGURATION."""

    CONFIGURATION = ""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="azud-hostile-")
        configuration = pathlib.Path(cls.folder.name) / "azud.yaml"
        configuration.write_text(cls.CONFIGURATION)
        cls.azud = Azud("serve", "--config", str(configuration)).start(60)

    @classmethod
    def tearDownClass(cls):
        cls.azud.stop()
        cls.azud.close()
        cls.folder.cleanup()

    def setUp(self):
        self.sockets = contextlib.ExitStack()
        self.addCleanup(self.sockets.close)

    def open(self, address, receive_bytes=None):
        return self.sockets.enter_context(contextlib.closing(connect(address, 30, receive_bytes)))

    def send(self, sock, data):
        """True if all of it went out; azud may close meanwhile."""
        with contextlib.suppress(ConnectionError):
            sock.sendall(data)
            return True
        return False

    def open_screen(self, receive_bytes=None):
        """A WebSocket of /api/live."""
        sock = self.open(self.azud.web, receive_bytes)
        sock.sendall(UPGRADE.format(self.azud.web).encode())
        self.assertIn(b"101", sock.recv(12))
        return sock

    def fill(self, records, record_bytes, topic="bulk"):
        """Appends to the topic."""
        client = Client(self.azud.kafka)
        large = batch(os.urandom(record_bytes // 2).hex().encode())
        for _ in range(records):
            self.assertEqual(client.produce_batch(topic, large)[0], 0)
        client.close()


class BesideGood(Hostile):
    """Beside a client that must go on, with limits that are reached."""

    CONFIGURATION = LIMITS

    def setUp(self):
        super().setUp()
        self.good = WellBehaved(self.azud)
        self.good.start()

    def tearDown(self):
        self.good_goes_on()
        self.good.stop()
        self.assertIsNone(self.good.error)
        self.assertIsNone(self.azud.process.poll(), "azud is there")

    def good_goes_on(self, rounds=5):
        before = self.good.done
        wait_until(lambda: self.good.error or self.good.done > before + rounds, 60, "the well-behaved client's going on")
        self.assertIsNone(self.good.error)

    def memory(self):
        """What it has for itself: mapped files are not counted."""
        with open(f"/proc/{self.azud.pid()}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) << 10 for line in status if line.startswith("RssAnon"))

    @contextlib.contextmanager
    def bounded_memory(self):
        """What happens inside, and 20 rounds of the well-behaved client after it, may not cost more than the limit."""
        before = self.memory()
        yield
        highest = self.memory()
        for _ in range(20):
            self.good_goes_on(1)
            highest = max(highest, self.memory())
        self.assertLess(highest - before, MEMORY_GROWTH_MAX)
