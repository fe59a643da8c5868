#!/usr/bin/env python3
"""place: the placement that it finds is what a run of it costs, and input that is wrong."""
import csv
import shlex
import unittest

from support import CommandTest


class Place(CommandTest):
    def setUp(self):
        super().setUp()
        self.done("trace", "synth", "-q", "--network", "resnet18", "--frames", "2", "-o", "r.dtrace")
        self.write("e.yaml", "trace: r.dtrace\nmodes: [delta]\n")

    def place(self, output, *options):
        self.text = self.done("place", "-q", "e.yaml", "-o", output, *options)
        return self.json(f"{output}/placement.json")

    def simulated(self, output, answer):
        """What a run of the fragment counts."""
        self.done("run", "-q", "e.yaml", "-o", output + "_run", "--set", "modes=selective",
                  "--set", f"placement={output}/placement.yaml",
                  *(word for key, value in answer["set_accelerator"].items()
                    for word in ("--set", f"accelerator.{key}={value}")))
        return self.json(output + "_run/result.json")

    def test_a_run_of_the_placement_costs_what_was_predicted(self):
        found = self.place("out")
        self.assertEqual(found["schema"], "deltasim.placement/1")
        self.assertIn("CBC", found["solver"]["name"])
        self.assertIn("CBC", self.text)
        self.assertTrue(found["agrees"])
        exact = found["answers"][0]
        self.assertEqual(exact["name"], "exact")
        result = self.simulated("out", found)
        mode = result["modes"]["selective"]
        self.assertEqual(mode["energy_pJ"]["total"], exact["simulated"]["energy_pJ"])
        self.assertAlmostEqual(exact["predicted"]["energy_pJ"] / mode["energy_pJ"]["total"], 1,
                               delta=0.01)
        self.assertAlmostEqual(exact["predicted"]["time_s"] / mode["time_s"], 1, delta=0.01)
        self.assertEqual(result["provenance"]["placement"], "out/placement.yaml")
        self.assertNotIn("selective_choices", result)
        layers = mode["streams"]["spatial"]["layers"]
        for row, layer in zip(found["layers"], layers, strict=True):
            self.assertEqual((row["layer"], row["mode"]), (layer["name"], layer["execution"]))
            if row["state_bytes"]:
                self.assertEqual(row["state"], layer["state_place"])
        on_chip = sum(row["state_bytes"] for row in found["layers"])
        self.assertEqual(on_chip, exact["predicted"]["glb_bytes"])
        self.assertGreater(on_chip, 0)
        self.assertLessEqual(on_chip, found["room_bytes"]["glb"])
        for answer in found["answers"][1:]:
            if answer["fits"]:
                self.assertLessEqual(exact["predicted"]["energy_pJ"],
                                     answer["predicted"]["energy_pJ"] * (1 + 1e-9))
        names = {answer["name"]: answer for answer in found["answers"]}
        self.assertFalse(names["delta_glb"]["fits"])
        self.assertIsNone(names["delta_glb"]["simulated"])
        self.assertLessEqual({"greedy", "rule", "dense", "spatial", "delta_dram"}, names.keys())
        rows = self.bytes_of("out/placement.csv").decode().splitlines()
        self.assertEqual(len(rows), 1 + len(layers))

    def test_the_command_that_it_names_can_be_typed(self):
        self.place("a b", "--set", "frames=1")
        command = shlex.split(self.bytes_of("a b/placement.yaml").decode().splitlines()[1][1:])
        self.assertEqual(command[:2], ["deltasim", "run"])
        self.done(*command[1:], "-q", "-o", "again")
        self.assertIn("selective", self.json("again/result.json")["modes"])

    def test_figures(self):
        self.place("out", "--set", "frames=1")
        self.refused(["report", "out"], "no run, but a placement", "placement.yaml")
        for name in ("placement_layers", "placement_answers"):
            for kind in ("csv", "gp", "pdf", "svg"):
                self.assertIn(f"out/figures/{name}.{kind}", self.files())
        with (self.folder / "out/figures/placement_layers.csv").open(encoding="utf-8") as file:
            drawn = list(csv.DictReader(file))
        layers = self.json("out/placement.json")["layers"]
        self.assertEqual([row["layer"] for row in drawn], [row["layer"] for row in layers])
        for row, layer in zip(drawn, layers):
            other = min(layer["energy_dense_pJ"], layer["energy_spatial_pJ"])
            delta = min(layer[key] for key in layer
                        if key.startswith("energy_delta") and layer[key] is not None)
            self.assertAlmostEqual(float(row["saved_by_delta_share"]), 1 - delta / other, delta=1e-6)

    def test_budgets(self):
        none = self.place("none", "--glb-budget", "0 B")
        self.assertEqual(none["answers"][0]["predicted"]["glb_bytes"], 0)
        self.assertFalse(any(row["state"] == "glb" for row in none["layers"]))
        endless = self.place("endless", "--glb-budget", "16 MiB", "--minimise", "energy_delay",
                             "--set", "energy=tpuv4i_7nm")
        self.assertTrue(endless["agrees"])
        self.assertEqual(endless["room_bytes"]["glb"], 1 << 24)
        deltas = [row for row in endless["layers"] if row["mode"] == "delta" and row["state_bytes"]]
        self.assertTrue(deltas)
        self.assertEqual({row["state"] for row in deltas}, {"glb"})
        fits = {answer["name"]: answer["fits"] for answer in endless["answers"]}
        self.assertTrue(fits["delta_glb"])

    def test_threshold_of_the_rule(self):
        low = self.place("out", "--threshold", "0", "--set", "frames=1")
        # A single frame has no delta, so nothing is above any threshold.
        rule = next(answer for answer in low["answers"] if answer["name"] == "rule")
        spatial = next(answer for answer in low["answers"] if answer["name"] == "spatial")
        self.assertEqual(rule["predicted"], spatial["predicted"])

    def test_wrong_input(self):
        def refused(parts, *options):
            with self.subTest(options=options):
                self.refused(["place", "e.yaml", "-o", "wrong", *options], *parts)
                self.assertFalse((self.folder / "wrong").exists())
        refused(("--minimise", "did you mean energy?"), "--minimise", "enrgy")
        refused(("--glb-budget", "a size with its unit"), "--glb-budget", "256")
        refused(("--glb-budget",), "--glb-budget", "3 mm2")
        refused(("--glb-budget",), "--glb-budget", "-1 KiB")
        refused(("--area-budget", "mm2"), "--area-budget", "64 KiB")
        refused(("--area-budget", "edram"), "--area-budget", "1 mm2", "--set",
                "accelerator=delta_event_256_edram")
        refused(("--area-budget", "--glb-budget"), "--area-budget", "1 mm2", "--glb-budget", "0 B")
        refused(("--threshold",), "--threshold", "101")
        refused(("--rounds",), "--rounds", "0")
        refused(("glb.partition.state",), "--set", "accelerator.state.place=glb",
                "--set", "accelerator.glb.partition.state=0 B")
        self.refused(["place"], "experiment is required")
        self.refused(["place", "two_stream_sampel"], "did you mean two_stream_sample?")


