"""Jobs that a client has started with INSERT outlive azud: they go on after kill -9 where they were, until they are stopped."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness.azud import Azud, run_azud, wait_until  # noqa: E402

TABLES = """CREATE TABLE a (id INT) WITH ('connector' = 'kafka', 'topic' = 'A', 'format' = 'json',
  'properties.bootstrap.servers' = 'azud', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE b (id INT) WITH ('connector' = 'kafka', 'topic' = 'B', 'format' = 'json',
  'properties.bootstrap.servers' = 'azud');
"""


class SqlJobs(unittest.TestCase):
    def setUp(self):
        config = self.enterContext(tempfile.NamedTemporaryFile("w", suffix=".yaml"))
        config.write("topics: {A: {}, B: {}}\n")
        config.flush()
        self.azud = Azud("serve", "--config", config.name)
        self.addCleanup(self.azud.close)
        self.azud.start()

    def kill_and_start(self):
        self.azud.kill9()
        self.azud.start()

    def run_ok(self, *words, **options):
        code, out, errors = run_azud(*words, **options)
        self.assertEqual(code, 0, errors)
        return out

    def sql(self, statements):
        return self.run_ok("sql", "--server", self.azud.web, "-e", TABLES + statements)

    def produce(self, number):
        self.run_ok("topic", "produce", "A", "--server", self.azud.kafka, input=f'{{"id":{number}}}\n')

    def results(self):
        return self.run_ok("topic", "consume", "B", "--server", self.azud.kafka, "--from-beginning", "--to-end").split()

    def states(self):
        return {job["id"]: job["state"] for job in self.azud.get("/api/jobs")["jobs"]}

    def test_an_insert_goes_on_after_a_kill_until_it_is_stopped(self):
        self.sql("SET 'pipeline.name' = 'copy'; INSERT INTO b SELECT id * 10 FROM a;")
        self.produce(1)
        wait_until(lambda: self.results() == ['{"id":10}'], 30, "the first result")
        self.kill_and_start()
        self.assertEqual(self.states(), {"copy": "running"})
        self.produce(2)
        wait_until(lambda: len(self.results()) > 1, 30, "the result after the kill")
        self.assertEqual(self.results(), ['{"id":10}', '{"id":20}'])
        self.run_ok("jobs", "stop", "copy", "--server", self.azud.web)
        self.kill_and_start()
        self.assertEqual(self.states(), {})

    def test_values_are_inserted_once(self):
        self.sql("INSERT INTO b VALUES (7);")
        wait_until(lambda: self.results() == ['{"id":7}'], 30, "the row")
        self.kill_and_start()
        wait_until(lambda: "running" not in self.states().values(), 30, "the end of what started again")
        self.assertEqual(self.results(), ['{"id":7}'])


if __name__ == "__main__":
    unittest.main()
