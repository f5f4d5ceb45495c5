"""Flink's own SQL client (sql-client.sh gateway) against any SQL gateway."""

import os
import pathlib
import subprocess
import tempfile

from peers.cache import HERE, built, maven
from peers.flink import opens

LOGGING = """rootLogger.level = WARN
rootLogger.appenderRef.file.ref = file
appender.file.type = File
appender.file.name = file
appender.file.fileName = {folder}/client.log
appender.file.layout.type = PatternLayout
"""


def libraries():
    project = HERE / "flink-sql-client"
    return built("flink-sql-client-2.3.0", lambda out: maven(project, out, "package"), [project]) / "lib"


def run(gateway, statements, seconds=180):
    """(exit code, output) of the statements of a file, one after the other; `gateway` is host:port."""
    with tempfile.TemporaryDirectory(prefix="sql-client-") as name:
        folder = pathlib.Path(name)
        (folder / "config.yaml").write_text("rest.address: localhost\n")
        (folder / "log4j2.properties").write_text(LOGGING.format(folder=folder))
        (folder / "statements.sql").write_text(statements)
        words = ["java", "-Xmx512m", *opens(), f"-Duser.home={folder}", f"-Dlog4j.configurationFile={folder}/log4j2.properties",
                 "-cp", f"{libraries()}/*", "org.apache.flink.table.client.SqlClient", "gateway", "-e", gateway,
                 "-f", str(folder / "statements.sql")]
        done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=seconds, env=dict(os.environ, FLINK_CONF_DIR=name, TERM="dumb"))
        return done.returncode, done.stdout
