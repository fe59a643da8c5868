#!/usr/bin/env python3
"""With trained weights: what a dog is taken for, and ONNX against the built-in network."""
import json
import subprocess
import unittest

from support import SOURCE, CommandTest, shared_data_or_skip

EXPORT = SOURCE / "tests/workloads/export_resnet50_onnx.py"


class Reference(CommandTest):
    def test_a_samoyed_is_a_samoyed(self):
        picture = shared_data_or_skip("images/dog.jpg")
        result = json.loads(self.done("classify", "-q", picture, "--json",
                                      "--weights", shared_data_or_skip("weights/resnet50_v1_tfofficial_u8.npz"),
                                      "--labels", shared_data_or_skip("labels/imagenet_classes.txt")))
        best = result["top"][0]
        self.assertEqual(best["label"], "Samoyed")
        self.assertAlmostEqual(best["probability"], 0.91, delta=0.02)
        self.assertEqual(len(result["top"]), 5)

    def test_onnx_gives_the_same_bytes(self):
        weights = shared_data_or_skip("weights/resnet50_v1_tfofficial_u8.npz")
        frames = shared_data_or_skip("golden/reference/vtest_frames.npy")
        # Debian's Python has numpy and onnx, whichever comes first on the path.
        subprocess.run(["/usr/bin/python3", EXPORT, weights, self.folder / "r.onnx"], check=True)
        record = ("trace", "record", "-q", "--video", frames, "--frames", "10:2", "--no-fidelity",
                  "--streams", "spatial", "-Q", "fixed_point:8")
        self.done(*record, "--network", "r.onnx", "-o", "onnx.dtrace")
        self.done(*record, "--network", "resnet50", "--weights", weights, "-o", "built_in.dtrace")
        self.assertEqual(self.bytes_of("onnx.dtrace"), self.bytes_of("built_in.dtrace"))


if __name__ == "__main__":
    unittest.main()
