#!/usr/bin/env python3
"""CSV and JSON in pandas, without a word on how to read them; and their sums against result.json."""
import json
import unittest

import pandas
from made_up_result import result
from support import CommandTest

TEXTS = {"run", "mode", "stream", "layer", "execution", "mapping", "bound_by", "site", "step", "text", "against", "chosen"}
# A column without a unit is a text, a count, or a share or ratio.
COUNTS = {"frames", "frame", "macs_dense", "macs_executed", "macs_skipped", "elements", "cycles"}
RATIOS = {"utilization", "activation_sparsity", "temporal_sparsity", "unchanged_pixels", "reduction", "mac_reduction",
          "cycle_reduction", "dram_access_reduction", "energy_reduction"}
UNITS = ("_pJ", "_bits", "_bytes", "_s", "_cycles", "_bytes_per_frame")
TABLES = ("modes", "layers", "frames", "sites", "waterfall", "reductions", "choices")


class Tables(CommandTest):
    @classmethod
    def setUpClass(cls):
        case = cls()
        case.setUp()
        cls.addClassCleanup(case.doCleanups)
        cls.shared = case.folder
        case.done("trace", "synth", "-q", "--network", "alexnet", "--frames", "3", "-o", "a.dtrace")
        case.write("e.yaml", "trace: a.dtrace\nmodes: [dense, spatial, delta, selective]\nbaseline: systolic_32x32_os\n")
        case.done("run", "-q", "e.yaml", "-o", "out")
        case.done("report", "out", "--format", "csv,json")

    def runTest(self):
        """For setUpClass."""

    def check_columns(self, table):
        for name in table.columns:
            self.assertFalse(name.startswith("Unnamed"), name)
            if name in TEXTS:
                self.assertTrue(all(isinstance(value, str) for value in table[name]), name)
                continue
            self.assertTrue(name in COUNTS | RATIOS or name.endswith(UNITS), f"{name} has no unit")
            self.assertTrue(pandas.api.types.is_numeric_dtype(table[name]), f"{name} is {table[name].dtype}")
            self.assertFalse(table[name].isna().any(), name)

    def test_every_column_is_a_number_with_its_unit_or_a_text(self):
        for path in ("layers.csv", "frames.csv", *(f"tables/{name}.csv" for name in TABLES)):
            with self.subTest(path):
                table = pandas.read_csv(self.shared / "out" / path)
                self.assertGreater(len(table), 0)
                self.check_columns(table)

    def test_json_is_the_same_table(self):
        for name in TABLES:
            with self.subTest(name):
                expected = pandas.read_csv(self.shared / f"out/tables/{name}.csv")
                table = pandas.read_json(self.shared / f"out/tables/{name}.json")
                self.check_columns(table)
                pandas.testing.assert_frame_equal(table, expected, check_dtype=False)

    def test_layers_are_those_that_the_run_wrote(self):
        written = (self.shared / "out/layers.csv").read_bytes()
        self.assertEqual((self.shared / "out/tables/layers.csv").read_bytes(), written)

    def test_sums_are_those_of_the_result(self):
        figures = json.loads((self.shared / "out/result.json").read_text(encoding="utf-8"))
        modes = dict(figures["modes"], baseline=figures["baseline"])
        for path in ("layers.csv", "frames.csv", "tables/modes.csv", "tables/frames.csv"):
            sums = pandas.read_csv(self.shared / "out" / path).groupby("mode").sum(numeric_only=True)
            self.assertEqual(set(sums.index), set(modes))
            for name, mode in modes.items():
                with self.subTest(path, mode=name):
                    row = sums.loc[name]
                    self.assertEqual(row["macs_executed"], mode["macs"]["executed"])
                    self.assertEqual(row["cycles"], mode["cycles"])
                    self.assertAlmostEqual(row["energy_pJ"] / mode["energy_pJ"]["total"], 1, places=9)
                    traffic = mode["traffic_bits"]["dram"]
                    moved = sum(traffic["read"].values()) + sum(traffic["write"].values())
                    if "dram_bits" in row:
                        self.assertEqual(row["dram_bits"], moved)
                    else:
                        self.check_parts(row, mode, moved)

    def check_parts(self, row, mode, moved):
        self.assertEqual(row["dram_read_bits"] + row["dram_write_bits"], moved)
        for key in ("by_component", "by_data"):
            for part, energy in mode["energy_pJ"][key].items():
                self.assertAlmostEqual(row[f"energy_{part}_pJ"], energy, delta=1e-9 * energy)

    def test_several_runs_are_told_apart(self):
        for name in ("a", "b"):
            self.write(f"{name}/result.json", json.dumps(result()))
        self.done("report", "a", "b", "-o", "both", "--format", "csv")
        layers = pandas.read_csv(self.folder / "both/tables/layers.csv")
        self.assertEqual(list(layers["run"].unique()), ["made_up (a)", "made_up (b)"])
        self.assertEqual(len(layers), 2 * 3 * 3)  # runs, modes with the baseline, layers


if __name__ == "__main__":
    unittest.main()
