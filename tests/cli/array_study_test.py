#!/usr/bin/env python3
"""The shipped study of three array parameters: the search finds what the grid finds, with a quarter
of its points. On a network that is small enough to be simulated a thousand times."""
import re
import unittest

from onnx_file import chain_of_convolutions
from support import CommandTest


class ArrayStudy(CommandTest):
    def test_the_search_reaches_the_grid_with_a_quarter_of_its_points(self):
        (self.folder / "net.onnx").write_bytes(chain_of_convolutions((3, 64, 256, 64), 14))
        self.done("trace", "synth", "-q", "--network", "net.onnx", "--frames", "2", "-o", "t.dtrace")
        trace = ("--set", f"trace={self.folder / 't.dtrace'}")
        self.done("sweep", "-q", "array_3_parameters", "-o", "grid", *trace)
        self.done("sweep", "-q", "array_3_parameters_nsga2", "-o", "search", *trace)
        text = self.done("sweep", "hypervolume", "search", "grid")
        share, evaluated, of = re.search(
            r"hypervolume: ([0-9.]+) % .*\npoints evaluated: (\d+), .* of its (\d+)", text).groups()
        self.assertGreaterEqual(float(share), 98)
        self.assertEqual(int(of), 864)
        self.assertLessEqual(int(evaluated), 864 // 4)
        self.assertIn("points evaluated: 864, 100.0 %", self.done("sweep", "hypervolume", "grid", "grid"))

    def test_fronts_of_unlike_sweeps_are_not_compared(self):
        (self.folder / "net.onnx").write_bytes(chain_of_convolutions((3, 8), 8))
        self.done("trace", "synth", "-q", "--network", "net.onnx", "--frames", "1", "-o", "t.dtrace")
        self.write("e.yaml", "trace: t.dtrace\n")
        sweep = ("experiment: e.yaml\nset: {modes: [delta]}\n"
                 "parameters: {accelerator.pe_array.fifo_depth: [1, 2]}\n"
                 "objectives: [{minimise: modes.delta.%s, name: cost}]\n")
        self.write("time.yaml", sweep % "time_s")
        self.write("energy.yaml", sweep % "energy_pJ.total")
        self.done("sweep", "-q", "time.yaml")
        self.done("sweep", "-q", "energy.yaml")
        self.refused(("sweep", "hypervolume", "results/time", "results/energy"), "objectives",
                     "modes.delta.energy_pJ.total")


if __name__ == "__main__":
    unittest.main()
