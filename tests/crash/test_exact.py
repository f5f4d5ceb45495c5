"""Small exact runs of sensor-alarms, with and without kills."""

import unittest

from exact import parse, run


class Exact(unittest.TestCase):
    def check(self, *words):
        self.assertTrue(run(parse(words)), " ".join(words))

    def test_without_a_kill(self):
        self.check("--count", "120000", "--sensors", "5000")

    def test_four_processes_of_the_published_constants(self):
        self.check("--count", "120000", "--sensors", "20000", "--processes", "4", "--preset", "code", "--seed", "7")

    def test_killed_three_times(self):
        self.check("--count", "200000", "--sensors", "5000", "--processes", "2", "--kills", "3", "--kill-every", "1.5",
                   "--rate", "40000", "--seed", "3")

    def test_nominal_time_killed_twice(self):
        self.check("--count", "120000", "--sensors", "5000", "--event-time", "nominal", "--kills", "2", "--kill-every",
                   "1", "--rate", "40000", "--seed", "5")


if __name__ == "__main__":
    unittest.main()