class Placement(CommandTest):
    """The key `placement` of an experiment."""

    def setUp(self):
        super().setUp()
        self.done("trace", "synth", "-q", "--network", "alexnet", "--frames", "2", "-o", "a.dtrace")
        self.write("e.yaml", "trace: a.dtrace\nmodes: [delta, selective]\n")

    def run_placed(self, placement, output="out"):
        self.done("run", "-q", "e.yaml", "-o", output, "--set", f"placement={placement}")
        return self.json(f"{output}/result.json")["modes"]

    def test_state_moves_between_places_and_stale_items_are_not_used(self):
        plain = self.run_placed("{default: delta}")
        self.assertEqual(plain["selective"]["energy_pJ"], plain["delta"]["energy_pJ"])
        items = {name for name in self.files() if name.endswith(".item")}
        placed = self.run_placed("{spatial: {features.6: {mode: delta, state: glb}}}")
        more = {name for name in self.files() if name.endswith(".item")}
        self.assertEqual(len(more - items), 2)
        moved = placed["selective"]
        self.assertEqual(moved["macs"], plain["delta"]["macs"])
        self.assertLess(moved["traffic_bits"]["dram"]["write"]["state"],
                        plain["delta"]["traffic_bits"]["dram"]["write"]["state"])
        self.assertLess(moved["energy_pJ"]["total"], plain["delta"]["energy_pJ"]["total"])
        places = {layer["name"]: layer.get("state_place")
                  for layer in moved["streams"]["spatial"]["layers"]}
        self.assertEqual(places["features.6"], "glb")
        self.assertEqual(places["features.3"], "dram")
        again = self.run_placed("{spatial: {features.6: {mode: delta, state: glb}}}", "fresh")
        self.assertEqual(again, placed)

    def test_wrong_input(self):
        for placement, parts in (
                ("{spatial: {features.66: delta}}", ("placement.spatial.features.66", "did you mean features.6?")),
                ("{spatail: {features.6: delta}}", ("did you mean spatial?",)),
                ("{default: {mode: delta, state: glb}}", ("glb.partition.state",)),
                ("{default: {mode: delta, state: rram}}", ("'rram'", "dram, glb")),
                ("{default: dleta}", ("did you mean delta?",)),
                ("nowhere.yaml", ("nowhere.yaml", "a file that is there")),
                ("a.dtrace", ("a.dtrace",))):
            with self.subTest(placement=placement):
                self.refused(["run", "e.yaml", "-o", "wrong", "--set", f"placement={placement}"], *parts)


if __name__ == "__main__":
    unittest.main()
