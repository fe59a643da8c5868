#!/usr/bin/env python3
"""report: a page of a run, runs side by side, and results that are not whole."""
import json
import shlex
import unittest

from made_up_result import result
from support import CommandTest

SECTIONS = {"claim", "energy", "layers", "sparsity", "frames", "real_time", "state", "utilization", "roofline",
            "selective", "dram", "area", "energy_table", "provenance"}


class ReportTest(CommandTest):
    def write_result(self, name, document):
        self.write(f"{name}/result.json", json.dumps(document))

    def model(self, folder):
        page = self.bytes_of(f"{folder}/report.html").decode()
        text = page.split('id="model">')[1].split("</script>")[0]
        return page, json.loads(text)

    def run_model(self, document, name="a"):
        self.write_result(name, document)
        self.done("report", name)
        return self.model(name)[1]["run"]


class OneRun(ReportTest):
    def test_page_of_a_run(self):
        self.done("trace", "synth", "-q", "--network", "alexnet", "--frames", "3", "-o", "a.dtrace")
        self.write("e.yaml", "trace: a.dtrace\nmodes: [dense, spatial, delta, selective]\n")
        self.done("run", "-q", "e.yaml", "-o", "out", "--set", "modes=[dense, delta]", "--set", "frame_rate=25 Hz")
        self.assertEqual(self.done("report", "out"), "out/report.html\n")
        figures = self.json("out/result.json")
        run = self.model("out")[1]["run"]
        self.assertEqual(set(run), SECTIONS | {"name"})
        self.assertEqual([mode["name"] for mode in run["layers"]["modes"]], ["dense", "delta"])
        delta = figures["modes"]["delta"]
        for parts in ("by_component", "by_data"):
            shown = sum(part["values"][1] for part in run["energy"][parts])
            self.assertAlmostEqual(shown, delta["energy_pJ"]["total"] * 1e-9 / 3, delta=1e-9 * shown)
        dense, spatial = run["claim"]["waterfalls"]
        self.assertEqual(dense["reductions"], [step["reduction"] for step in figures["waterfall"]])
        self.assertIn("spatial execution was not run", spatial["missing"])
        layers = run["layers"]["modes"][1]["streams"][0]["layers"]
        self.assertEqual([layer["name"] for layer in layers], [layer["name"] for layer in delta["streams"]["spatial"]["layers"]])
        self.assertTrue(all(layer["bound_by"] in ("array", "noc", "dram", "delta_unit") for layer in layers))
        for mode in run["roofline"]["modes"]:
            self.assertEqual(len(mode["points"]), len(layers))
            for point in mode["points"]:
                roof = run["roofline"]["roofs"][0]
                self.assertLessEqual(point["y"], roof["GMAC_per_s"])
        self.assertEqual(len(run["frames"]["numbers"]), 3)
        self.assertEqual(run["real_time"]["frame_time_ms"], 40)
        self.assertEqual(len(run["energy_table"]["rows"]), len(figures["energy_table"]["entries"]))
        self.assertIn("not run", run["selective"]["missing"])
        self.assertEqual(run["provenance"]["missing_files"], [])

    def test_the_command_makes_the_same_result_again(self):
        self.done("trace", "synth", "-q", "--network", "alexnet", "--frames", "2", "-o", "a.dtrace")
        self.write("e's.yaml", "trace: a.dtrace\n")
        self.done("run", "-q", "e's.yaml", "-o", "out", "--set", "modes=[delta]", "--set", "accelerator.pe_array.fifo_depth=4")
        command = shlex.split(self.json("out/result.json")["provenance"]["command"])
        self.assertEqual(command[:2], ["deltasim", "run"])
        self.done(*command[1:], "-q", "-o", "again")
        self.assertEqual(self.bytes_of("again/result.json"), self.bytes_of("out/result.json"))

    def test_made_up_results_are_as_run_writes_them(self):
        self.done("trace", "synth", "-q", "--network", "alexnet", "--frames", "2", "-o", "a.dtrace")
        self.write("e.yaml", "trace: a.dtrace\nbaseline: systolic_32x32_os\nframe_rate: 25 Hz\n")
        self.done("run", "-q", "e.yaml", "-o", "out")
        real, made_up = self.json("out/result.json"), result(modes=("dense", "spatial", "delta", "selective"))
        self.assertEqual(set(real), set(made_up))
        self.assertEqual(set(real["modes"]), set(made_up["modes"]))
        self.assertLessEqual(set(made_up["modes"]["delta"]), set(real["modes"]["delta"]))
        for key in ("frame_figures", "real_time", "dram"):
            real_part, made_up_part = real["modes"]["delta"][key], made_up["modes"]["delta"][key]
            if key == "frame_figures":
                real_part, made_up_part = real_part[0], made_up_part[0]
            self.assertEqual(set(real_part), set(made_up_part), key)
        self.assertLessEqual(set(made_up["modes"]["delta"]["streams"]["spatial"]["layers"][0]),
                             set(real["modes"]["delta"]["streams"]["spatial"]["layers"][0]))
        for key in ("sites", "selective_choices", "waterfall", "waterfall_against_spatial"):
            self.assertEqual(set(real[key][0]), set(made_up[key][0]), key)
        for key in ("machine", "area", "energy_table"):
            self.assertEqual(set(real[key]), set(made_up[key]), key)

    def test_page_needs_no_network(self):
        self.run_model(result())
        page, _ = self.model("a")
        for outside in ('src="', '<link rel="stylesheet', "@import", "url(http"):
            self.assertNotIn(outside, page)

    def test_notes_are_text_not_markup(self):
        document = result()
        document["provenance"]["notes"] = ["a <b>note</b>", "</script><script>alert(1)</script>"]
        document["provenance"]["experiment"] = "<i>name</i> @MODEL@"
        run = self.run_model(document)
        page, _ = self.model("a")
        self.assertNotIn("<b>note", page)
        self.assertNotIn("alert(1)</script>", page)
        self.assertIn("<title>&lt;i>name&lt;/i> @MODEL@</title>", page)
        self.assertEqual(run["provenance"]["notes"], document["provenance"]["notes"])

    def test_long_runs_are_aggregated_and_say_so(self):
        run = self.run_model(result(frames=500, layers=100, modes=("dense", "spatial", "delta", "selective")))
        self.assertLess(len(self.model("a")[0]), 5_000_000)
        frames = run["frames"]
        self.assertEqual((frames["aggregated"], len(frames["numbers"])), (2, 250))
        self.assertAlmostEqual(frames["modes"][0]["energy_mJ"][0], 1.0)
        self.assertEqual(self.run_model(result(frames=250), "b")["frames"]["aggregated"], 1)
        last = self.run_model(result(frames=251), "c")["frames"]
        self.assertEqual(last["numbers"][-1], 250)
        self.assertAlmostEqual(last["modes"][0]["energy_mJ"][-1], 1.0)

    def test_what_was_not_run_is_said(self):
        run = self.run_model(result(modes=("dense",)))
        self.assertIn("delta execution was not run", run["claim"]["waterfalls"][0]["missing"])
        self.assertIn("not run", run["selective"]["missing"])
        self.assertIn("keeps state", run["state"]["missing"])
        one = result(frames=1)
        one["waterfall"] = []
        self.assertIn("second frame", self.run_model(one)["claim"]["waterfalls"][0]["missing"])

    def test_what_an_older_result_lacks_is_said(self):
        document = result()
        for key in ("area", "energy_table", "machine", "sites", "selective_choices", "waterfall_against_spatial"):
            document.pop(key, None)
        for mode in (*document["modes"].values(), document["baseline"]):
            for key in ("frame_figures", "real_time", "dram", "busy_cycles"):
                mode.pop(key, None)
            for layer in mode["streams"]["spatial"]["layers"]:
                del layer["bound_by"]
        run = self.run_model(document)
        for key in ("area", "energy_table", "roofline", "sparsity", "frames", "real_time", "dram", "selective"):
            self.assertGreater(len(run[key]["missing"]), 20, key)
        self.assertIn("missing", run["utilization"]["busy"])
        self.assertEqual(run["layers"]["modes"][0]["streams"][0]["layers"][0]["bound_by"], "not recorded")

    def test_files_that_were_left_behind_are_told(self):
        self.write("a/frames.csv", "")
        self.assertEqual(self.run_model(result())["provenance"]["missing_files"], ["layers.csv"])

    def test_bad_results(self):
        def without(*path):
            document = result()
            place = document
            for key in path[:-1]:
                place = place[key]
            del place[path[-1]]
            return json.dumps(document)

        def changed(value, *path):
            document = result()
            place = document
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = value
            return json.dumps(document)

        cases = {
            "newer": (changed("deltasim.result/2", "schema"), ["schema", "deltasim.result/2", "newer deltasim"]),
            "other": (changed("deltasim.dvfs/1", "schema"), ["schema", "'deltasim.dvfs/1'", "deltasim.result/1"]),
            "empty": (changed({}, "modes"), ["modes", "at least one mode"]),
            "no_frames": (changed(0, "modes", "delta", "frames"), ["modes.delta.frames", "at least one simulated frame"]),
            "headless": (without("claims"), ["claims"]),
            "half": (without("modes", "delta", "streams", "spatial", "layers", 1, "macs"),
                     ["modes.delta.streams.spatial.layers[1].macs"]),
            "text": (changed("12", "modes", "delta", "energy_pJ", "total"),
                     ["modes.delta.energy_pJ.total", "string", "a number"]),
            "negative": (changed(-1, "modes", "delta", "frame_figures", 1, "frame"),
                         ["modes.delta.frame_figures[1].frame", "a whole number"]),
            "endless": (changed(10**18, "modes", "delta", "frame_figures", 1, "frame"), ["a whole number"]),
            "overflow": (json.dumps(result()).replace('"time_s": 0.002', '"time_s": 1e999'), ["JSON"]),
            "cut": (json.dumps(result())[:500], ["cut short"]),
            "list": ("[]", ["schema"]),
            "nothing": ("", ["cut short"]),
        }
        for name, (text, expected) in cases.items():
            with self.subTest(name):
                self.write(f"{name}/result.json", text)
                self.refused(["report", name], f"{name}/result.json", *expected)
        self.write("begun/items/x", "")
        self.refused(["report", "begun"], "has not ended")
        self.write("csv/layers.csv", "")
        self.refused(["report", "csv"], "no result.json")
        self.refused(["report", "nowhere"], "nowhere", "no such file")
        self.write_result("a", result())
        self.refused(["report", "a", "a"], "--out")
        self.write("file", "")
        for form in ("html", "csv", "figures"):
            self.refused(["report", "a", "-o", "file", "--format", form], "file: cannot make")


