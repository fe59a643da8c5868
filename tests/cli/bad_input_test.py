#!/usr/bin/env python3
"""trace record: what is said of input that is wrong."""
import unittest

import onnx_file
from support import CommandTest, video_bytes, write_npz

NETWORK = ("--network", "mobilenet_v2")


class BadInput(CommandTest):
    def setUp(self):
        super().setUp()
        self.write("v.npy", video_bytes(14))

    def refuses(self, options, *fragments):
        self.refused(["trace", "record", *options, "-o", "a.dtrace"], *fragments)

    def test_videos(self):
        whole = self.bytes_of("v.npy")
        self.write("empty.avi", "")
        self.write("noise.avi", whole[1000:60_000])
        self.write("cut.npy", whole[:100])
        self.write("short.npy", whole[:100_000])
        self.write("zero.npy", video_bytes(0))
        for name in ("missing.avi", "empty.avi", "noise.avi", "cut.npy", "short.npy", "zero.npy"):
            with self.subTest(video=name):
                self.refuses(["--video", name, *NETWORK], name)
        (self.folder / "folder").mkdir()
        self.refuses(["--video", "folder", *NETWORK], "folder")
        self.refuses([*NETWORK], "--video")

    def test_frames(self):
        video = ["--video", "v.npy", *NETWORK]
        self.refuses([*video, "--frames", "0:15"], "v.npy", "0:15", "14 frames")
        self.refuses([*video, "--frames", "3-7"], "3-7", "START:COUNT")
        self.refuses([*video, "--frames", "0:0"], "0:0")
        # Ten differences need ten frames before the first.
        self.refuses([*video, "--streams", "temporal", "--frames", "3:4"], "3:4", "START of 10")
        self.refuses([*video, "--streams", "temporal", "--frames", "10:1:2"], "START of 20")
        self.write("short.npy", video_bytes(10))
        self.refuses(["--video", "short.npy", *NETWORK, "--streams", "temporal"], "short.npy", "10")
        self.refuses([*video, "--calibration", "0:99", "-Q", "fixed_point:8"], "0:99")

    def test_names(self):
        video = ["--video", "v.npy"]
        self.refuses([*video, "--network", "mobilenet"], "did you mean mobilenet_v2?")
        self.refuses([*video, *NETWORK, "-Q", "fixed_pont:8"], "did you mean fixed_point?")
        self.refuses([*video, *NETWORK, "-Q", "fixed_point:99"], "99", "16")
        self.refuses([*video, *NETWORK, "-Q", "step:-1"], "step")
        self.refuses([*video, *NETWORK, "-Q", "step:@steps.yaml"], "steps.yaml")
        self.refuses([*video, *NETWORK, "-Q", "threshold:nan"], "nan")
        self.refuses([*video, *NETWORK, "--streams", "spatal"], "did you mean spatial?")
        self.refuses([*video, *NETWORK, "--backend", "fp23"], "did you mean fp32?")
        self.refuses([*video, *NETWORK, "--stem-pool-padding", "bth"], "did you mean both?")
        self.refuses([*video, *NETWORK, "--site", "layer9.*"], "layer9.*")

    def test_outputs(self):
        video = ["trace", "record", "--video", "v.npy", *NETWORK]
        self.refused([*video, "-o", "nowhere/a.dtrace"], "nowhere")
        self.refused([*video, "-o", "."], "folder")
        self.refused([*video, "-o", "/dev/null"], "/dev/null")
        self.refused(video, "--output")

    def test_weights(self):
        video = ["--video", "v.npy", "--network", "resnet18", "--weights"]
        self.refuses([*video, "missing.npz"], "missing.npz")
        self.write("noise.npz", self.bytes_of("v.npy")[:5000])
        self.refuses([*video, "noise.npz"], "noise.npz")
        write_npz(self.folder / "few.npz", {"fc.weight": ((10, 512), [0.0] * 5120),
                                            "fc.bias": ((10,), [0.0] * 10)})
        self.refuses([*video, "few.npz"], "few.npz", "conv1.weight")
        shapes = {"conv1.weight": ((8, 3, 5, 5), [0.0] * 600), "fc.weight": ((10, 512), [0.0] * 5120),
                  "fc.bias": ((10,), [0.0] * 10)}
        write_npz(self.folder / "shape.npz", shapes)
        self.refuses([*video, "shape.npz"], "conv1.weight", "8", "64")
        values = [0.0] * 9407 + [float("nan")]
        write_npz(self.folder / "nan.npz", {**shapes, "conv1.weight": ((64, 3, 7, 7), values)})
        self.refuses([*video, "nan.npz"], "nan.npz", "conv1.weight", "nan")

    def test_onnx(self):
        video = ["--video", "v.npy", "--network"]
        relu = onnx_file.node("Relu", ["input"], ["output"], "act")
        whole = onnx_file.model([relu])
        self.write("cut.onnx", onnx_file.model([relu] * 40)[:-60])
        self.write("operator.onnx", onnx_file.model([onnx_file.node("Erf", ["input"], ["output"], "gelu")]))
        self.write("cycle.onnx", onnx_file.model([
            onnx_file.node("Add", ["input", "b"], ["a"], "first"),
            onnx_file.node("Relu", ["a"], ["b"], "second"),
            onnx_file.node("Relu", ["b"], ["output"], "third")]))
        self.write("opset.onnx", onnx_file.model([relu], opset=5))
        self.write("empty.onnx", b"")
        self.write("whole.onnx", whole)
        self.refuses([*video, "missing.onnx"], "missing.onnx")
        self.refuses([*video, "empty.onnx"], "empty.onnx")
        self.refuses([*video, "cut.onnx"], "cut.onnx")
        self.refuses([*video, "operator.onnx"], "operator.onnx", "gelu", "Erf", "opset 13")
        self.refuses([*video, "cycle.onnx"], "cycle.onnx", "cycle")
        self.refuses([*video, "opset.onnx"], "opset.onnx", "5", "7")
        self.refuses([*video, "whole.onnx", "--weights", "w.npz"], "whole.onnx", "weights")

    def test_experiment_files(self):
        self.write("e.yaml", "video: {file: v.npy, frames: 0:1}\nnetwork: {nme: x}\nquantiser: {}\n")
        self.refuses(["e.yaml"], "e.yaml:2", "network.nme", "did you mean name?", "e.yaml:3",
                     "quantiser", "did you mean quantizer?")
        self.write("e.yaml", "video: {file: missing.npy}\n")
        self.refuses(["e.yaml"], "missing.npy")
        self.write("e.yaml", "video: [\n")
        self.refuses(["e.yaml"], "e.yaml")
        self.refuses(["none.yaml"], "none.yaml")
        self.refuses(["--set", "quantizer.bits=7"], "--set")
        self.write("e.yaml", "video: {file: v.npy}\n")
        self.refuses(["e.yaml", "--set", "quantizer.bits"], "key=value")


if __name__ == "__main__":
    unittest.main()
