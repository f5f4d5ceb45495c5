"""A disk that fills up under a running azud: a small real file system, mounted where only azud sees it."""

import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness.azud import BINARY, Azud, run_azud, wait_until  # noqa: E402
from harness.kafka_wire import KAFKA_STORAGE_ERROR, Client, batch  # noqa: E402

DISK_BYTES = 320 << 20  # the journal takes 128 MiB of it at once


class SmallDisk:
    """A tmpfs in a mount namespace of its own, which lasts as long as the process that made it."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="azud-disk-")
        mount = f"mount -t tmpfs -o size={DISK_BYTES} tmpfs '{self._folder.name}' && echo mounted && read line"
        for words, enter in ((["unshare", "-rm"], ["-U", "-m", "--preserve-credentials"]), (["unshare", "-m"], ["-m"])):
            try:
                self._holder = subprocess.Popen([*words, "sh", "-c", mount], stdin=subprocess.PIPE, text=True,
                                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            except OSError:
                break
            if self._holder.stdout.readline() == "mounted\n":
                self.enter = ["nsenter", "-t", str(self._holder.pid), *enter]
                self.inside = pathlib.Path(self._folder.name)
                self.outside = pathlib.Path(f"/proc/{self._holder.pid}/root{self._folder.name}")
                return
            self._end_holder()
        self._folder.cleanup()
        raise unittest.SkipTest("this system lets no one mount a small file system in a namespace (unshare -rm)")

    def fill(self):
        """Leaves not one byte."""
        with open(self.outside / "ballast", "wb", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(b"\0" * (64 << 10))
            except OSError:
                pass

    def free(self):
        (self.outside / "ballast").unlink()

    def _end_holder(self):
        self._holder.communicate("\n")

    def close(self):
        self._end_holder()
        self._folder.cleanup()


class AzudOnSmallDisk(Azud):
    def __init__(self, disk, *args):
        super().__init__(*args)
        self._disk = disk

    def spawn(self):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [*self._disk.enter, str(BINARY), *self.args, "--data", str(self._disk.inside / "azud"),
                 "--kafka", self.kafka, "--ingress", self.ingress, "--web", self.web],
                stdout=log, stderr=subprocess.STDOUT, env=self.env)


class FullDisk(unittest.TestCase):
    def setUp(self):
        self.disk = SmallDisk()
        self.addCleanup(self.disk.close)
        self.azud = AzudOnSmallDisk(self.disk, "demo", "sensor-alarms", "--simulate", "off")
        self.addCleanup(self.azud.close)
        self.azud.start(60)
        self.acknowledged = []

    def post(self, message):
        return self.azud.post("/topics/ENTRY/messages?sync", message, address=self.azud.ingress)

    def full(self):
        return self.azud.get("/api/status")["storage_full"]

    def write_until_refused(self, seconds_max=60):
        """Produces records of a megabyte until one is refused; its code."""
        large = batch(b"x" * 900_000)
        client = Client(self.azud.kafka)
        try:
            for _ in range(1000):
                error, offset = client.produce_batch("bulk", large)
                if error:
                    return error
                self.acknowledged.append(offset)
        finally:
            client.close()
        raise AssertionError("a full disk took a gigabyte")

    def held(self):
        client = Client(self.azud.kafka)
        offsets = []
        try:
            at = 0
            while True:
                error, end, records = client.fetch("bulk", at)
                self.assertEqual(error, 0, f"reading from {at}; azud says:\n{self.azud.output()[-3000:]}")
                offsets += [offset for offset, value in records if value == b"x" * 900_000]
                at = offsets[-1] + 1 if offsets else at
                if at >= end:
                    return offsets
        finally:
            client.close()

    def alarms_of(self, sensor):
        code, out, errors = run_azud("topic", "consume", "ALARMS", "--server", self.azud.kafka, "--from-beginning",
                                     "--to-end", "--format", "%v")
        self.assertEqual(code, 0, errors)
        return [line for line in out.splitlines() if f'"id":{sensor},' in line.replace(" ", "")]

    def expect_refusals(self):
        wait_until(self.full, 10, "the page's word of the full disk")
        status, answer = self.post("301,false,false,25,30")
        self.assertEqual(status, 503, answer)
        self.assertIn("space", answer["error"])
        self.assertIsNone(self.azud.process.poll())

    def expect_recovery(self):
        wait_until(lambda: self.full() is None, 20, "room for writes")
        self.assertEqual(self.post("302,true,false,25,30")[0], 200)
        client = Client(self.azud.kafka)
        error, offset = client.produce("bulk", b"x" * 900_000)
        client.close()
        self.assertEqual(error, 0)
        self.acknowledged.append(offset)
        wait_until(lambda: self.alarms_of(302), 20, "the job's answer to a message after the full disk")

    def test_writes_are_refused_and_taken_again(self):
        self.assertEqual(run_azud("topic", "create", "bulk", "--bootstrap-server", self.azud.kafka)[0], 0)
        self.assertEqual(self.post("300,true,false,25,30")[0], 200)
        wait_until(lambda: self.alarms_of(300), 20, "the job's answer")
        self.disk.fill()
        self.assertEqual(self.write_until_refused(), KAFKA_STORAGE_ERROR)
        self.expect_refusals()
        self.assertTrue(set(self.acknowledged) <= set(self.held()), "reading goes on")
        self.disk.free()
        self.expect_recovery()

        self.disk.fill()
        self.assertEqual(self.write_until_refused(), KAFKA_STORAGE_ERROR)
        self.azud.process.send_signal(signal.SIGKILL)
        self.azud.process.wait()
        self.azud.start(60)
        self.assertTrue(set(self.acknowledged) <= set(self.held()), "killed on a full disk, started on a full disk")
        self.disk.free()
        self.expect_recovery()
        self.assertEqual(self.azud.stop(), 0)
        self.azud.start(60)
        self.assertTrue(set(self.acknowledged) <= set(self.held()), "nothing acknowledged is lost")


if __name__ == "__main__":
    unittest.main()
