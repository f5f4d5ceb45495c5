"""Clients that flood, lie about lengths, send half of something, read nothing, while a well-behaved producer and consumer go on."""

import contextlib
import os
import pathlib
import random
import socket
import struct
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from harness.azud import wait_until  # noqa: E402
from harness.kafka_wire import Client, batch, connect, fetch_request, produce_request  # noqa: E402
from hostile_case import CONNECTIONS_MAX, MIB, QUEUED_BYTES_MAX, REQUEST_BYTES_MAX, BesideGood, Hostile, is_closed, is_gone  # noqa: E402

SHORT_MS = 400
LISTENERS = 3
TIMEOUTS = f"""
name: hostile
topics:
  bulk: {{partitions: 1}}
broker:
  connections.max.idle.ms: {SHORT_MS}
  azud.receive.timeout.ms: {SHORT_MS}
  azud.send.timeout.ms: {SHORT_MS}
ingress: {{receive_timeout: {SHORT_MS}ms, send_timeout: {SHORT_MS}ms, idle_timeout: {SHORT_MS}ms}}
web: {{receive_timeout: {SHORT_MS}ms, send_timeout: {SHORT_MS}ms, idle_timeout: {SHORT_MS}ms}}
"""


def frame_of_screen(payload, announced=None):
    """A masked WebSocket text frame; the mask is zero."""
    size = len(payload) if announced is None else announced
    if size < 126:
        head = struct.pack(">BB", 0x81, 0x80 | size)
    elif size < 1 << 16:
        head = struct.pack(">BBH", 0x81, 0x80 | 126, size)
    else:
        head = struct.pack(">BBQ", 0x81, 0x80 | 127, size)
    return head + b"\0\0\0\0" + payload


def post(path, body=b"", announced=None):
    return (f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body) if announced is None else announced}\r\n"
            "\r\n").encode() + body


