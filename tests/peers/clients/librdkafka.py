#!/usr/bin/env python3
"""librdkafka 2.15.1's own test suite against a broker. The sources come with an npm package.

  librdkafka.py install
  librdkafka.py BOOTSTRAP OUT.tsv [--jobs N] [--quick] [--seconds N] [CASE…]     cases are numbers such as 0005; default all
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from peers import kafka  # noqa: E402
from peers.cache import built, run  # noqa: E402
from peers.clients.case import Case, finish  # noqa: E402

PACKAGE = "@confluentinc/kafka-javascript@1.10.1"
TOOLS = {"acls": "org.apache.kafka.tools.AclCommand", "topics": "org.apache.kafka.tools.TopicCommand",
         "configs": "kafka.admin.ConfigCommand", "run-class": ""}


def build(folder):
    run("npm", "pack", "--silent", PACKAGE, cwd=folder)
    run("tar", "xzf", next(folder.glob("*.tgz")).name, cwd=folder)
    source = folder / "package" / "deps" / "librdkafka"
    for script in ("configure", "lds-gen.py"):
        (source / script).chmod(0o755)
    for script in (source / "mklove").rglob("*"):
        script.chmod(0o755)
    run("./configure", "--disable-curl", cwd=source)
    config = source / "config.h"
    text = config.read_text()
    end = text.rindex("#endif")
    config.write_text(text[:end] + "#define WITH_RAPIDJSON 1\n" + text[end:])  # some cases skip without it
    one_replica(source / "tests" / "test.c")
    jobs = f"-j{os.cpu_count()}"
    run("make", jobs, "libs", cwd=source)
    run("make", jobs, "-C", "tests", "build", cwd=source)
    run("make", "-C", "tests", "java", f"KAFKA_PATH={kafka_home(folder)}", cwd=source)


def one_replica(path):
    """The suite asks for three replicas; the brokers here are alone."""
    text = path.read_text()
    begin = text.index("void test_admin_create_topic(")
    place = text.index("        rkqu = rd_kafka_queue_new(rk);", begin)
    clamp = "        if (replication_factor > 1)\n                replication_factor = 1;\n"
    path.write_text(text[:place] + clamp + text[place:])


def kafka_home(folder):
    """A folder with the scripts of a Kafka distribution that the suite calls."""
    home = folder / "kafka"
    (home / "bin").mkdir(parents=True, exist_ok=True)
    for name, main in TOOLS.items():
        script = home / "bin" / f"kafka-{name}.sh"
        script.write_text(f'#!/bin/sh\nexec java -Xmx256m -cp "{kafka.libraries()}/*" {main} "$@"\n')
        script.chmod(0o755)
    libs = home / "libs"
    if not libs.exists():
        libs.symlink_to(kafka.libraries())
    return home


def install():
    return built("librdkafka-2.15.1-1", build)


def numbers(tests):
    return sorted({m[1] for f in os.listdir(tests) if (m := re.match(r"(0\d{3})-.*\.(c|cpp)$", f))})


class Suite:
    def __init__(self, bootstrap, logs, quick=False, seconds=900, scenario="default"):
        self.folder = install()
        kafka_home(self.folder)  # the scripts name this Kafka's classes and folder
        self.tests = self.folder / "package" / "deps" / "librdkafka" / "tests"
        self.logs = pathlib.Path(logs)
        self.seconds = seconds
        self.flags = ["-p1", "-L", *(["-Q"] if quick else [])]
        self.logs.mkdir(parents=True, exist_ok=True)
        config = self.logs.resolve() / "test.conf"
        config.write_text(f"bootstrap.servers={bootstrap}\ntest.timeout.multiplier=2\ntest.topic.random=true\n")
        self.env = dict(os.environ, RDKAFKA_TEST_CONF=str(config), BROKERS=bootstrap, TEST_KAFKA_VERSION="4.3.1",
                        KAFKA_PATH=str(self.folder / "kafka"), TEST_SCENARIO=scenario,
                        LD_LIBRARY_PATH=f"{self.tests}/../src:{self.tests}/../src-cpp")

    def run(self, number, subtest=""):
        """The cases of one test file, in a process of its own; with `subtest` only its parts with that in their names."""
        log = self.logs / f"{number}{subtest.replace(' ', '_')}.log"
        begun = time.monotonic()
        with open(log, "wb") as out:
            process = subprocess.Popen(["./test-runner", *self.flags], cwd=self.tests, stdout=out, stderr=subprocess.STDOUT,
                                       env=dict(self.env, TESTS=number, **({"SUBTESTS": subtest} if subtest else {})),
                                       start_new_session=True)
            try:
                code = process.wait(self.seconds)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                return [Case(named(number, subtest), "fail", time.monotonic() - begun, f"not through in {self.seconds} s")]
        cases = summary(log)
        if not cases and code:
            cases = [Case(number, "fail", time.monotonic() - begun, f"exit {code}: {failure(log)}")]
        if subtest and ": PASS" not in plain(log):
            cases = [Case(number, "fail", time.monotonic() - begun, f"no part named so, or it failed: {failure(log)}")]
        for case in cases:
            case.name = named(case.name, subtest)
        return cases


def named(number, subtest):
    return f"{number}/{subtest}" if subtest else number


def plain(log):
    return re.sub(r"\x1b\[[0-9;]*m", "", log.read_text(errors="replace"))


def summary(log):
    """The cases of the table at the end of a log, without those that never meant to touch a broker."""
    text = plain(log)
    cases = []
    for name, state, seconds, extra in re.findall(r"(?m)^\| *(\d{4}_\w+) *\| *(\w+) *\| *([\d.]+)s *\|(.*)$", text):
        if "Filtered" in extra:
            continue
        result = {"PASSED": "pass", "SKIPPED": "skip"}.get(state, "fail")
        cases.append(Case(name, result, float(seconds), "" if result == "pass" else f"{extra.strip()} {reason(text, name)}"))
    return cases


def reason(text, name):
    """What the suite last said about a case that failed or was left out."""
    found = re.findall(rf"\[{name}[^\]]*\] *(?:WARN|FAIL|ERROR)?:? *((?:SKIP|Test failed|TEST FAILURE)[^\n]*)", text)
    found = found or re.findall(r"### Test \"[^\n]*failed[^\n]*\n###? *([^\n]*)", text)
    return found[-1] if found else ""


def failure(log):
    """What the suite said when it gave up: the process then ends without its table."""
    found = re.findall(r'### Test "(?!<MAIN>)([^\n]*)\n([^\n]*)', plain(log))
    return " ".join(found[0]) if found else " ".join(plain(log).split()[-30:])


def main():
    if sys.argv[1:] == ["install"]:
        install()
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bootstrap")
    parser.add_argument("out")
    parser.add_argument("--jobs", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="a smoke test: leaves out most of each case")
    parser.add_argument("--seconds", type=int, default=900, help="for one case")
    parser.add_argument("cases", nargs="*")
    args = parser.parse_intermixed_args()
    suite = Suite(args.bootstrap, args.out + ".logs", args.quick, args.seconds)
    cases = []
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for found in pool.map(suite.run, args.cases or numbers(suite.tests)):
            cases += found
            for case in found:
                print(case.line(), flush=True)
    finish(args.out, cases)


if __name__ == "__main__":
    main()
