"""Mails about alarms through a real SMTP server: content, a server that is away, crashes, refusals, passwords."""

import collections
import json
import pathlib
import random
import shutil
import socket
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness.azud import ROOT, Azud, free_port, run_azud, wait_until  # noqa: E402
from peers.exim import Exim, available  # noqa: E402

SYSTEM = ROOT / "systems" / "sensor-alarms"
CUSTOMER = {"id": 7, "name": "Iñaki", "surname": "Núñez", "streetaddress": "Calle Mayor 1", "city": "León",
            "country": "España", "telephonecountrycode": 34, "telephonenumber": "555", "latitude": 42.6,
            "longitude": -5.57, "zone": "Europa", "emailaddress": "i@example.invalid"}
CONFIG = """
topics: {{ALARMS: {{partitions: 2}}, CUSTOMERS: {{config: {{cleanup.policy: compact}}}}}}
alarms:
  - topic: ALARMS
    originator: id
    type: tipo
    what: what
    notify:
      lookup: {{topic: CUSTOMERS, key: id}}
      to: {to}
      raise: {{subject: "[{{id}}] - ALARMA ACTIVADA", body: {mails}/raise.txt}}
      clear: {{subject: "[{{id}}] - SENSOR OK", body: {mails}/clear.txt}}
mail:
  from: Azud <azud@example.invalid>
{mail}
"""


def transitions(first, count, what="raise"):
    return "".join(f"{i}:" + json.dumps({"id": i, "tipo": "humo", "what": what}) + "\n"
                   for i in range(first, first + count))


