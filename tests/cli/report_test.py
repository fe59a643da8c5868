#!/usr/bin/env python3
"""report: a page of a run, runs side by side, and results that are not whole."""
import json
import unittest

from support import CommandTest


def figures(frames):
    kinds = {kind: 8000 for kind in ("weight", "activation", "partial_sum", "state", "index")}
    return {
        "frames": frames, "cycles": 1000 * frames, "time_s": 1e-3 * frames,
        "macs": {"dense": 100 * frames, "executed": 25 * frames, "skipped": 75 * frames},
        "traffic_bits": {memory: {"read": kinds, "write": kinds} for memory in ("dram", "glb", "rf")},
        "noc_bit_hops": 1, "energy_pJ": {"total": 3e9, "by_component": {"dram": 2e9, "pe": 1e9},
                                         "by_data": {"weight": 2e9, "state": 1e9}},
        "state": {"footprint_bytes": 1024, "bytes_per_frame": 2048}, "utilization": 0.5,
        "stall_lane_cycles": {"no_event": 50}, "busy_cycles": {"array": 900, "dram": 400}, "bound_by": "array",
    }


def result(frames=2, layers=3, modes=("dense", "delta")):
    """A result as `run` writes it, of made-up figures."""
    document = {
        "schema": "deltasim.result/1",
        "provenance": {"experiment": "made_up", "experiment_file": "made_up.yaml", "video": "clip.avi", "video_sha256": "ab",
                       "frames": str(frames), "quantizer": "step:3", "accelerator": "small", "energy_table": "table",
                       "network_spatial": "resnet50", "weights_spatial": "trained", "notes": ["a <b>note</b>"]},
        "claims": {"ideal_reduction": 8.0, "mac_reduction": None},
        "waterfall": [], "state_place": "dram", "sites": [], "modes": {},
        "machine": {"name": "small", "clock_hz": 1e9, "pes": 4, "peak_macs_per_s": 4e9, "dram_bytes_per_s": 1e9, "glb_bytes": 1024},
    }
    for mode in modes:
        made = figures(frames)
        rows = [dict(figures(frames), name=f"layer{i}", execution=mode, mapping="K1") for i in range(layers)]
        made["streams"] = {"spatial": dict(figures(frames), weights="trained", layers=rows)}
        made["frame_figures"] = [{"stream": "spatial", "frame": t, "cycles": 1, "time_s": 1e-3, "macs_executed": 1,
                                  "dram_bits": 8, "energy_pJ": 1e9, "state_bytes": 8} for t in range(frames)]
        document["modes"][mode] = made
    return document


class Report(CommandTest):
    def write_result(self, name, document):
        self.write(f"{name}/result.json", json.dumps(document))

    def model(self, folder):
        page = self.bytes_of(f"{folder}/report.html").decode()
        text = page.split('id="model">')[1].split("</script>")[0]
        return page, json.loads(text)

    def test_page_of_a_run(self):
        self.done("trace", "synth", "-q", "--network", "alexnet", "--frames", "3", "-o", "a.dtrace")
        self.write("e.yaml", "trace: a.dtrace\nmodes: [dense, delta]\n")
        self.done("run", "-q", "e.yaml", "-o", "out")
        self.done("report", "out")
        page, model = self.model("out")
        figures = self.json("out/result.json")
        run = model["runs"][0]
        self.assertEqual([mode["name"] for mode in run["modes"]], ["dense", "delta"])
        energies = figures["modes"]["delta"]["energy_pJ"]
        shown = sum(part["values"][1] for part in run["energy_by_component"])
        self.assertAlmostEqual(shown, energies["total"] * 1e-9 / 3, delta=1e-9 * shown)
        self.assertEqual(len(run["waterfall"]), len(figures["waterfall"]))
        layers = run["modes"][1]["streams"][0]["layers"]
        self.assertEqual([layer["name"] for layer in layers],
                         [layer["name"] for layer in figures["modes"]["delta"]["streams"]["spatial"]["layers"]])
        self.assertTrue(all(layer["bound_by"] in ("array", "noc", "dram", "delta_unit") for layer in layers))
        self.assertEqual(len(run["frames"]["numbers"]), 3)

    def test_page_needs_no_network(self):
        self.write_result("a", result())
        self.done("report", "a")
        page, _ = self.model("a")
        for outside in ('src="', "<link rel=\"stylesheet", "@import", "url(http"):
            self.assertNotIn(outside, page)

    def test_notes_are_text_not_markup(self):
        self.write_result("a", result())
        self.done("report", "a")
        page, model = self.model("a")
        self.assertNotIn("<b>note", page)
        self.assertEqual(model["runs"][0]["notes"], ["a <b>note</b>"])

    def test_long_runs_are_aggregated_and_say_so(self):
        self.write_result("a", result(frames=500, layers=100, modes=("dense", "spatial", "delta", "selective")))
        self.done("report", "a")
        page, model = self.model("a")
        self.assertLess(len(page), 5_000_000)
        frames = model["runs"][0]["frames"]
        self.assertEqual(frames["aggregated"], 2)
        self.assertEqual(len(frames["numbers"]), 250)
        self.assertAlmostEqual(frames["modes"][0]["energy_mJ"][0], 1.0)

    def test_mode_that_was_not_run_is_said(self):
        self.write_result("a", result(modes=("dense",)))
        self.done("report", "a")
        _, model = self.model("a")
        self.assertIn("delta execution was not run", model["runs"][0]["waterfall_missing"])

    def test_side_by_side(self):
        self.write_result("a", result())
        other = result()
        other["provenance"]["accelerator"] = "large"
        other["modes"]["delta"]["energy_pJ"]["total"] = 1.5e9
        self.write_result("b", other)
        self.done("report", "a", "b", "-o", "both")
        _, model = self.model("both")
        self.assertEqual([row["run"] for row in model["comparison"]], ["made_up (a)", "made_up (b)"])
        self.assertEqual([row["energy_ratio"] for row in model["comparison"]], [1.0, 2.0])
        self.assertEqual(model["differences"], [])

    def test_runs_that_do_not_match_are_not_compared(self):
        self.write_result("a", result())
        other = result()
        other["provenance"]["energy_table"] = "another"
        self.write_result("b", other)
        self.refused(["report", "a", "b", "-o", "both"], "energy_table", "table against another", "--force")
        self.done("report", "--force", "a", "b", "-o", "both")
        self.assertEqual(len(self.model("both")[1]["differences"]), 1)

    def test_bad_results(self):
        newer = result()
        newer["schema"] = "deltasim.result/2"
        empty = result()
        empty["modes"] = {}
        no_frames = result()
        no_frames["modes"]["delta"]["frames"] = 0
        headless = result()
        del headless["claims"]
        cases = {
            "newer": (json.dumps(newer), ["schema", "newer deltasim"]),
            "empty": (json.dumps(empty), ["modes", "at least one mode"]),
            "no_frames": (json.dumps(no_frames), ["modes.delta.frames", "at least one simulated frame"]),
            "headless": (json.dumps(headless), ["claims"]),
            "cut": (json.dumps(result())[:500], ["cut short"]),
            "list": ("[]", ["schema"]),
        }
        for name, (text, expected) in cases.items():
            with self.subTest(name):
                self.write(f"{name}/result.json", text)
                self.refused(["report", name], "result.json", *expected)
        self.write("half/items/x", "")
        self.refused(["report", "half"], "has not ended")
        self.refused(["report", "nowhere"], "nowhere")
        self.write_result("a", result())
        self.refused(["report", "a", "a"], "--out")


if __name__ == "__main__":
    unittest.main()
