"""azud gives the rows that real Flink gave, odd input included."""

import os
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("AZUD_BUILD", ROOT / "build"))
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "cluster")]

import golden  # noqa: E402
import topics  # noqa: E402
from harness.azud import BINARY, Azud, wait_until  # noqa: E402
from harness.systems import copy_system  # noqa: E402

TOOL = BUILD / "azud_simulate_tool"


@unittest.skipUnless(BINARY.exists(), "build/azud is not built")
class Golden(unittest.TestCase):
    maxDiff = 4000

    def test_same_rows_as_flink(self):
        # The golden has 50 customers, the system generates 50,000: its jobs.sql is unchanged, its `load` is left out.
        folder = self.enterContext(tempfile.TemporaryDirectory())
        configuration = copy_system("sensor-alarms", folder, without=("load", "simulate"), event_time="nominal")
        with Azud("serve", "--config", str(configuration)) as azud:
            golden.load(azud.kafka, TOOL)
            golden.close_time(azud.kafka, TOOL, golden.last_time())
            wanted = golden.expected("COUNT_MINUTE").count("\n")
            wait_until(lambda: len(topics.records(azud.kafka, "COUNT_MINUTE")) >= wanted, 30, "the last window")
            for topic in topics.RESULTS:
                with self.subTest(topic=topic):
                    self.assertEqual(golden.sorted_lines(azud.kafka, topic), golden.expected(topic))
