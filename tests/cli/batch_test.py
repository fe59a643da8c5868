#!/usr/bin/env python3
"""Batches of streams: by run, sweep and without a trace; and what is no batch."""
import csv
import json
import unittest

from onnx_file import chain_of_convolutions
from support import CommandTest, video_bytes

VIDEO = """
network: {name: mobilenet_v2, sites: [features.1*, features.4*]}
video: {file: v.npy}
quantizer: {kind: fixed_point, bits: 6}
fidelity: false
modes: [delta]
"""
TRACE = """
trace: t.dtrace
modes: [dense, delta]
"""


class Batch(CommandTest):
    def setUp(self):
        super().setUp()
        self.write("net.onnx", chain_of_convolutions((3, 64, 256, 64), 14))
        self.done("trace", "synth", "-q", "--network", "net.onnx", "--frames", "6", "-o", "t.dtrace")
        self.write("e.yaml", TRACE)

    def result(self, *options, out):
        self.done("run", "-q", "e.yaml", "--out", out, *options)
        return json.loads((self.folder / out / "result.json").read_text())

    def test_frames_side_by_side(self):
        baseline = ("--set", "baseline=systolic_32x32_os")
        one = self.result(*baseline, out="one")
        self.assertEqual(self.result(*baseline, "--set", "batch=1", out="same")["modes"],
                         one["modes"])
        three = self.result(*baseline, "--set", "batch=3", out="three")
        for mode in ("dense", "delta"):
            apart, together = one["modes"][mode], three["modes"][mode]
            self.assertEqual(together["frames"], 6)
            self.assertEqual(together["macs"], apart["macs"])
            weights = [m["traffic_bits"]["dram"]["read"]["weight"] for m in (apart, together)]
            self.assertLess(weights[1], 0.7 * weights[0])
            self.assertGreater(weights[1], 0.3 * weights[0])
            self.assertLess(together["energy_pJ"]["by_data"]["weight"],
                            apart["energy_pJ"]["by_data"]["weight"])
        self.assertEqual(three["modes"]["delta"]["state"]["footprint_bytes"],
                         3 * one["modes"]["delta"]["state"]["footprint_bytes"])
        self.assertEqual(three["baseline"]["macs"], one["baseline"]["macs"])
        self.assertEqual(three["provenance"]["batch"], "3 pieces of 2 frames each")
        self.assertIn("one camera each", " ".join(three["provenance"]["notes"]))
        self.assertNotIn("batch", one["provenance"])

    def test_the_frames_of_a_step(self):
        result = self.result("--set", "batch=2", out="two")
        steps = result["modes"]["delta"]["frame_figures"]
        self.assertEqual([step["batch_frames"] for step in steps], [[0, 3], [1, 4], [2, 5]])
        with open(self.folder / "two" / "frames.csv", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["mode"] == "delta"]
        self.assertEqual([row["batch_frames"] for row in rows], ["0 3", "1 4", "2 5"])
        self.assertEqual([row["frames"] for row in rows], ["2", "2", "2"])
        self.assertEqual(result["modes"]["delta"]["first_frame"]["frames"], 2)
        self.assertEqual(result["modes"]["delta"]["steady_state"]["frames"], 4)
        self.assertEqual(len(result["waterfall"]) > 0, True)
        self.done("report", "two")
        whole = self.result("--set", "batch=6", out="six")
        self.assertEqual(whole["waterfall"], [])
        self.done("report", "six", "two", "-o", "both")

    def test_items_are_found_again(self):
        first = self.result("--set", "batch=2", out="items")
        items = sorted(path.name for path in (self.folder / "items" / "items").iterdir())
        again = self.result("--set", "batch=2", out="items")
        self.assertEqual(again, first)
        self.assertEqual(items,
                         sorted(path.name for path in (self.folder / "items" / "items").iterdir()))
        # Nothing of a batch is taken for a single frame's.
        self.assertEqual(self.result(out="items")["modes"], self.result(out="fresh")["modes"])

    def test_without_a_trace(self):
        options = ("--set", "batch=2")
        self.write("v.npy", video_bytes(4))
        self.write("e.yaml", VIDEO)
        stored = self.result(*options, out="stored")
        live = self.result(*options, "--no-trace", out="live")
        self.assertEqual(live["modes"], stored["modes"])

    def test_at_a_rate(self):
        result = self.result("--set", "batch=2", "--set", "frame_rate=1 MHz", out="rate")
        figures = result["modes"]["delta"]["real_time"]
        self.assertEqual(figures["missed_frames"], 6)
        self.assertGreater(figures["energy_per_frame_pJ"], 0)

    def test_in_a_sweep(self):
        self.write("s.yaml", """
experiment: e.yaml
parameters:
  batch: [1, 2, 4, 3]
objectives:
  - {minimise: modes.delta.energy_pJ.total / modes.delta.frames, name: energy}
  - {minimise: modes.delta.state.footprint_bytes, name: state}
""")
        self.done("sweep", "s.yaml", "--out", "s", "--quiet", "-j", "2")
        with open(self.folder / "s" / "sweep.csv", newline="") as file:
            rows = {row["batch"]: row for row in csv.DictReader(file)}
        self.assertEqual({batch: row["status"] for batch, row in rows.items()},
                         {"1": "done", "2": "done", "3": "done", "4": "failed"})
        self.assertIn("4 pieces of 6 frames", rows["4"]["error"])
        energies = [float(rows[batch]["energy"]) for batch in "123"]
        self.assertEqual(energies, sorted(energies, reverse=True))

    def test_no_batch(self):
        self.write("v.npy", video_bytes(6))
        self.write("v.yaml", VIDEO)
        # Of a video, before it is recorded.
        for experiment in ("e.yaml", "v.yaml"):
            self.refused(["run", experiment, "--set", "batch=4"], "4 pieces of 6 frames",
                         "frames: 4, or with batch: 3 or 6")
            self.refused(["run", experiment, "--set", "batch=4", "--set", "frames=5"],
                         "4 pieces of 5 frames", "frames: 4", "batch: 1 or 5")
            self.refused(["run", experiment, "--set", "batch=7"], "7 pieces of 6 frames",
                         "batch: 6")
        self.refused(["run", "v.yaml", "--no-trace", "--set", "batch=4"], "4 pieces of 6 frames")
        for batch in ("0", "-1", "100000"):
            self.refused(["run", "e.yaml", "--set", "batch=" + batch], "batch", "1024")
        for batch in ("1.5", "many"):
            self.refused(["run", "e.yaml", "--set", "batch=" + batch], "batch", "a whole number")
        self.refused(["run", "e.yaml", "--set", "batch=3", "--set", "frames=2"], "at most the 2")

    def test_what_is_not_modelled(self):
        two = ["--set", "batch=2"]
        self.refused(["run", "e.yaml", *two, "--set", "accelerator=eyeriss_168"], "batch",
                     "row_stationary")
        self.refused(["run", "e.yaml", *two, "--timeline", "t.json"], "batch", "timeline")
        self.refused(["place", "e.yaml", *two], "batch", "placement")


if __name__ == "__main__":
    unittest.main()