class SeveralRuns(ReportTest):
    def compare(self, *documents, options=()):
        names = [chr(ord("a") + i) for i in range(len(documents))]
        for name, document in zip(names, documents):
            self.write_result(name, document)
        self.done("report", *options, *names, "-o", "both")
        return self.model("both")[1]["comparison"]

    def test_side_by_side(self):
        other = result()
        other["provenance"]["accelerator"] = "large"
        other["modes"]["delta"]["energy_pJ"]["total"] = 1.5e9
        compared = self.compare(result(), other)
        self.assertEqual(compared["shown"], "delta")
        delta = next(mode for mode in compared["modes"] if mode["name"] == "delta")
        self.assertEqual([row["run"] for row in delta["rows"]], ["made_up (a)", "made_up (b)"])
        self.assertEqual([row["ratio_energy_mJ"] for row in delta["rows"]], [1.0, 4.0])
        self.assertEqual([row["ratio_time_ms"] for row in delta["rows"]], [1.0, 1.0])
        self.assertEqual(compared["differences"], [])
        self.assertEqual(compared["varied"], [{"key": "accelerator", "values": ["small", "large"]}])

    def test_modes_that_not_all_have_run(self):
        compared = self.compare(result(modes=("dense", "delta")), result(modes=("spatial", "delta")))
        rows = {mode["name"]: [row["not_run"] for row in mode["rows"]] for mode in compared["modes"]}
        self.assertEqual(rows["dense"], [False, True])
        self.assertEqual(rows["spatial"], [True, False])
        spatial = next(mode for mode in compared["modes"] if mode["name"] == "spatial")
        self.assertIsNone(spatial["rows"][1]["ratio_energy_mJ"])

    def test_three_clips_of_one_design(self):
        clips = [result() for _ in range(3)]
        for i, clip in enumerate(clips):
            clip["provenance"].update(video=f"{i}.avi", video_sha256=str(i))
        compared = self.compare(*clips)
        self.assertEqual(compared["differences"], [])
        self.assertEqual([row["key"] for row in compared["varied"]], ["video", "video_sha256"])

    def test_runs_that_do_not_match_are_not_compared(self):
        cases = {
            "energy_table": ("another", ["energy_table", "table against another"]),
            "network_spatial": ("vgg16", ["network_spatial", "resnet50 against vgg16"]),
            "weights_spatial": ("untrained", ["weights_spatial"]),
            "network_temporal": ("resnet50", ["network_temporal", "not stated against resnet50"]),
        }
        for key, (value, expected) in cases.items():
            with self.subTest(key):
                other = result()
                other["provenance"][key] = value
                self.write_result("a", result())
                self.write_result("b", other)
                self.refused(["report", "a", "b", "-o", "new"], *expected, "--force")
                self.assertEqual(len(self.compare(result(), other, options=["--force"])["differences"]), 1)
        self.write_result("b", result(frames=3))
        self.refused(["report", "a", "b", "-o", "new"], "frames: 2 against 3")
        both = result()
        both["provenance"].update(video_sha256="other", accelerator="large")
        self.write_result("b", both)
        self.refused(["report", "a", "b", "-o", "new"], "clip")

    def test_the_same_run_twice(self):
        self.write_result("a", result())
        self.done("report", "a", "a", "-o", "both")
        self.assertEqual(len(set(self.model("both")[1]["comparison"]["runs"])), 2)


if __name__ == "__main__":
    unittest.main()
