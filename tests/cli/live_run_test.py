#!/usr/bin/env python3
"""run without a stored trace: the figures of the stored one, and nothing left behind."""
import json
import unittest

from support import SIDE, CommandTest, video_bytes

EXPERIMENT = """
network: {name: mobilenet_v2, sites: [features.1*, features.4*]}
video: {file: v.npy%s}
quantizer: {%s}
fidelity: false
modes: [delta]
"""
BITS = "kind: fixed_point, bits: 6"
# What names the file of the trace, or its way there, and nothing else may differ.
OF_THE_TRACE = ("trace", "trace_sha256", "command", "experiment", "experiment_file")


def dim(video):
    """The same pictures with a sixteenth of the light."""
    pixels = len(video) - len(video) % (SIDE * SIDE * 3)
    return video[:-pixels] + video[-pixels:].translate(bytes(i // 16 for i in range(256)))


class LiveRun(CommandTest):
    def result(self, *options, out):
        self.done("run", "-q", "e.yaml", "--out", out, *options)
        result = json.loads((self.folder / out / "result.json").read_text())
        return result

    def same_figures(self, *options, jobs=("1", "2")):
        stored = self.result(*options, out="stored")
        for each in jobs:
            live = self.result(*options, "--no-trace", "-j", each, out="live" + each)
            self.assertEqual(live["provenance"]["trace_sha256"], "none")
            for key in OF_THE_TRACE:
                live["provenance"].pop(key), stored["provenance"].pop(key, None)
            self.assertEqual(live, stored)
            left = sorted(path.name for path in (self.folder / ("live" + each)).rglob("*"))
            self.assertEqual(left, ["frames.csv", "layers.csv", "result.json"])
        return stored

    def test_every_mode(self):
        self.write("v.npy", video_bytes(5))
        self.write("e.yaml", EXPERIMENT % ("", BITS))
        stored = self.same_figures("--set", "modes=[dense, spatial, delta, selective]",
                                   "--set", "baseline=systolic_32x32_os", jobs=("2",))
        self.assertEqual(stored["modes"]["delta"]["frames"], 5)
        self.assertEqual(sorted(stored["modes"]), ["delta", "dense", "selective", "spatial"])

    def test_part_of_the_recorded_frames(self):
        # What is calibrated, mapped and noted rests on all of them.
        self.write("v.npy", video_bytes(6))
        self.write("e.yaml", EXPERIMENT % (", frames: '1:5'", BITS))
        self.same_figures("--set", "frames=2", "--set", "modes=[dense, delta]")

    def test_a_single_frame(self):
        self.write("v.npy", video_bytes(2))
        self.write("e.yaml", EXPERIMENT % (", frames: '1:1'", BITS))
        self.same_figures(jobs=("1",))

    def test_calibrated_on_other_clips(self):
        self.write("v.npy", video_bytes(4))
        self.write("dim.npy", dim(video_bytes(3, seed=5)))
        step = "kind: step, sparsity: 0.8"
        self.write("e.yaml", EXPERIMENT % ("", step + ", calibration_clips: [dim.npy, v.npy]"))
        other = self.same_figures(jobs=("1",))
        self.write("e.yaml", EXPERIMENT % ("", step))
        own = self.result(out="own")
        self.assertNotEqual(own["modes"]["delta"]["cycles"], other["modes"]["delta"]["cycles"])
        self.write("e.yaml", EXPERIMENT % ("", step + ", calibration_clips: [none.npy]"))
        self.refused(["run", "e.yaml", "--no-trace"], "none.npy")

    def test_what_does_not_fit(self):
        self.write("v.npy", video_bytes(3))
        self.write("e.yaml", EXPERIMENT % ("", BITS))
        self.refused(["run", "e.yaml", "--no-trace", "--set", "frames=4"],
                     "frames: found 4, expected at most 3")
        self.refused(["run", "e.yaml", "--no-trace", "--timeline", "t.json"], "stored trace")
        self.refused(["run", "two_stream_sample", "--no-trace"], "store_trace")
        self.refused(["run", "e.yaml", "--set", "store_trace=perhaps"], "true or false")
        self.assertFalse((self.folder / "results").exists())


if __name__ == "__main__":
    unittest.main()
