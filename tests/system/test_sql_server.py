"""SQL and jobs over the network: `azud sql --server`, `azud jobs`, and the REST interface as a client of Flink uses it."""

import json
import re
import pathlib
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness.azud import Azud, run_azud, wait_until  # noqa: E402

COUNTS = """SELECT a, COUNT(*) AS n FROM (VALUES ('x'), ('y'), ('x')) AS t (a) GROUP BY a"""
TABLES = """CREATE TABLE a (id INT, t STRING) WITH ('connector' = 'kafka', 'topic' = 'A', 'format' = 'json',
  'properties.bootstrap.servers' = 'azud', 'scan.startup.mode' = 'earliest-offset');
CREATE TABLE b (id INT, t STRING) WITH ('connector' = 'kafka', 'topic' = 'B', 'format' = 'json',
  'properties.bootstrap.servers' = 'azud');
"""


class SqlServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.config = tempfile.NamedTemporaryFile("w", suffix=".yaml")
        cls.config.write("topics: {A: {}, B: {}, GROUPED: {}, B2: {}}\n")
        cls.config.flush()
        cls.azud = Azud("serve", "--config", cls.config.name).start()

    @classmethod
    def tearDownClass(cls):
        cls.azud.stop()
        cls.config.close()

    def sql(self, statements, *more):
        return run_azud("sql", "--server", self.azud.web, "-e", statements, *more)

    def call(self, method, path, body=None, headers=None):
        request = urllib.request.Request(f"http://{self.azud.web}{path}", method=method, headers=headers or {},
                                         data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as e:
            return e.code, json.load(e)

    def operation(self, session, statement):
        status, started = self.call("POST", f"/v2/sessions/{session}/statements", {"statement": statement})
        self.assertEqual(status, 200, started)
        return f"/v2/sessions/{session}/operations/{started['operationHandle']}"

    def test_a_query_says_the_same_on_a_server_and_in_process(self):
        for statement in ("SELECT a, UPPER(b) AS c FROM (VALUES (1, 'x'), (2, CAST(NULL AS STRING))) AS t (a, b)", COUNTS,
                          "SELECT TIMESTAMP '2024-05-01 00:00:01.5' AS at_, CAST(1.50 AS DECIMAL(5, 2)) AS d, TRUE AS b"):
            code, there, errors = self.sql(statement)
            self.assertEqual(code, 0, errors)
            code, here, errors = run_azud("sql", "-e", statement)
            self.assertEqual(code, 0, errors)
            self.assertEqual(sorted(there.splitlines()), sorted(here.splitlines()))  # keys of other workers come in any order
            self.assertIn("+I[", there)

    def test_generated_and_read_rows_come_all_on_a_server_and_in_process(self):
        generated = """CREATE TABLE g (n BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '250000', 'rows-per-second' = '1000000',
            'fields.n.kind' = 'sequence', 'fields.n.start' = '1', 'fields.n.end' = '250000'); SELECT n FROM g;"""
        for run in (self.sql, lambda statements: run_azud("sql", "-e", statements)):
            code, out, errors = run(generated)
            self.assertEqual(code, 0, errors)
            self.assertEqual(sorted(int(line[3:-1]) for line in out.splitlines()), list(range(1, 250_001)))
            with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
                file.write("1,one\n2,two\n")
                file.flush()
                code, out, errors = run("CREATE TABLE f (id INT, t STRING) WITH ('connector' = 'filesystem', 'format' = 'csv', "
                                        f"'path' = 'file://{file.name}'); SELECT t, id FROM f;")
            self.assertEqual(code, 0, errors)
            self.assertEqual(sorted(out.splitlines()), ["+I[one, 1]", "+I[two, 2]"])

    def test_errors_name_line_and_column_in_the_whole_text(self):
        for text, where in (("SELECT 1;\nSELECT nonsense FROM (VALUES (1)) AS t (a);", "2:8"), ("SELECT 1;\n  SELEC 2;", "2:3")):
            code, _, errors = self.sql(text)
            self.assertEqual(code, 2, errors)
            self.assertIn(where, errors)

    def test_a_job_is_started_listed_shown_and_stopped(self):
        code, out, errors = self.sql(TABLES + "SET 'pipeline.name' = 'copy'; INSERT INTO b SELECT * FROM a WHERE id > 1;")
        self.assertEqual(code, 0, errors)
        self.assertIn("job copy runs", out)
        code, _, errors = run_azud("topic", "produce", "A", "--server", self.azud.kafka,
                                   input='{"id":1,"t":"x"}\n{"id":2,"t":"y"}\n')
        self.assertEqual(code, 0, errors)

        def copied():
            return run_azud("topic", "consume", "B", "--server", self.azud.kafka, "--from-beginning", "--to-end")[1]
        self.assertEqual(json.loads(wait_until(copied, 20, "the copied record")), {"id": 2, "t": "y"})
        self.assertRegex(run_azud("jobs", "--server", self.azud.web)[1], r"copy +running")
        jobs = json.loads(run_azud("jobs", "list", "--json", "--server", self.azud.web)[1])
        self.assertIn("copy", [job["id"] for job in jobs])
        wait_until(lambda: re.search(r"A-0 +2 +2 +0", run_azud("jobs", "show", "copy", "--server", self.azud.web)[1]), 10,
                   "the partition in the job")
        self.assertIn("id", run_azud("jobs", "plan", "copy", "--server", self.azud.web)[1])
        self.assertRegex(self.sql("SHOW JOBS")[1], r"copy +copy +RUNNING")
        code, out, errors = run_azud("jobs", "stop", "copy", "--server", self.azud.web)
        self.assertEqual((code, out), (0, "job copy is stopped\n"), errors)
        code, _, errors = run_azud("jobs", "stop", "none", "--server", self.azud.web)
        self.assertEqual(code, 1)
        self.assertIn("there is no job none", errors)

    def test_a_tables_group_shows_how_far_its_job_is_and_is_where_the_next_begins(self):
        table = ("(id INT) WITH ('connector' = 'kafka', 'topic' = 'GROUPED', 'format' = 'json', "
                 "'properties.bootstrap.servers' = 'azud'")
        grouped = f"CREATE TABLE g {table}, 'properties.group.id' = 'readers', 'properties.auto.offset.reset' = 'earliest');"
        code, out, errors = self.sql(f"CREATE TABLE w {table}); {grouped} INSERT INTO w VALUES (1), (2), (3);"
                                     "SET 'pipeline.name' = 'reads'; CREATE TABLE hole (id INT) WITH ('connector' = 'blackhole');"
                                     "INSERT INTO hole SELECT id FROM g;")
        self.assertEqual(code, 0, out + errors)

        def described():
            return run_azud("group", "describe", "readers", "--server", self.azud.kafka)[1]
        wait_until(lambda: re.search(r"GROUPED +0 +3 +3 +0", described()), 20, "the job's offsets in the group")
        code, _, errors = run_azud("jobs", "stop", "reads", "--server", self.azud.web)
        self.assertEqual(code, 0, errors)
        code, out, errors = self.sql(f"{grouped} CREATE TABLE w {table}); INSERT INTO w VALUES (4);"
                                     "SET 'pipeline.name' = 'goes on'; CREATE TABLE B2 (id INT) WITH ('connector' = 'kafka', 'topic' = 'B2',"
                                     "'format' = 'json', 'properties.bootstrap.servers' = 'azud'); INSERT INTO B2 SELECT id FROM g;")
        self.assertEqual(code, 0, out + errors)

        def copied():
            return run_azud("topic", "consume", "B2", "--server", self.azud.kafka, "--from-beginning", "--to-end")[1]
        self.assertEqual(json.loads(wait_until(copied, 20, "the copied record")), {"id": 4})
        self.assertEqual(run_azud("jobs", "stop", "goes on", "--server", self.azud.web)[0], 0)

    def test_the_rest_interface_is_that_of_flinks_gateway(self):
        self.assertEqual(self.call("GET", "/v1/info")[1]["productName"], "azud")
        self.assertIn("V2", self.call("GET", "/api_versions")[1]["versions"])
        session = self.call("POST", "/v2/sessions", {"properties": {"execution.runtime-mode": "streaming"}})[1]["sessionHandle"]
        operation = self.operation(session, "SELECT a, b FROM (VALUES (1, 'x')) AS t (a, b)")
        wait_until(lambda: self.call("GET", operation + "/status")[1]["status"] == "FINISHED", 10, "the statement")
        token, rows = f"{operation}/result/0", []
        while token:
            _, page = self.call("GET", token)
            again = self.call("GET", token)[1]
            self.assertEqual(again, page, "a page may be asked for twice")
            rows += page["results"]["data"]
            self.assertEqual(page["results"]["columns"][0]["logicalType"]["type"], "INTEGER")
            token = page.get("nextResultUri")
        self.assertEqual(page["resultType"], "EOS")
        self.assertEqual(rows, [{"kind": "INSERT", "fields": [1, "x"]}])
        self.assertEqual(self.call("DELETE", operation + "/close")[1], {"status": "CLOSED"})
        failed = self.operation(session, "SELECT nonsense")
        status, answer = wait_until(lambda: (lambda got: got if got[0] != 200 else None)(
            self.call("GET", failed + "/result/0")), 10, "the error")
        self.assertEqual(status, 400)
        self.assertIn("nonsense", answer["errors"][0])
        self.assertEqual(self.call("DELETE", f"/v2/sessions/{session}")[1], {"status": "CLOSED"})
        status, answer = self.call("GET", f"/v2/sessions/{session}")
        self.assertEqual(status, 404)
        self.assertIn("no session", answer["errors"][0])

    def test_closing_a_session_ends_its_queries(self):
        def queries():
            return [j["id"] for j in self.call("GET", "/api/jobs")[1]["jobs"] if j["state"] == "running" and
                    j["id"].startswith("query")]
        session = self.call("POST", "/v1/sessions", {})[1]["sessionHandle"]
        for statement in TABLES.split(";\n")[:2]:
            operation = self.operation(session, statement)
            wait_until(lambda: self.call("GET", operation + "/status")[1]["status"] == "FINISHED", 10, "CREATE TABLE")
        self.operation(session, "SELECT * FROM a")
        wait_until(queries, 10, "a running query")
        self.call("DELETE", f"/v1/sessions/{session}")
        wait_until(lambda: not queries(), 10, "its end")

    def test_malformed_requests_are_told_why(self):
        session = self.call("POST", "/v1/sessions", {})[1]["sessionHandle"]
        for method, path, body in (("POST", f"/v1/sessions/{session}/statements", {}), ("POST", "/v1/sessions", [1]),
                                   ("GET", f"/v1/sessions/{session}/operations/x/result/y", None),
                                   ("GET", f"/v1/sessions/{session}/operations/x/result/0?rowFormat=XML", None)):
            status, answer = self.call(method, path, body)
            self.assertEqual(status, 400, path)
            self.assertTrue(answer["errors"][0])
        status, _ = self.call("POST", "/v1/sessions", {}, {"Origin": "http://elsewhere.example"})
        self.assertEqual(status, 403, "a page of another site")

    def test_no_server_is_told_with_a_hint(self):
        code, _, errors = run_azud("jobs", "--server", "127.0.0.1:1")
        self.assertEqual(code, 1)
        self.assertIn("is an azud running there?", errors)


if __name__ == "__main__":
    unittest.main()
