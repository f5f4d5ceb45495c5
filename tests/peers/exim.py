"""Exim, a real mail server, on loopback: what it takes lies in a Maildir. Debian's exim4-daemon-light.

    with Exim(login=("app", "secret")) as server: … server.port, server.messages()

It denies recipients at refused.example (550) and puts off those at later.example (451).
"""

import email
import email.policy
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

BINARY = "/usr/sbin/exim4"

CONFIG = r"""
exim_user = {user}
exim_group = {group}
primary_hostname = localhost
spool_directory = {folder}/spool
log_file_path = {folder}/%slog
pid_file_path = {folder}/pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
tls_certificate = {folder}/srv.crt
tls_privatekey = {folder}/srv.key
tls_advertise_hosts = *
auth_advertise_hosts = ${{if eq{{$tls_in_cipher}}{{}}{{}}{{*}}}}
host_lookup =
rfc1413_query_timeout = 0s
keep_environment =
deliver_drop_privilege = true
smtp_accept_max_per_connection = {per_connection}
smtp_accept_queue_per_connection = 0
acl_smtp_rcpt = rcpt
acl_smtp_data = accept
begin acl
rcpt:
  deny message = no such person here
       domains = refused.example
  defer message = come back later
       domains = later.example
  {login_rule}
  accept
begin routers
all:
  driver = accept
  transport = box
begin transports
box:
  driver = appendfile
  directory = {folder}/mail
  maildir_format
  create_directory
  envelope_to_add
  return_path_add
  user = {user}
  group = {group}
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{name}}}}}{{eq{{$auth3}}{{{password}}}}}}}}}
  server_set_id = $auth2
"""


class Exim:
    def __init__(self, port, login=None, per_connection=1000):
        self.port = port
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="exim-"))
        self._drop = ["setpriv", "--reuid=mail", "--regid=mail", "--clear-groups"] if os.getuid() == 0 else []
        user, group = ("mail", "mail") if self._drop else (str(os.getuid()), str(os.getgid()))
        name, password = login or ("nobody", "nothing")
        rule = "deny message = authentication required\n       !authenticated = *" if login else ""
        (self.folder / "exim.conf").write_text(CONFIG.format(
            folder=self.folder, port=port, user=user, group=group, name=name, password=password, login_rule=rule,
            per_connection=per_connection))
        self._certificate()
        if self._drop:
            subprocess.run(["chown", "-R", "mail:mail", self.folder], check=True)
        self.process = None

    @property
    def ca(self):
        return self.folder / "ca.crt"

    def _certificate(self):
        def openssl(*words):
            subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=test-ca",
                "-keyout", "ca.key", "-out", "ca.crt")
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", "srv.key", "-out", "srv.csr")
        (self.folder / "san").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1")
        openssl("x509", "-req", "-in", "srv.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30",
                "-extfile", "san", "-out", "srv.crt")

    def start(self):
        with open(self.folder / "output", "ab") as log:
            self.process = subprocess.Popen([*self._drop, BINARY, "-bdf", "-C", str(self.folder / "exim.conf")],
                                            cwd=self.folder, stdout=log, stderr=log, start_new_session=True)
        end = time.monotonic() + 10
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1) as s:
                    if s.recv(3) == b"220":
                        return self
            except OSError:
                pass
            if time.monotonic() > end or self.process.poll() is not None:
                told = [file.read_text() for file in (self.folder / "output", self.folder / "mainlog") if file.exists()]
                raise AssertionError("exim did not start: " + "".join(told))
            time.sleep(0.02)

    def stop(self):
        if self.process:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(10)
            self.process = None

    def messages(self):
        """Those delivered so far, parsed."""
        return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                for path in (self.folder / "mail" / "new").glob("*")]

    def count(self):
        return sum(1 for _ in (self.folder / "mail" / "new").glob("*"))

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def available():
    return os.access(BINARY, os.X_OK)
