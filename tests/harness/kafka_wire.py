"""As much of Kafka's protocol as tests of rude and of well-behaved clients need: requests as bytes, over plain sockets."""

import socket
import struct
import time

PRODUCE, FETCH, API_VERSIONS = 0, 1, 18
KAFKA_STORAGE_ERROR = 56


def _crc_table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


_TABLE = _crc_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def _varint(value):
    value = value << 1 ^ value >> 63
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _string(text):
    return struct.pack(">h", len(text)) + text.encode()


def batch(value):
    """A record batch of one record, of now."""
    now = int(time.time() * 1000)
    record = b"\0" + _varint(0) + _varint(0) + _varint(-1) + _varint(len(value)) + value + _varint(0)
    body = struct.pack(">hiqqqhii", 0, 0, now, now, -1, -1, -1, 1) + _varint(len(record)) + record
    return struct.pack(">qiibI", 0, len(body) + 9, -1, 2, crc32c(body)) + body


def request(api, version, body, correlation=1):
    head = struct.pack(">hhi", api, version, correlation) + _string("test")
    return struct.pack(">i", len(head) + len(body)) + head + body


def produce_request(topic, records, partition=0):
    """`records` is a record batch; acks=all."""
    return request(PRODUCE, 3, struct.pack(">hhii", -1, -1, 10_000, 1) + _string(topic) +
                   struct.pack(">iii", 1, partition, len(records)) + records)


def fetch_request(topic, offset, bytes_max=50 << 20, partition=0, wait_ms=100, correlation=1):
    return request(FETCH, 4, struct.pack(">iiiibi", -1, wait_ms, 1, bytes_max, 0, 1) + _string(topic) +
                   struct.pack(">iiqi", 1, partition, offset, bytes_max), correlation)


def connect(address, seconds=20, receive_bytes=None):
    host, port = address.rsplit(":", 1)
    sock = socket.socket()
    if receive_bytes:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    sock.settimeout(seconds)
    sock.connect((host, int(port)))
    return sock


class Client:
    """One connection of a client that keeps to the rules."""

    def __init__(self, address):
        self._socket = connect(address)
        self._file = self._socket.makefile("rb")

    def close(self):
        self._file.close()
        self._socket.close()

    def _ask(self, message):
        self._socket.sendall(message)
        size = struct.unpack(">i", self._exactly(4))[0]
        return self._exactly(size)[4:]  # behind the correlation id

    def _exactly(self, count):
        data = self._file.read(count)
        if len(data) != count:
            raise ConnectionError("azud closed the connection")
        return data

    def produce(self, topic, value):
        """(error code, offset)."""
        return self.produce_batch(topic, batch(value))

    def produce_batch(self, topic, records):
        answer = self._ask(produce_request(topic, records))
        return struct.unpack_from(">hq", answer, 4 + 2 + len(topic) + 4 + 4)

    def fetch(self, topic, offset, bytes_max=8 << 20, wait_ms=100):
        """(error code, high watermark, [(offset, value)])."""
        answer = self._ask(fetch_request(topic, offset, bytes_max, wait_ms=wait_ms))
        at = 4 + 4 + 2 + len(topic) + 4 + 4
        error, watermark, _, aborted, size = struct.unpack_from(">hqqii", answer, at)
        at += 26 + 16 * max(aborted, 0)
        return error, watermark, list(_records(answer[at:at + max(size, 0)], offset))


def _read_varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value >> 1 ^ -(value & 1), at
        shift += 7


def _records(data, start):
    """Of uncompressed batches."""
    at = 0
    while at + 61 <= len(data):
        base, length = struct.unpack_from(">qi", data, at)
        end = at + 12 + length
        if end > len(data):
            return
        count = struct.unpack_from(">i", data, at + 57)[0]
        place = at + 61
        for _ in range(count):
            size, place = _read_varint(data, place)
            after = place + size
            _, place = _read_varint(data, place + 1)
            delta, place = _read_varint(data, place)
            key, place = _read_varint(data, place)
            place += max(key, 0)
            value, place = _read_varint(data, place)
            if base + delta >= start:
                yield base + delta, data[place:place + value]
            place = after
        at = end
