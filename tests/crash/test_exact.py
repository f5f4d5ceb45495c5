"""Small exact runs of sensor-alarms, with and without kills."""

import unittest

from exact import parse, run

MANY_ALARMS = ("--sensors", "2000", "--draw-every", "40", "--recover-every", "120")


class Exact(unittest.TestCase):
    def check(self, *words):
        self.assertTrue(run(parse(words)), " ".join(words))

    def test_without_a_kill(self):
        self.check("--count", "120000", "--sensors", "5000")

    def test_four_processes_of_the_published_constants(self):
        self.check("--count", "300000", "--sensors", "22000", "--processes", "4", "--preset", "code", "--seed", "7",
                   "--event-time", "nominal", "--minutes")

    def test_killed_while_messages_come_in(self):
        self.check("--count", "60000", "--processes", "2", "--kills", "3", "--kill-every", "1", "--rate", "30000",
                   "--seed", "3", *MANY_ALARMS)

    def test_nominal_time_killed_while_it_catches_up(self):
        self.check("--count", "60000", "--event-time", "nominal", "--kills", "3", "--kill-every", "0.4", "--log-first",
                   "--seed", "5", "--minutes", *MANY_ALARMS)

    def test_killed_again_and_again_while_it_starts(self):
        self.check("--count", "30000", "--event-time", "nominal", "--kill-starts", "8", "--seed", "11",
                   *MANY_ALARMS)

    def test_over_http_what_was_acknowledged_is_there(self):
        self.check("--count", "20000", "--via", "http", "--kills", "2", "--kill-every", "1", "--rate", "10000",
                   "--seed", "9", *MANY_ALARMS)


if __name__ == "__main__":
    unittest.main()
