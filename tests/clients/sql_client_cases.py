"""Flink's own SQL client against azud's SQL gateway: one run of it a case, because it ends at the first error."""

import fnmatch
import re
import time

from harness.azud import run_azud
from peers.clients.case import Case
from peers.flink_sql_client import run

TABLEAU = "SET 'sql-client.execution.result-mode' = 'tableau';\n"
TABLES = """CREATE TABLE numbers (id INT, t STRING) WITH ('connector' = 'kafka', 'topic' = 'numbers', 'format' = 'json',
  'properties.bootstrap.servers' = 'azud', 'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset');
CREATE TABLE doubled (id INT, t STRING) WITH ('connector' = 'kafka', 'topic' = 'doubled', 'format' = 'json',
  'properties.bootstrap.servers' = 'azud', 'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset');
"""


def said(gateway, statements, expected_code=0):
    """What the client printed, without colours."""
    code, text = run(gateway, statements)
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert code == expected_code, f"the client ended with {code}: {text[-1500:]}"
    return text


def holds(text, *patterns):
    for pattern in patterns:
        assert re.search(pattern, text), f"no {pattern} in: {text[-1500:]}"


def types(azud):
    text = said(azud.web, TABLEAU + """SELECT 1 AS i, CAST(2 AS BIGINT) AS bi, CAST(1.50 AS DECIMAL(5, 2)) AS d, 2.5E0 AS f, 'x' AS s, TRUE AS b,
      CAST(NULL AS INT) AS n, DATE '2024-05-01' AS da, TIME '01:02:03' AS ti, TIMESTAMP '2024-05-01 00:00:01.5' AS ts, ARRAY[1, 2] AS a, MAP['k', 1] AS m,
      ROW(1, 'r') AS r, CAST(X'0aff' AS BYTES) AS by_;""")
    holds(text, r"\+I \|\s+1 \|\s+2 \|\s+1\.50 \|\s+2\.5 \|\s+x \|\s+TRUE \|\s+<NULL> \|\s+2024-05-01 \|\s+01:02:03 \|\s+2024-05-01 00:00:01\.5",
          r"\[1, 2\]", r"\{k=1\}", r"\(1, r\)", "Received a total of 1 row")


def changelog(azud):
    text = said(azud.web, TABLEAU + "SELECT a, COUNT(*) AS n FROM (VALUES ('x'), ('y'), ('x')) AS t (a) GROUP BY a;")
    holds(text, r"\+I \|\s+y \|\s+1 \|", r"\+[IU] \|\s+x \|\s+[12] \|", "Received a total of [24] rows")


def statements(azud):
    text = said(azud.web, TABLEAU + TABLES + """CREATE VIEW even AS SELECT id, t FROM numbers WHERE MOD(id, 2) = 0;
SHOW TABLES;
SHOW VIEWS;
DESCRIBE numbers;
EXPLAIN SELECT id FROM even;
SET;
RESET 'pipeline.name';
DROP VIEW even;
""")
    holds(text, "Execute statement succeed", r"\|\s+even \|", r"\|\s+numbers \|", r"\|\s+id \|\s+INT \|", "sql-client.execution.result-mode", "== Logical plan ==")


def topics_are_read_and_written(azud):
    code, _, errors = run_azud("topic", "produce", "numbers", "--server", azud.kafka, input='{"id":1,"t":"a"}\n{"id":2,"t":"b"}\n')
    assert code == 0, errors
    text = said(azud.web, TABLEAU + TABLES + """SET 'table.dml-sync' = 'true';
      INSERT INTO doubled SELECT id * 2, t FROM numbers;
      SELECT * FROM doubled;""")
    holds(text, r"\+I \|\s+2 \|\s+a \|", r"\+I \|\s+4 \|\s+b \|", "Received a total of 2 rows")


def a_job_goes_on_when_the_client_has_gone(azud):
    text = said(azud.web, TABLES.replace(", 'scan.bounded.mode' = 'latest-offset'", "") + """SET 'pipeline.name' = 'copies';
      INSERT INTO doubled SELECT id * 100, t FROM numbers;""")
    holds(text, "successfully submitted", r"Job ID: [0-9a-f]{32}")
    holds(said(azud.web, TABLEAU + "SHOW JOBS;"), r"copies \|\s+RUNNING")
    code, _, errors = run_azud("jobs", "stop", "copies", "--server", azud.web)
    assert code == 0, errors


def a_statement_set(azud):
    text = said(azud.web, TABLES + """SET 'table.dml-sync' = 'true';
      EXECUTE STATEMENT SET BEGIN INSERT INTO doubled SELECT id, 'one' FROM numbers; INSERT INTO doubled SELECT id, 'two' FROM numbers; END;
      """ + TABLEAU + "SELECT * FROM doubled WHERE t = 'one' OR t = 'two';")
    holds(text, r"\|\s+one \|", r"\|\s+two \|")


def an_error_says_where(azud):
    text = said(azud.web, TABLEAU + "SELECT\n  nonsense FROM (VALUES (1)) AS t (a);\nSELECT 'not reached';\n")
    holds(text, "Could not execute SQL statement", "2:3: .*nonsense")
    assert "+I" not in text, text[-1500:]


def more_rows_than_a_page(azud):
    lines = "".join(f'{{"id":{i},"t":"{"z" * 1000}"}}\n' for i in range(20_000))
    code, _, errors = run_azud("topic", "produce", "many", "--server", azud.kafka, input=lines)
    assert code == 0, errors
    table = TABLES.split(";\n", maxsplit=1)[0].replace("numbers", "many")
    text = said(azud.web, TABLEAU + table + ";\nSELECT id FROM many WHERE t <> 'x';")
    holds(text, "Received a total of 20000 rows", r"\+I \|\s+19999 \|")


ALL = (types, changelog, statements, topics_are_read_and_written, a_job_goes_on_when_the_client_has_gone, a_statement_set, an_error_says_where,
       more_rows_than_a_page)


def cases(azud, wanted=()):
    for case in ALL:
        if wanted and not any(fnmatch.fnmatchcase(case.__name__, pattern) for pattern in wanted):
            continue
        begun = time.monotonic()
        try:
            case(azud)
            yield Case(case.__name__, "pass", time.monotonic() - begun, "")
        except Exception as error:  # pylint: disable=broad-except
            yield Case(case.__name__, "fail", time.monotonic() - begun, str(error))
