#!/usr/bin/env python3
"""Clips as an axis of a sweep: every clip a point, the damaged one a failed point, statistics over the others."""
import csv
import json
import sqlite3
import statistics
import unittest

from support import CommandTest, video_bytes

EXPERIMENT = """
network: {name: mobilenet_v2, sites: [features.1*, features.4*]}
video: {file: clips/v_Walk_g01_c01.npy, frames: "1:3"}
quantizer: {kind: fixed_point, bits: 6, calibration_clips: calibration.npy}
fidelity: false
modes: [dense, delta]
"""
SWEEP = """
name: clips
experiment: e.yaml
parameters:
  video.file: {clips: clips%s}
objectives:
  - {minimise: modes.delta.energy_pJ.total, name: energy}
"""
GOOD = ["v_Run_g01_c01.npy", "v_Walk_g01_c01.npy", "v_Walk_g01_c02.npy"]
DAMAGED = "v_Run_g01_c02.avi"


class ClipSweep(CommandTest):
    def make(self, more=""):
        self.write("e.yaml", EXPERIMENT)
        self.write("s.yaml", SWEEP % more)
        self.write("calibration.npy", video_bytes(3, seed=9))
        for seed, name in enumerate(GOOD):
            self.write("clips/" + name, video_bytes(4, seed=seed))
        self.write("clips/" + DAMAGED, b"RIFF no video")

    def rows(self, name):
        with open(self.folder / name, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def details(self):
        database = sqlite3.connect(self.folder / "out/sweep.sqlite")
        found = dict(database.execute('SELECT "parameter video.file", details FROM points WHERE status = \'done\''))
        database.close()
        return {clip: json.loads(text) for clip, text in found.items()}

    def test_statistics_over_clips(self):
        self.make()
        text = self.done("sweep", "s.yaml", "--out", "out", "-j", "2")
        self.assertIn("all clips (3 clips)", text)
        clips = {row["clip"]: row for row in self.rows("out/clips.csv")}
        self.assertEqual(sorted(clips), sorted([*GOOD, DAMAGED]))
        # The damaged one has its message, and the others went on.
        self.assertEqual(clips[DAMAGED]["status"], "failed")
        self.assertIn(DAMAGED, clips[DAMAGED]["error"])
        self.assertEqual({clips[name]["class"] for name in GOOD}, {"Run", "Walk"})
        # The same clip by itself has the same figures.
        self.done("run", "-q", "e.yaml", "--out", "one")
        one = self.json("one/result.json")["modes"]["delta"]
        row = clips["v_Walk_g01_c01.npy"]
        self.assertEqual(float(row["energy_per_frame_pJ_delta"]), one["energy_pJ"]["total"] / 3)
        # Merged figures against a plain computation.
        for of, name in [(GOOD, "all"), (GOOD[1:], "Walk")]:
            values = [float(clips[clip]["temporal_sparsity_spatial"]) for clip in of]
            merged = next(r for r in self.rows("out/classes.csv")
                          if r["class"] == name and r["quantity"] == "temporal_sparsity_spatial")
            self.assertEqual(int(merged["clips"]), len(of))
            self.assertAlmostEqual(float(merged["mean"]), statistics.mean(values), places=12)
            self.assertAlmostEqual(float(merged["standard_deviation"]), statistics.stdev(values), places=12)
            self.assertAlmostEqual(float(merged["median"]), statistics.median(values), places=12)
        # Every site, from what was kept of the points.
        kept = self.details()
        for site in self.rows("out/sites.csv"):
            if site["class"] != "all":
                continue
            values = [next(s[4] for s in kept[clip]["sites"] if s[:2] == [site["stream"], site["site"]]) for clip in GOOD]
            self.assertAlmostEqual(float(site["temporal_sparsity_mean"]), statistics.mean(values), places=12)
            self.assertEqual(float(site["temporal_sparsity_max"]), max(values))
        # Of the clips nothing but figures is left.
        of_sweep = [name for name in self.files() if name.startswith("out/")]
        self.assertFalse([name for name in of_sweep if name.endswith((".dtrace", ".item", ".partial"))])
        # Untrained batch norms are of the clip, and so are quantizers behind them.
        self.assertEqual(len([name for name in of_sweep if name.endswith(".calibration")]), len(GOOD))
        # The page and the figures have them.
        self.done("report", "out", "--format", "html,figures")
        self.assertIn("Zeros of delta maps", self.bytes_of("out/sweep.html").decode())
        self.assertTrue((self.folder / "out/figures/clip_sites.csv").exists())
        self.assertTrue((self.folder / "out/figures/clip_classes.gp").exists())

    def test_resume_takes_up_what_is_open(self):
        self.make()
        (self.folder / "clips" / DAMAGED).unlink()
        self.write("part.yaml", SWEEP % "" + "budget: {points: 1}\n")
        self.done("sweep", "part.yaml", "--out", "out", "-j", "1")
        first = self.details()
        self.assertEqual(len(first), 1)
        self.assertEqual(len(self.rows("out/clips.csv")), 1)
        self.done("sweep", "part.yaml", "--out", "out", "-j", "1", "--resume")
        self.done("sweep", "part.yaml", "--out", "out", "-j", "1", "--resume")
        self.assertEqual(sorted(self.details()), GOOD)
        self.done("sweep", "s.yaml", "--out", "whole", "-j", "2")
        for table in ("clips.csv", "classes.csv", "sites.csv"):
            self.assertEqual(self.bytes_of("out/" + table), self.bytes_of("whole/" + table))

    def test_how_long_it_would_take(self):
        self.make()
        self.write("fifo.yaml", (SWEEP % "").replace("video.file: {clips: clips}",
                                                     "accelerator.pe_array.fifo_depth: [4, 8]"))
        before = self.files()
        # The first clip of the folder is damaged: another one is measured.
        (self.folder / "clips" / DAMAGED).rename(self.folder / "clips/a.avi")
        text = self.done("sweep", "fifo.yaml", "--clips", "clips", "--dry-run", "-j", "4")
        self.assertIn("points: 8", text)
        self.assertIn("recordings: none is stored", text)
        self.assertRegex(text, r"estimated time: .* with 4 jobs")
        self.assertEqual(len(self.files()), len(before))
        self.refused(["sweep", "fifo.yaml", "--clips", "nowhere"], "nowhere", "no such folder")

    def test_what_does_not_fit(self):
        self.make(", limit: 9")
        self.refused(["sweep", "s.yaml"], "limit", "found 9", "at most 4")
        self.make(", classes: c.csv")
        self.write("c.csv", "clip,camera\nv_Walk_g01_c01.npy,still\n")
        self.refused(["sweep", "s.yaml"], "c.csv", "v_Run_g01_c01.npy has no row")
        self.write("s.yaml", (SWEEP % "").replace("clips: clips}", "clips: list.txt}"))
        self.write("list.txt", "clips/v_Walk_g01_c01.npy\nclips/missing.npy\n")
        self.refused(["sweep", "s.yaml"], "list.txt:2", "clips/missing.npy")
        (self.folder / "empty").mkdir()
        self.write("s.yaml", (SWEEP % "").replace("clips: clips}", "clips: empty}"))
        self.refused(["sweep", "s.yaml"], "there is no clip here")


if __name__ == "__main__":
    unittest.main()
