#!/usr/bin/env python3
"""The C++ simulator and the Python one, both written from the same text, give the same bytes; and the reference count itself."""

import hashlib
import os
import pathlib
import subprocess
import tempfile
import unittest

from sensor_clients import verify_clients
from sensor_compare import Comparison, milliseconds
from sensor_count import count
from sensor_generator import FORMS, PRESETS, Run, all_messages

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = pathlib.Path(os.environ.get("AZUD_BUILD", ROOT / "build")) / "azud_simulate_tool"
MESSAGES = 100_000


def digest_of_tool(*options):
    result = subprocess.run([TOOL, "sensor-alarms", "--to", "-", "--count", str(MESSAGES), *options],
                            check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return hashlib.sha256(result.stdout).hexdigest()


def digest_of_twin(run, form):
    digest = hashlib.sha256()
    for m in all_messages(run, MESSAGES):
        digest.update(f"{m[0]}\t{m[1]}\t{m[2]}\t{FORMS[form](m)}\n".encode())
    return digest.hexdigest()


class Messages(unittest.TestCase):
    def check(self, form="csv", preset="busy", **changes):
        draw_every, recover_every = PRESETS[preset]
        run = Run(draw_every=draw_every, recover_every=recover_every, **changes)
        names = {"start_ms": "start"}
        options = [word for name, value in changes.items() for word in ("--" + names.get(name, name), str(value))]
        with self.subTest(form=form, preset=preset, **changes):
            self.assertEqual(digest_of_tool("--form", form, "--preset", preset, *options), digest_of_twin(run, form))

    def test_presets_processes_and_seeds(self):
        for preset in PRESETS:
            for processes in (1, 2, 4):
                self.check(preset=preset, processes=processes, seed=1)
        for seed in (0, 2, 3, 2**63 - 1):
            self.check(processes=2, seed=seed, sensors=5001)

    def test_forms(self):
        for form in FORMS:
            self.check(form=form, sensors=7001)

    def test_other_ranges_and_start(self):
        self.check(processes=3, sensors=3000, first_id=40000, start_ms=0)


class Count(unittest.TestCase):
    """Hand-made messages, so that the reference itself is not taken on trust."""

    @staticmethod
    def of(*rows):
        return count((1000 * i, *row) for i, row in enumerate(rows))

    def test_movement_raises_at_once_and_latches(self):
        on, off = ("ENTRY", 7, True, False, 0, 30), ("OK", 7, False, False, 0, 30)
        counts = self.of(on, on, off, off)
        self.assertEqual(counts.transitions, [(7, "movimiento", "raise", 0), (7, "movimiento", "clear", 2000)])
        self.assertEqual(counts.fires[7, "movimiento"], 2)
        self.assertEqual(counts.ok_without_alarm, 1)
        self.assertEqual(counts.count_lines, [(7, "7,true,false,0,30,")])

    def test_smoke_needs_three_in_a_row(self):
        on, off = ("ENTRY", 7, False, True, 0, 30), ("ENTRY", 7, False, False, 0, 30)
        self.assertEqual(self.of(on, on, off, on, on).transitions, [])
        self.assertEqual(self.of(on, on, off, on, on).totals()["fires"]["humo"], 1)
        self.assertEqual(self.of(on, on, on, on, off).transitions, [(7, "humo", "raise", 2000), (7, "humo", "clear", 4000)])

    def test_types_do_not_hide_each_other(self):
        both = ("ENTRY", 7, True, False, 30, 30)
        counts = self.of(both, both, both)
        self.assertEqual(counts.transitions, [(7, "movimiento", "raise", 0), (7, "temperatura", "raise", 2000)])
        self.assertEqual(counts.totals()["fires"], {"total": 3, "movimiento": 3, "humo": 0, "temperatura": 0})

    def test_minutes_are_of_event_time(self):
        on, off = ("ENTRY", 7, True, False, 0, 30), ("OK", 7, False, False, 0, 30)
        rows = [on, off] * 31
        self.assertEqual(self.of(*rows).minutes, {("movimiento", 0): 30, ("movimiento", 60000): 1})


class Compare(unittest.TestCase):
    def compare(self, *lines):
        counts = count([(1000, "ENTRY", 7, True, False, 0, 30), (2000, "OK", 7, False, False, 0, 30)])
        comparison = Comparison(counts)
        with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
            file.write("".join(lines))
            file.flush()
            comparison.alarms(file.name)
        return comparison

    RAISE = '7\t{"id":7,"tipo":"movimiento","what":"raise","at":"1970-01-01 00:00:01Z"}\n'
    CLEAR = '7\t{"id":7,"tipo":"movimiento","what":"clear","at":"1970-01-01 00:00:02Z"}\n'

    def test_equal(self):
        self.assertTrue(self.compare(self.RAISE, self.CLEAR).equal)

    def test_differences_are_named(self):
        self.assertIn("1 missing", self.compare(self.RAISE).report[-2])
        self.assertFalse(self.compare(self.RAISE).equal)
        self.assertIn("1 doubled", self.compare(self.RAISE, self.RAISE, self.CLEAR).report[0])
        self.assertIn("1 unknown", self.compare(self.RAISE, self.CLEAR, self.CLEAR.replace(":02Z", ":03Z")).report[0])
        self.assertFalse(self.compare(self.CLEAR, self.RAISE).equal)
        self.assertFalse(self.compare(self.RAISE.replace("7\t", "8\t"), self.CLEAR).equal)

    def test_times(self):
        self.assertEqual(milliseconds("2024-05-01 00:00:01.76Z"), 1714521601760)
        self.assertEqual(milliseconds("1970-01-01 00:00:01"), 1000)


class CompareMails(unittest.TestCase):
    COUNTS = staticmethod(lambda: count([(1000, "ENTRY", 7, True, False, 0, 30), (2000, "OK", 7, False, False, 0, 30)]))
    RAISE = "Subject: [7] - ALARMA ACTIVADA\n\nSe ha activado una alarma de movimiento en el sensor 7.\n"
    CLEAR = "Subject: [7] - SENSOR OK\n\nEl sensor 7 se ha recuperado.\n"

    def compare(self, *mails):
        comparison = Comparison(self.COUNTS())
        with tempfile.TemporaryDirectory() as directory:
            for number, mail in enumerate(mails):
                pathlib.Path(directory, f"{number}.eml").write_text(mail)
            comparison.outbox(directory)
        return comparison

    def test_one_mail_a_transition(self):
        self.assertTrue(self.compare(self.RAISE, self.CLEAR).equal)
        self.assertFalse(self.compare(self.RAISE).equal)
        self.assertFalse(self.compare(self.RAISE, self.CLEAR, self.CLEAR).equal)
        self.assertFalse(self.compare(self.RAISE.replace("movimiento", "humo"), self.CLEAR).equal)
        self.assertFalse(self.compare(self.RAISE, self.CLEAR.replace("[7]", "[8]")).equal)


class ComparePage(unittest.TestCase):
    def compare(self, *alarms):
        comparison = Comparison(count([(1000, "ENTRY", 7, True, False, 0, 30), (2000, "ENTRY", 8, True, False, 0, 30),
                                       (3000, "OK", 7, False, False, 0, 30)]))
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
            file.write("".join(f'{{"originator":"{sensor}","type":"movimiento","state":"{state}","raised_at":{ms}}}\n'
                               for sensor, state, ms in alarms))
            file.flush()
            comparison.page(file.name)
        return comparison.equal

    def test_each_raise_and_what_is_active(self):
        self.assertTrue(self.compare((7, "CLEARED_UNACK", 1000), (8, "ACTIVE_ACK", 2000)))
        self.assertFalse(self.compare((7, "ACTIVE_ACK", 1000), (8, "ACTIVE_ACK", 2000)))
        self.assertFalse(self.compare((8, "ACTIVE_ACK", 2000)))
        self.assertFalse(self.compare((7, "CLEARED_ACK", 1000), (8, "ACTIVE_ACK", 2000), (8, "CLEARED_ACK", 2000)))


class Clients(unittest.TestCase):
    def test_geohash_and_zone_of_all(self):
        with tempfile.TemporaryDirectory() as directory:
            subprocess.run([TOOL, "sensor-alarms", "clients", "--count", "50000", "--files", directory], check=True)
            self.assertEqual(verify_clients(directory, 50000), [])
