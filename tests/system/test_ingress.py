"""Messages over HTTP: the three forms, what is refused, and what is left after a stop."""

import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness.azud import Azud, run_azud, wait_until  # noqa: E402


def consume(azud, topic, form="%k|%v"):
    code, out, errors = run_azud("topic", "consume", topic, "--server", azud.kafka, "--from-beginning", "--to-end",
                                 "--format", form)
    if code:
        raise AssertionError(errors)
    return out.splitlines()


class Ingress(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.azud = Azud("demo", "sensor-alarms", "--simulate", "off").start(60)

    @classmethod
    def tearDownClass(cls):
        cls.azud.stop()

    def post(self, topic, body, query=""):
        return self.azud.post(f"/topics/{topic}/messages{query}", body, address=self.azud.ingress)

    def test_every_form_is_stored_as_csv_with_the_sensor_as_key(self):
        as_object = {"id": "103", "movimiento": "false", "humo": "false", "temperatura": "25.5", "tempMaxima": "30.0"}
        self.assertEqual(self.post("ENTRY", "101,false,false,25,30"), (200, {}))
        self.assertEqual(self.post("ENTRY", '{"102","false","false","25.5","30.0"}'), (200, {}))
        status, answer = self.post("ENTRY", json.dumps(as_object), "?sync")
        self.assertEqual(status, 200)
        self.assertEqual(sorted(answer), ["offset", "partition"])
        lines = consume(self.azud, "ENTRY")
        for line in ("101|101,false,false,25,30", "102|102,false,false,25.5,30.0", "103|103,false,false,25.5,30.0"):
            self.assertIn(line, lines)

    def test_a_malformed_message_is_told_why_and_kept(self):
        status, answer = self.post("ENTRY", "x104,false,false,25,30")
        self.assertEqual(status, 400)
        self.assertIn("id", answer["error"])
        wait_until(lambda: any("x104" in line for line in consume(self.azud, "ENTRY.dlq")), 10, "the dead letter")

    def test_an_unknown_topic_is_not_found(self):
        status, answer = self.post("NOPE", "1")
        self.assertEqual(status, 404)
        self.assertIn("NOPE", answer["error"])

    def test_movement_raises_an_alarm_and_a_mail(self):
        self.assertEqual(self.post("ENTRY", "201,true,false,20,30")[0], 200)
        self.assertEqual(self.post("OK", "201,false,false,20,30")[0], 200)
        outbox = self.azud.data / "azud" / "outbox"

        def subjects():
            found = [p.read_text() for p in outbox.glob("*.eml")]
            return {kind for kind in ("ALARMA ACTIVADA", "SENSOR OK") for text in found if f"Subject: [201] - {kind}" in text}
        wait_until(lambda: len(subjects()) == 2, 20, "two mails about sensor 201")
        alarms = [json.loads(line) for line in consume(self.azud, "ALARMS", "%v")]
        mine = [(a["tipo"], a["what"]) for a in alarms if a["id"] == 201]
        self.assertEqual(mine, [("movimiento", "raise"), ("movimiento", "clear")])
        self.assertIsNotNone(next(a for a in alarms if a["id"] == 201)["name"], "the customer was joined")


if __name__ == "__main__":
    unittest.main()
