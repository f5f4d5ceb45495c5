"""Hand-made logs, so that what finds nothing wrong can also find something."""

import pathlib
import tempfile
import unittest

from log_content import Repeats, Sequences, differences, held, parse

A, B = "7,true,false,0,30", "7,false,false,0,30"


class LogContent(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def files(self, entry, ok):
        paths = {"ENTRY": self.folder / "ENTRY", "OK": self.folder / "OK"}
        for path, lines in zip(paths.values(), (entry, ok)):
            path.write_text("".join(line + "\n" for line in lines))
        return paths

    def wrong(self, entry, ok):
        sent = Sequences()
        for line in (A, B):
            sent.add("ENTRY", 7, line)
        sent.add("OK", 7, B)
        return differences(sent, held(self.files([f"7\t{line}" for line in entry], [f"7\t{line}" for line in ok])))

    def test_once_and_in_order(self):
        self.assertEqual(self.wrong([A, B], [B]), [])
        for entry, ok in (([A], [B]), ([A, B, B], [B]), ([B, A], [B]), ([A, B], []), ([A, B], [A])):
            self.assertNotEqual(self.wrong(entry, ok), [], (entry, ok))

    def test_messages_that_only_bring_time_forward_do_not_count(self):
        paths = self.files([f"7\t{A}", f"7\t{B}", "900001\t900001,false,false,0,1"], [f"7\t{B}"])
        self.assertEqual(held(paths).messages, 3)

    def read(self, entry, ok=()):
        sent = Repeats([parse(1, "ENTRY", A), parse(2, "ENTRY", B), parse(3, "OK", B), parse(4, "ENTRY", B)])
        messages, wrong = sent.read(self.files(entry, ok))
        return [(message[0], message[1]) for message in messages], wrong, sent.repeated

    def test_a_repeat_stands_behind_the_first(self):
        messages, wrong, repeated = self.read([f"10\t7\t{A}", f"11\t7\t{A}", f"12\t7\t{B}", f"14\t7\t{B}"], [f"12\t7\t{B}"])
        self.assertEqual(wrong, [])
        self.assertEqual(repeated, 1)
        # Of one millisecond: in the order of their sending.
        self.assertEqual(messages, [(10, "ENTRY"), (11, "ENTRY"), (12, "ENTRY"), (12, "OK"), (14, "ENTRY")])

    def test_equal_messages_keep_their_own_places(self):
        messages, wrong, _ = self.read([f"10\t7\t{A}", f"12\t7\t{B}", f"13\t7\t{B}"], [f"13\t7\t{B}"])
        self.assertEqual(wrong, [])
        self.assertEqual(messages[2:], [(13, "OK"), (13, "ENTRY")])

    def test_what_is_missing_is_found(self):
        self.assertNotEqual(self.read([f"10\t7\t{A}", f"12\t7\t{B}"], [f"12\t7\t{B}"])[1], [])
        self.assertNotEqual(self.read([f"10\t7\t{A}", f"12\t7\t{B}", f"14\t7\t{B}"])[1], [])


if __name__ == "__main__":
    unittest.main()
