#!/usr/bin/env python3
"""trace synth, import, info and verify: round trips, damage, and wrong input."""
import json
import struct
import unittest

from support import CommandTest, npy_bytes


class Trace(CommandTest):
    def synth(self, name="a.dtrace", *options):
        self.done("trace", "synth", "-q", "--network", "alexnet", "-o", name, *options)
        return self.bytes_of(name)

    def test_synth_info_verify(self):
        self.synth("a.dtrace", "--frames", "3", "--active", "0.5", "--delta", "0.1", "--exact")
        summary = json.loads(self.done("trace", "info", "a.dtrace", "--json"))
        stream = summary["streams"]["spatial"]
        self.assertEqual([layer["name"] for layer in stream["layers"]][-1], "classifier.6")
        for site in stream["sites"]:
            self.assertEqual(len(site["activation_sparsity"]), 3)
            self.assertEqual(len(site["temporal_sparsity"]), 2)
            for sparsity in site["temporal_sparsity"]:
                self.assertAlmostEqual(sparsity, 0.9, delta=0.001)
        for layer in stream["layers"]:
            for key in ("dense_macs", "valid_macs"):
                self.assertIsInstance(layer[key], int)
            for key, count in (("spatial_macs", 3), ("delta_macs", 2), ("events", 2),
                               ("touched_outputs", 2)):
                self.assertEqual([type(value) for value in layer[key]], [int] * count)
            self.assertLessEqual(max(layer["spatial_macs"]), layer["valid_macs"])
            self.assertLessEqual(layer["valid_macs"], layer["dense_macs"])
        self.assertIn("3 records read", self.done("trace", "verify", "a.dtrace"))
        self.assertIn("classifier.6", self.done("trace", "info", "a.dtrace"))

    def test_the_same_seed_gives_the_same_bytes(self):
        first = self.synth("a.dtrace", "--seed", "5")
        self.assertEqual(first, self.synth("b.dtrace", "--seed", "5"))
        self.assertNotEqual(first, self.synth("c.dtrace", "--seed", "6"))

    def test_verify_finds_damage(self):
        whole = self.synth()
        self.write("cut.dtrace", whole[:len(whole) // 2])
        flipped = bytearray(whole)
        flipped[len(whole) * 3 // 4] ^= 1
        self.write("flipped.dtrace", bytes(flipped))
        for name in ("cut.dtrace", "flipped.dtrace"):
            with self.subTest(name=name):
                process = self.run_program("trace", "verify", name)
                self.assertEqual(process.returncode, 1, process.stdout + process.stderr)
                self.assertIn("damaged", process.stdout)
                self.assertIn("damage", self.done("trace", "info", name))

    def test_not_a_trace(self):
        self.write("text.dtrace", "this is no trace\n")
        self.write("empty.dtrace", "")
        whole = self.synth()
        self.write("head.dtrace", whole[:20])
        for name in ("text.dtrace", "empty.dtrace", "head.dtrace", "missing.dtrace"):
            for command in ("info", "verify"):
                self.refused(["trace", command, name], name)

    def test_newer_schema(self):
        whole = bytearray(self.synth())
        at = 8  # behind the magic (docs/trace-format.md)
        (version,) = struct.unpack_from("<I", whole, at)
        self.assertEqual(version, 1)
        struct.pack_into("<I", whole, at, version + 1)
        self.write("newer.dtrace", bytes(whole))
        for command in ("info", "verify"):
            self.refused(["trace", command, "newer.dtrace"], "newer.dtrace", "2")

    def test_synth_refuses(self):
        output = ["-o", "a.dtrace"]
        synth = ["trace", "synth", "--network", "alexnet"]
        self.refused([*synth, "--delta", "2", *output], "--delta")
        self.refused([*synth, "--active", "0.1", "--delta", "0.9", *output], "cannot change")
        self.refused([*synth, "--map", "features.1x=0.1,0.1", *output], "--map", "features.1")
        self.refused([*synth, "--map", "features.1=0.1", *output], "--map", "NAME=ACTIVE,DELTA")
        self.refused([*synth, "--preset", "thesis", *output], "--network", "preset")
        self.refused(["trace", "synth", "--preset", "thesiss", *output], "did you mean thesis?")
        self.refused([*synth, "-o", "nowhere/a.dtrace"], "nowhere/a.dtrace")
        self.refused([*synth, "-o", "/dev/null"], "/dev/null")

    def test_a_disk_that_fills_up(self):
        self.refused(["trace", "synth", "-q", "--network", "resnet18", "-o", "a.dtrace"], "a.dtrace",
                     "File too large", file_limit=20_000)

    def import_masks(self, delta):
        self.write("layers.csv", "layer,K,C,H,W,R,S,stride,pad,groups\nconv,4,2,3,3,3,3,1,1,1\n")
        active = bytes(1 for _ in range(18))
        self.write("conv_activation_mask.npy", npy_bytes(active * 2, (2, 3, 3, 2)))
        self.write("conv_delta_mask.npy", npy_bytes(active + delta, (2, 3, 3, 2)))

    def test_import(self):
        self.import_masks(bytes([1] + [0] * 17))
        self.done("trace", "import", "layers.csv", "-o", "a.dtrace", "-q")
        summary = json.loads(self.done("trace", "info", "a.dtrace", "--json"))
        (stream,) = summary["streams"].values()
        (layer,) = stream["layers"]
        self.assertEqual(layer["dense_macs"], 4 * 2 * 9 * 9)
        # 3x3 windows with one element of border: 49 taps of each channel lie inside.
        self.assertEqual(layer["spatial_macs"], [4 * 2 * 49] * 2)
        self.assertEqual(layer["events"], [1])
        # The corner element lies in four windows.
        self.assertEqual(layer["delta_macs"], [4 * 4])
        self.assertEqual(self.run_program("trace", "verify", "a.dtrace").returncode, 0)

    def test_import_refuses(self):
        self.import_masks(bytes(18))
        (self.folder / "conv_delta_mask.npy").unlink()
        self.refused(["trace", "import", "layers.csv", "-o", "a.dtrace"], "conv_delta_mask.npy")
        self.import_masks(bytes(18))
        self.write("layers.csv", "layer,K,C,H\nconv,4,2,3\n")
        self.refused(["trace", "import", "layers.csv", "-o", "a.dtrace"], "layers.csv")
        self.refused(["trace", "import", "none.csv", "-o", "a.dtrace"], "none.csv")

    def test_verify_finds_contradictions(self):
        # Elements that are zero before and after cannot have changed.
        self.import_masks(bytes(18))
        self.write("conv_activation_mask.npy", npy_bytes(bytes([1] * 18 + [0] * 18), (2, 3, 3, 2)))
        self.done("trace", "import", "layers.csv", "-o", "a.dtrace", "-q")
        process = self.run_program("trace", "verify", "a.dtrace")
        self.assertEqual(process.returncode, 1, process.stdout)
        self.assertIn("contradiction", process.stdout)


if __name__ == "__main__":
    unittest.main()
