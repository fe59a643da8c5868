#!/usr/bin/env python3
"""What is shown on a terminal (of which a test makes its own), and what where there is none."""
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import unittest

from support import PROGRAM, CommandTest

ESCAPE = "\033["
COLOUR = re.compile(r"\033\[[0-9;]*m")


class Terminal(CommandTest):
    def on_terminal(self, *arguments, columns=100, **variables):
        """Status and what a terminal was sent, of both outputs."""
        try:
            master, slave = pty.openpty()
        except OSError as error:  # a container or chroot without /dev/pts
            print(f"SKIPPED: no pseudo-terminal ({error})", flush=True)
            self.skipTest(f"no pseudo-terminal: {error}")
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
        environment.update({"TERM": "xterm"}, **variables)
        with subprocess.Popen([PROGRAM, *map(str, arguments)], cwd=self.folder, stdin=slave,
                              stdout=slave, stderr=slave, env=environment) as process:
            os.close(slave)
            text = b""
            try:
                while piece := os.read(master, 65536):
                    text += piece
            except OSError:  # how Linux says that nobody holds the other end any more
                pass
        os.close(master)
        return process.returncode, text.decode().replace("\r\n", "\n")

    def synth(self, *more):
        """Work of about a second, so that the bar moves."""
        return ("trace", "synth", "--network", "resnet18", "--frames", "40", "-o", "made.dtrace", *more)

    def test_errors_are_coloured_on_a_terminal_only(self):
        status, shown = self.on_terminal("rnu")
        self.assertEqual(status, 2)
        self.assertRegex(COLOUR.sub("", shown), r"^deltasim: error: .*did you mean run\?")
        self.assertRegex(shown, COLOUR)
        self.assertNotIn(ESCAPE, self.run_program("rnu").stderr)

    def test_no_colour_where_none_is_wanted(self):
        self.assertNotIn(ESCAPE, self.on_terminal("rnu", NO_COLOR="1")[1])
        self.assertNotIn(ESCAPE, self.on_terminal("rnu", TERM="dumb")[1])
        self.assertRegex(self.on_terminal("rnu", NO_COLOR="")[1], COLOUR)

    def test_progress_is_a_bar_with_rate_and_time_left(self):
        status, shown = self.on_terminal(*self.synth(), NO_COLOR="1")
        self.assertEqual(status, 0, shown)
        self.assertRegex(shown, r"making up \[\.+\] 0/40 records, time left unknown")
        drawn = shown.split("\r")
        self.assertTrue(any(re.search(r"\[#+\.*\] \d+/40 records, [\d.]+ (records/s|s each), \d+ s left", line)
                            for line in drawn), shown)
        self.assertRegex(drawn[-1], r"\033\[Kmaking up: 40 records in [\d.]+ s\n$")

    def test_no_colour_leaves_no_colour_in_the_bar(self):
        self.assertRegex(self.on_terminal(*self.synth())[1], r"\[" + COLOUR.pattern + r"#+\.*")
        self.assertNotRegex(self.on_terminal(*self.synth(), NO_COLOR="1")[1], COLOUR)

    def test_the_bar_fits_a_narrow_terminal(self):
        for columns in (20, 50, 70):
            with self.subTest(columns=columns):
                shown = self.on_terminal(*self.synth(), columns=columns, NO_COLOR="1")[1]
                for line in shown.split("\r\033[K")[1:-1]:
                    self.assertLess(len(line), columns)

    def test_a_dumb_terminal_gets_lines(self):
        shown = self.on_terminal(*self.synth(), TERM="dumb")[1]
        self.assertNotIn("\r", shown)
        self.assertRegex(shown, r"^making up: 40 records in [\d.]+ s\n$")

    def test_plain_lines_where_there_is_no_terminal(self):
        process = self.run_program(*self.synth())
        self.assertEqual(process.returncode, 0)
        self.assertNotIn(ESCAPE, process.stderr)
        self.assertNotIn("\r", process.stderr)
        self.assertIn("40 records in", process.stderr)

    def test_quiet(self):
        self.assertEqual(self.run_program(*self.synth("--quiet")).stderr, "")
        self.assertEqual(self.on_terminal("-q", *self.synth())[1], "")
        self.assertIn("did you mean run?", self.run_program("-q", "rnu").stderr)

    def test_verbose_tells_what_was_chosen_and_how_long_it_took(self):
        job = ("run", "two_stream_sample", "--set", "frames=1", "--set", "modes=[delta]", "-j", "2",
               "--out", "out")
        told = self.run_program("--verbose", *job).stderr
        self.assertRegex(told, r"info: accelerator: .*/delta_event_256\.yaml\n")
        self.assertRegex(told, r"info: mapping of delta execution, spatial stream, layer conv1: delta, "
                               r".*; best of \d+, about [\d.e+]+ cycles\n")
        self.assertIn("info: 4 work items: 0 read from out/items, 4 to simulate in 2 at a time\n", told)
        self.assertRegex(told, r"info: simulating took [\d.]+ s\n")
        again = self.run_program(*job, "-v").stderr
        self.assertIn("info: 4 work items: 4 read from out/items, 0 to simulate", again)
        self.assertNotIn("info:", self.run_program(*job).stderr)

    def test_quiet_and_verbose_exclude_each_other(self):
        self.refused(["-q", "-v", *self.synth()], "--quiet", "--verbose")


if __name__ == "__main__":
    unittest.main()