@unittest.skipUnless(available(), "exim4-daemon-light is not installed")
class Mail(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="azud-mail-"))
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.port = free_port()

    def azud(self, mail, to="monitor@example.invalid", env=None):
        file = self.folder / "azud.yaml"
        lines = "".join(f"  {line}\n" for line in mail)
        file.write_text(CONFIG.format(mail=lines, mails=SYSTEM / "mail", to=to))
        return Azud("serve", "--config", str(file), data=self.folder / "data", env=env)

    def produce(self, azud, lines, topic="ALARMS"):
        code, _, errors = run_azud("topic", "produce", topic, "--server", azud.kafka, "--key-separator", ":",
                                   input=lines)
        self.assertEqual(code, 0, errors)

    def states(self, azud):
        mails = azud.get("/api/outbox?limit=1000")["mails"]
        return collections.Counter(m["state"] for m in mails)

    def test_the_original_form_over_tls_with_a_password_from_the_environment(self):
        with Exim(self.port, login=("app", "s3cret/@:word")) as server, \
                self.azud([f"server: 'smtp://app:${{MAIL_WORD}}@localhost:{self.port}'", "tls: required",
                           f"ca: {server.ca}"], env={"MAIL_WORD": "s3cret/@:word"}) as azud:
            self.produce(azud, "7:" + json.dumps(CUSTOMER) + "\n", "CUSTOMERS")
            self.produce(azud, transitions(7, 1) + transitions(7, 1, "clear"))
            wait_until(lambda: server.count() == 2, 20, "two mails")
            wait_until(lambda: self.states(azud) == {"sent": 2}, 10, "both noted as sent")
            by_subject = {m["Subject"]: m for m in server.messages()}
            raised = by_subject["[7] - ALARMA ACTIVADA"]
            self.assertEqual(set(by_subject), {"[7] - ALARMA ACTIVADA", "[7] - SENSOR OK"})
            text = (SYSTEM / "mail" / "raise.txt").read_text()
            for name, value in (CUSTOMER | {"tipo": "humo"}).items():
                text = text.replace("{" + name + "}", str(value))
            self.assertEqual(raised.get_content().replace("\r\n", "\n").rstrip("\n"), text.rstrip("\n"))
            self.assertEqual(raised["From"], "Azud <azud@example.invalid>")
            self.assertEqual(raised["Return-path"], "<azud@example.invalid>")
            self.assertEqual(raised["Envelope-to"], "monitor@example.invalid")
            shown = azud.get("/api/outbox")["mails"][0]
            headers = {h["name"]: h["value"] for h in azud.get(f"/api/outbox/{shown['id']}")["headers"]}
            self.assertIn(headers["Message-ID"], {m["Message-ID"] for m in server.messages()})
            self.assertNotIn("s3cret", azud.output())

    def test_what_was_queued_while_the_server_was_away_is_delivered(self):
        server = Exim(self.port)
        try:
            with self.azud([f"server: smtp://127.0.0.1:{self.port}"]) as azud:
                self.produce(azud, transitions(1, 20))
                first = wait_until(lambda: next((m for m in azud.get("/api/outbox")["mails"] if m["error"]), None), 20,
                                   "a failed attempt on the page")
                self.assertEqual(first["state"], "queued")
                wait_until(lambda: len(azud.get("/api/alarms")["alarms"]) == 20, 20, "all alarms, which do not wait for mails")
                server.start()
                wait_until(lambda: self.states(azud) == {"sent": 20}, 30, "all sent")
                wait_until(lambda: server.count() == 20, 10, "all delivered")
                # It goes away and comes back between two mails: the connection that was kept is dead.
                server.stop()
                server.start()
                self.produce(azud, transitions(1, 20, "clear"))
                wait_until(lambda: server.count() == 40, 30, "the second twenty")
        finally:
            server.__exit__()

    def test_kill_9_loses_nothing_and_repeats_only_the_same_message(self):
        kills, mails = 4, 400
        rng = random.Random(5)
        # The server ends its connections often: that is no failure.
        with Exim(self.port, per_connection=7) as server:
            azud = self.azud([f"server: smtp://127.0.0.1:{self.port}"]).start()
            try:
                self.produce(azud, transitions(1, mails))
                for i in range(kills):
                    wait_until(lambda: server.count() >= (i + 1) * mails // (kills + 2), 60, "progress")
                    time.sleep(rng.random() / 50)
                    azud.kill9()
                    azud = self.azud([f"server: smtp://127.0.0.1:{self.port}"]).start()
                wait_until(lambda: azud.get("/api/outbox?limit=1")["total"] == mails and
                           self.states(azud) == {"sent": mails}, 60, "all sent")
                wait_until(lambda: len({m["Subject"] for m in server.messages()}) == mails, 20, "every mail")
                found = server.messages()
                self.assertEqual(len({m["Message-ID"] for m in found}), mails)
                self.assertLessEqual(len(found), mails + kills)
            finally:
                azud.stop()

    def test_refused_for_good_and_for_now(self):
        with Exim(self.port) as server, \
                self.azud([f"server: smtp://127.0.0.1:{self.port}"], to="'{id}@{tipo}.example, a@later.example'") as azud:
            self.produce(azud, '1:{"id":1,"tipo":"refused","what":"raise"}\n')
            self.produce(azud, '2:{"id":2,"tipo":"good","what":"raise"}\n')
            self.produce(azud, '3:{"id":"","tipo":"good","what":"raise"}\n')
            wait_until(lambda: server.count() == 1, 20, "the recipient who is taken")
            self.assertEqual(server.messages()[0]["Envelope-to"], "2@good.example")
            mails = wait_until(lambda: [m for m in azud.get("/api/outbox")["mails"] if m["attempts"] == 1][1:] and
                               azud.get("/api/outbox")["mails"], 10, "attempts")
            later = next(m for m in mails if m["to"].startswith("2@"))
            self.assertEqual(later["state"], "queued", "one recipient is still to be served")
            self.assertIn("a@later.example: 451 come back later", later["error"])

    def test_a_refused_mail_is_shown_with_the_servers_words(self):
        with Exim(self.port), self.azud([f"server: smtp://127.0.0.1:{self.port}"], to="x@refused.example") as azud:
            self.produce(azud, transitions(1, 1))
            wait_until(lambda: self.states(azud) == {"failed": 1}, 20, "given up")
            self.assertEqual(azud.get("/api/outbox")["mails"][0]["error"], "x@refused.example: 550 no such person here")

    def test_a_server_that_never_answers_holds_up_nothing(self):
        with socket.create_server(("127.0.0.1", self.port)), \
                self.azud([f"server: smtp://127.0.0.1:{self.port}"]) as azud:
            self.produce(azud, transitions(1, 500))
            wait_until(lambda: azud.get("/api/alarms?limit=1")["total"] == 500, 10, "all alarms")
            self.assertEqual(azud.get("/api/outbox?limit=1")["total"], 500)
            begun = time.monotonic()
            azud.stop()
            self.assertLess(time.monotonic() - begun, 5, "a stop does not wait for the server")


class MailSettings(unittest.TestCase):
    def test_wrong_settings_are_told_with_their_place(self):
        for lines, words in (([f"server: smtp://u:${{AZUD_NO_SUCH}}@h"], "AZUD_NO_SUCH"), (["server: http://h"], "smtp://"),
                             (["tls: required"], "none is set"), (["from: nobody"], "e-mail address")):
            with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
                file.write("mail:\n" + "".join(f"  {line}\n" for line in lines))
                file.flush()
                code, _, errors = run_azud("check", file.name)
            self.assertEqual(code, 2, errors)
            self.assertIn(f"{file.name}:2:", errors)
            self.assertIn(words, errors)


if __name__ == "__main__":
    unittest.main()
