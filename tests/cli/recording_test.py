#!/usr/bin/env python3
"""trace record: the same bytes however it is interrupted, and what is said of wrong input."""
# Noise videos and the smallest network, untrained: what is recorded does not matter here.
import json
import signal
import time
import unittest

from support import CommandTest, video_bytes

NETWORK = ("--network", "mobilenet_v2")


class Recording(CommandTest):
    def record(self, name, *options, frames="0:8"):
        return ["trace", "record", "-q", "--video", "v.npy", *NETWORK, "--frames", frames, *options,
                "-o", name]

    def test_what_is_recorded(self):
        self.write("v.npy", video_bytes(3))
        self.done(*self.record("a.dtrace", "--site", "features.1*", "--values", frames="1:2"))
        summary = json.loads(self.done("trace", "info", "a.dtrace", "--json"))
        self.assertEqual(list(summary["streams"]), ["spatial"])
        self.assertTrue(all(site["name"].startswith("features.1")
                            for site in summary["streams"]["spatial"]["sites"]
                            if site["name"] not in ("input", "avgpool")))
        self.assertEqual(self.files(), ["a.dtrace", "v.npy"])
        # Untrained weights are known by their seed: the recursion runs without a file of weights.
        text = self.done("trace", "verify", "a.dtrace", "--recursion", "--video", "v.npy", *NETWORK)
        self.assertIn("all bitmaps equal the trace's", text)
        self.write("other.npy", video_bytes(3, seed=2))
        self.refused(["trace", "verify", "-q", "a.dtrace", "--recursion", "--video", "other.npy",
                      *NETWORK], "SHA-256")

    def interrupt(self, arguments, partial):
        """Starts a recording and interrupts it once a frame or two are on the disk."""
        process = self.start(*arguments)
        grown = self.folder / partial
        deadline = time.monotonic() + 120
        while process.poll() is None and time.monotonic() < deadline:
            if grown.exists() and grown.stat().st_size > 100_000:
                process.send_signal(signal.SIGINT)
                break
            time.sleep(0.005)
        _, message = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 130, message)
        self.assertIn("--resume", message)
        self.assertNotIn(partial.removesuffix(".partial"), self.files())

    def resumed_as_whole(self, *options, frames="0:8"):
        self.write("v.npy", video_bytes(22))
        self.done(*self.record("whole.dtrace", *options, frames=frames))
        self.interrupt(self.record("a.dtrace", *options, frames=frames), "a.dtrace.partial")
        json.loads(self.done("trace", "info", "a.dtrace.partial", "--json"))
        self.assertEqual(self.run_program("trace", "verify", "a.dtrace.partial").returncode, 1)
        self.done(*self.record("a.dtrace", *options, "--resume", frames=frames))
        self.assertEqual(self.files(), ["a.dtrace", "v.npy", "whole.dtrace"])
        self.assertEqual(self.bytes_of("a.dtrace"), self.bytes_of("whole.dtrace"))

    def test_resumed_without_quantizer(self):
        self.resumed_as_whole()

    def test_resumed_with_threshold(self):
        self.resumed_as_whole("-Q", "threshold:0.05", "--no-fidelity")

    def test_resumed_with_sigma_delta(self):
        self.resumed_as_whole("-Q", "sigma_delta:6", "--no-fidelity")

    def test_resumed_two_streams(self):
        self.resumed_as_whole("-Q", "fixed_point:8", "--streams", "spatial,temporal",
                              "--calibration", "10:2", "--no-fidelity", frames="10:4")

    def test_resumed_otherwise(self):
        self.write("v.npy", video_bytes(12))
        self.interrupt(self.record("a.dtrace", "--no-fidelity"), "a.dtrace.partial")
        self.refused(self.record("a.dtrace", "-Q", "threshold:0.1", "--resume"), "a.dtrace.partial",
                     "quantizer")

    def test_a_disk_that_fills_up(self):
        self.write("v.npy", video_bytes(4))
        process = self.run_program(*self.record("a.dtrace", "--no-fidelity", frames="0:4"),
                                   file_limit=800_000)
        self.assertEqual(process.returncode, 2, process.stderr)
        self.assertIn("a.dtrace.partial", process.stderr)
        self.assertIn("File too large", process.stderr)
        self.assertNotIn("a.dtrace", self.files())


if __name__ == "__main__":
    unittest.main()
