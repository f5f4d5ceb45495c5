"""The commands that need no running azud, and their errors."""

import pathlib
import resource
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness.azud import ROOT, run_azud  # noqa: E402


class Commands(unittest.TestCase):
    def test_help_names_every_command(self):
        code, out, _ = run_azud("--help")
        self.assertEqual(code, 0)
        for command in ("demo", "serve", "sql", "check", "topic", "group", "jobs", "simulate", "generate"):
            self.assertIn(command, out)
            code, help_text, errors = run_azud(command, "--help")
            self.assertEqual((code, errors), (0, ""))
            self.assertGreater(len(help_text), 300, f"{command} --help says too little")
        self.assertIn("Exit codes", out)

    def test_an_unknown_option_is_a_usage_error(self):
        code, _, errors = run_azud("topic", "list", "--nonsense")
        self.assertEqual(code, 2)
        self.assertIn("--nonsense", errors)

    def test_check_accepts_the_systems_own_files(self):
        code, out, errors = run_azud("check", str(ROOT / "systems/sensor-alarms/azud.yaml"))
        self.assertEqual((code, errors), (0, ""), out)

    def test_check_names_file_line_and_what_is_allowed(self):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write("name: x\ntopics:\n  T: {partition: 3}\n")
            file.flush()
            code, _, errors = run_azud("check", file.name)
        self.assertEqual(code, 2)
        self.assertIn(f"{file.name}:3:7: unknown key \"partition\"", errors)
        self.assertIn("did you mean \"partitions\"?", errors)

    def test_check_says_what_a_connector_would_not_take(self):
        for options, word in (("'connector' = 'kafka', 'format' = 'json', 'properties.bootstrap.servers' = 'azud'", "topic"),
                              ("'connector' = 'nonsense'", "nonsense"),
                              ("'connector' = 'kafka', 'topic' = 't', 'format' = 'json', 'properties.bootstrap.servers' = 'azud', "
                               "'scan.startup.mode' = 'tomorrow'", "tomorrow")):
            with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
                file.write(f"CREATE TABLE a (x INT) WITH ({options});\n"
                           "CREATE TABLE b (x INT) WITH ('connector' = 'blackhole');\nINSERT INTO b SELECT x FROM a;\n")
                file.flush()
                code, _, errors = run_azud("check", file.name)
            self.assertEqual(code, 2, errors)
            self.assertIn(word, errors)

    def test_sql_errors_show_the_place(self):
        code, _, errors = run_azud("sql", "-e", "SELECT 1 +\n FROM x")
        self.assertEqual(code, 2)
        self.assertIn("^", errors)

    def test_a_process_without_threads_says_what_to_raise(self):
        def stacks_larger_than_the_memory():
            for limit, size in ((resource.RLIMIT_STACK, 1 << 33), (resource.RLIMIT_AS, 1 << 32)):
                resource.setrlimit(limit, (size, resource.getrlimit(limit)[1]))

        code, _, errors = run_azud("sql", "-e", "SELECT 1", preexec_fn=stacks_larger_than_the_memory)
        self.assertEqual(code, 1, errors)
        self.assertIn("azud: the system gives no more threads\nhint: raise ulimit -u", errors)

    def test_sql_runs_in_process(self):
        code, out, errors = run_azud("sql", "-e", "SELECT a, UPPER(b) AS c FROM (VALUES (1, 'x'), (2, 'y')) AS t (a, b) WHERE a > 1")
        self.assertEqual(code, 0, errors)
        self.assertEqual(out, "+I[2, Y]\n")

    def test_generated_files_do_not_depend_on_the_run(self):
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
            for folder in (one, two):
                code, _, errors = run_azud("generate", "clients", "--count", "20", "--seed", "9", "--dir", folder)
                self.assertEqual(code, 0, errors)
            first, second = ({p.name: p.read_bytes() for p in pathlib.Path(f).iterdir()} for f in (one, two))
        self.assertEqual(first, second)
        self.assertTrue(first)


if __name__ == "__main__":
    unittest.main()