class Limits(BesideGood, unittest.TestCase):
    def test_a_flood_beyond_the_limit_is_turned_away(self):
        for address in (self.azud.kafka, self.azud.ingress, self.azud.web):
            with self.subTest(address=address):
                flood = [self.open(address) for _ in range(CONNECTIONS_MAX + 200)]
                wait_until(lambda flood=flood: sum(map(is_gone, flood)) >= 200, 60, "the closing of connections beyond the limit", 0.2)
                self.good_goes_on()
                self.sockets.close()
                wait_until(lambda address=address: self.takes(address), 60, "room for new connections")

    def takes(self, address):
        """True if a new connection gets an answer."""
        with contextlib.closing(connect(address)) as sock:
            sock.sendall(fetch_request("good", 0) if address == self.azud.kafka else b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            with contextlib.suppress(OSError):
                return sock.recv(1) != b""
        return False

    def test_impossible_lengths_close_the_connection(self):
        for length in (-1, -2**31, 2**31 - 1, REQUEST_BYTES_MAX + 1):
            sock = self.open(self.azud.kafka)
            sock.sendall(struct.pack(">i", length) + b"x" * 100)
            self.assertTrue(is_closed(sock), length)
        for address in (self.azud.ingress, self.azud.web):
            for announced in (-1, 17 * MIB, 2**63, 2**70):
                sock = self.open(address)
                self.send(sock, post("/topics/good/messages", b"x", announced))
                self.assertTrue(is_closed(sock), announced)
        for announced in (1 << 17, 1 << 40, 2**63 + 5):
            sock = self.open_screen()
            sock.sendall(frame_of_screen(b"x" * 100, announced))
            self.assertTrue(is_closed(sock), announced)

    def test_an_announced_request_takes_no_memory_before_it_comes(self):
        with self.bounded_memory():
            for _ in range(250):
                self.open(self.azud.kafka).sendall(struct.pack(">i", REQUEST_BYTES_MAX) + b"\0\0\0\3")
                self.open(self.azud.ingress).sendall(post("/topics/good/messages", announced=15 * MIB))

    def test_half_requests_share_a_bound_and_only_their_senders_are_closed(self):
        half_frame = struct.pack(">i", REQUEST_BYTES_MAX) + b"\0\0\0\3" + bytes(MIB)
        half_chunk = b"POST /topics/good/messages HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n" + bytes(MIB - 9)
        for address, half in ((self.azud.kafka, half_frame), (self.azud.ingress, post("/topics/good/messages", bytes(MIB), 2 * MIB)),
                              (self.azud.ingress, half_chunk), (self.azud.web, post("/api/query", bytes(MIB - 10), MIB))):
            with self.subTest(address=address, half=half[:60]), self.bounded_memory():
                half_sent = []
                for _ in range(100):
                    half_sent.append(self.open(address))
                    self.send(half_sent[-1], half)
                wait_until(lambda half_sent=half_sent: sum(map(is_gone, half_sent)) >= 100 - QUEUED_BYTES_MAX // (MIB - 10), 60,
                           "the closing of those who hold most", 0.2)
                self.sockets.close()

    def test_requests_behind_one_that_waits_share_the_bound_too(self):
        client = Client(self.azud.kafka)
        end = client.fetch("bulk", 0, 100)[1]
        client.close()
        behind = produce_request("bulk", batch(bytes(MIB - 1000)))
        with self.bounded_memory():
            for _ in range(20):
                sock = self.open(self.azud.kafka)
                sock.settimeout(0.5)  # azud may stop reading
                with contextlib.suppress(OSError):
                    sock.sendall(fetch_request("bulk", end, wait_ms=2**31 - 1))
                    for _ in range(40):
                        sock.sendall(behind)

    def test_half_messages_of_screens(self):
        with self.bounded_memory():
            for _ in range(200):
                self.open_screen().sendall(frame_of_screen(bytes(60_000), 65_000))

    def test_random_bytes_do_no_harm(self):
        dice = random.Random(7)
        for address in (self.azud.kafka, self.azud.ingress, self.azud.web):
            for _ in range(100):
                with contextlib.closing(connect(address)) as sock, contextlib.suppress(OSError):
                    noise = dice.randbytes(dice.randrange(1, 3000))
                    if dice.random() < 0.5:  # a frame of a length that fits, so that the noise is looked at
                        noise = struct.pack(">ihh", len(noise) + 4, dice.randrange(0, 70), dice.randrange(0, 14)) + noise
                    sock.sendall(noise)
        for _ in range(50):
            sock = self.open_screen()
            with contextlib.suppress(OSError):
                sock.sendall(dice.randbytes(dice.randrange(1, 300)))
        for text in (b"GET / HTTP/1.1\r\n" + b"a" * 100_000, b"POST /topics/good/messages HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                     b"GET /\0 HTTP/9.9\r\n\r\n", b"POST /topics/good/messages HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"):
            for address in (self.azud.ingress, self.azud.web):
                sock = self.open(address)
                self.send(sock, text)
                self.assertTrue(is_closed(sock), text[:60])

    def test_json_that_nests_without_end(self):
        deep = b"[" * 200_000 + b"]" * 200_000
        for path, body in (("/v1/sessions", b'{"properties":{"a":' + deep + b"}}"), ("/api/query", b'{"query":' + deep + b"}")):
            status, answer = self.azud.post(path, body)
            self.assertEqual(status, 400, answer)
        for address, path in ((self.azud.ingress, "/topics/good/offsets?group=g"), (self.azud.ingress, "/topics/bulk/messages")):
            sock = self.open(address)
            sock.sendall(post(path, deep))
            self.assertTrue(sock.recv(12).startswith(b"HTTP/1.1 "))
        screen = self.open_screen()
        self.send(screen, frame_of_screen(b'{"op":' + b"[" * 30_000 + b"]" * 30_000 + b"}"))

    def test_a_client_that_goes_in_the_middle_of_a_produce(self):
        whole = produce_request("bulk", batch(b"y" * 200_000))
        for part in (3, 4, 20, len(whole) // 2, len(whole) - 1, len(whole)):
            for _ in range(10):
                with contextlib.closing(connect(self.azud.kafka)) as sock:
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # goes with a reset
                    sock.sendall(whole[:part])
        client = Client(self.azud.kafka)
        error, _, _ = client.fetch("bulk", 0, 100)
        client.close()
        self.assertEqual(error, 0)

    def test_consumers_that_do_not_read(self):
        self.fill(40, 900_000)
        with self.bounded_memory():
            for _ in range(100):
                sock = self.open(self.azud.kafka, receive_bytes=4096)
                for correlation in range(3):
                    self.send(sock, fetch_request("bulk", 0, 50 * MIB, correlation=correlation))

    def test_readers_of_http_answers_that_do_not_read(self):
        self.fill(100, 16_000, "text")
        ask = b"GET /api/topics/text/records?partition=0&from=0&limit=100 HTTP/1.1\r\nHost: x\r\n\r\n"
        with self.bounded_memory():
            for _ in range(250):
                self.send(self.open(self.azud.web, receive_bytes=4096), ask * 20)

    def test_screens_that_do_not_read(self):
        subscribe = frame_of_screen(b'{"op":"subscribe","id":"a","query":{"source":"messages","topic":"bulk","limit":200}}')
        self.fill(200, 20_000)
        reader = self.open_screen()
        reader.sendall(subscribe)
        seen = b""
        while b'"snapshot"' not in seen:
            seen += reader.recv(1 << 16)
            self.assertNotIn(b'"error"', seen)
        with self.bounded_memory():
            for _ in range(150):
                self.open_screen(receive_bytes=4096).sendall(subscribe)
            self.fill(100, 100_000)


class Timeouts(Hostile, unittest.TestCase):
    """Who holds a connection and moves nothing is closed, without a bound being reached."""

    CONFIGURATION = TIMEOUTS

    def tearDown(self):
        self.assertIsNotNone(self.azud.get("/api/status"))

    def test_idle_connections(self):
        for address in (self.azud.kafka, self.azud.ingress, self.azud.web):
            self.assertTrue(is_closed(self.open(address)))

    def test_half_requests(self):
        whole = produce_request("bulk", batch(b"y" * 1000))
        for part in (3, 4, 20, len(whole) - 1):
            sock = self.open(self.azud.kafka)
            sock.sendall(whole[:part])
            self.assertTrue(is_closed(sock), part)
        for address in (self.azud.ingress, self.azud.web):
            for half in (b"PO", b"POST / HTTP/1.1\r\nHost: x\r\n", post("/topics/bulk/messages", b"12", 10)):
                sock = self.open(address)
                sock.sendall(half)
                self.assertTrue(is_closed(sock), half)

    def test_headers_that_never_end(self):
        for address in (self.azud.ingress, self.azud.web):
            slow = [self.open(address) for _ in range(50)]
            for sock in slow:
                sock.sendall(b"GET /api/status HTTP/1.1\r\nHost: x\r\nX-Slow: ")

            def all_gone(slow=slow):
                for sock in slow:
                    self.send(sock, b"a")  # a byte now and then is no progress
                return all(is_closed(sock, 0.001) for sock in slow)
            wait_until(all_gone, 60, "the end of requests whose headers never end", 0.1)

    def test_answers_that_nobody_takes(self):
        self.fill(40, 900_000)
        wait_until(lambda: self.sockets_of_azud() == LISTENERS, 60, "the end of connections of before")
        self.open(self.azud.kafka, receive_bytes=4096).sendall(fetch_request("bulk", 0))
        self.open(self.azud.web, receive_bytes=4096).sendall(
            b"GET /api/topics/bulk/records?partition=0&from=0&limit=100 HTTP/1.1\r\nHost: x\r\n\r\n" * 64)
        wait_until(lambda: self.sockets_of_azud() == LISTENERS + 2, 60, "the connections")
        wait_until(lambda: self.sockets_of_azud() == LISTENERS, 60, "the end of connections that take nothing")

    def sockets_of_azud(self):
        """A client with a full window does not see the other side's close."""
        count = 0
        for name in os.listdir(f"/proc/{self.azud.pid()}/fd"):
            with contextlib.suppress(OSError):
                count += os.readlink(f"/proc/{self.azud.pid()}/fd/{name}").startswith("socket:")
        return count


if __name__ == "__main__":
    unittest.main()
