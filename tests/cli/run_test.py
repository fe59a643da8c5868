#!/usr/bin/env python3
"""run: the same bytes however it is run, every shipped accelerator, and input that is wrong."""
import os
import signal
import time
import unittest

from support import SOURCE, CommandTest, video_bytes

ACCELERATORS = sorted(path.stem for path in (SOURCE / "configs/accelerators").glob("*.yaml"))
FIGURES = {"frames", "cycles", "time_s", "macs", "traffic_bits", "noc_bit_hops", "energy_pJ", "state",
           "utilization"}


class Run(CommandTest):
    def setUp(self):
        super().setUp()
        self.done("trace", "synth", "-q", "--network", "alexnet", "--frames", "3", "-o", "a.dtrace")
        self.write("e.yaml", "trace: a.dtrace\nmodes: [dense, delta]\n")

    def run_experiment(self, output, *options):
        self.done("run", "-q", "e.yaml", "-o", output, *options)
        return self.bytes_of(f"{output}/result.json")

    def test_nothing_that_changes_is_no_reduction_of_zero(self):
        self.done("trace", "synth", "-q", "--network", "alexnet", "--frames", "2", "--delta", "0", "-o", "still.dtrace")
        self.write("e.yaml", "trace: still.dtrace\nmodes: [dense, delta]\n")
        self.assertIn("ideal reduction unbounded", self.done("run", "-q", "e.yaml", "-o", "out"))
        result = self.json("out/result.json")
        self.assertEqual(result["claims"]["temporal_sparsity"], 1)
        self.assertIsNone(result["claims"]["ideal_reduction"])
        self.assertNotIn("ideal", [step["step"] for step in result["waterfall"]])
        self.assertTrue(all(step["reduction"] > 1 for step in result["waterfall"]))
        self.done("report", "out", "--format", "html,latex")

    def test_result_has_all_keys_of_its_schema(self):
        self.run_experiment("out", "--set", "modes=[delta]", "--set", "frames=2")
        result = self.json("out/result.json")
        self.assertEqual(result["schema"], "deltasim.result/1")
        delta = result["modes"]["delta"]
        for part in (delta, *delta["streams"]["spatial"]["layers"]):
            self.assertLessEqual(FIGURES, part.keys())
            for key in ("frames", "cycles", "noc_bit_hops"):
                self.assertIsInstance(part[key], int)
        self.assertEqual(self.json("out/result.json")["provenance"]["accelerator"], "delta_event_256")
        table = result["energy_table"]
        self.assertEqual((table["name"], table["mode"]), ("horowitz_45nm", "delta"))
        self.assertAlmostEqual(sum(entry["share"] for entry in table["entries"]), 1)
        self.assertEqual(table["unverified_share"], result["provenance"]["unverified_energy_share"])
        self.assertIn("chip leak", [entry["title"] for entry in table["as_zero"]])
        rows = self.bytes_of("out/layers.csv").decode().splitlines()
        self.assertEqual(len(rows), 1 + len(delta["streams"]["spatial"]["layers"]))

    def test_another_table_simulates_nothing_anew(self):
        self.run_experiment("out", "--set", "modes=[delta]", "--set", "energy=tpuv4i_7nm")
        items = {name for name in self.files() if name.endswith(".item")}
        plain = self.json("out/result.json")
        text = self.done("run", "-q", "e.yaml", "-o", "out", "--set", "modes=[delta]",
                         "--set", "energy=tpuv4i_7nm",
                         "--set", "energy_scale={node: 22 nm, voltage: 0.8 V}")
        self.assertEqual(items, {name for name in self.files() if name.endswith(".item")})
        scaled = self.json("out/result.json")
        self.assertEqual(plain["modes"]["delta"]["cycles"], scaled["modes"]["delta"]["cycles"])
        self.assertGreater(plain["energy_table"]["unverified_share"], 0)
        for entry in scaled["energy_table"]["entries"]:  # a voltage that is guessed is unverified
            self.assertEqual(f"\n  {entry['title']} " in text, not entry["verified"], entry["title"])
        self.assertIn("scaled to 22 nm, 800 mV", text)
        of_scaled = {entry["title"]: entry for entry in scaled["energy_table"]["entries"]}
        for entry in plain["energy_table"]["entries"]:
            other = of_scaled[entry["title"]]
            if entry["title"].startswith("dram"):
                self.assertEqual(entry["energy_pJ"], other["energy_pJ"])
                self.assertNotIn("scaling", other)
            else:
                self.assertIn("from ", other["scaling"])
                self.assertEqual(other["node_nm"], 22)

    def test_number_of_jobs(self):
        one = self.run_experiment("one", "--jobs", "1")
        self.assertEqual(one, self.run_experiment("two", "--jobs", "2"))
        self.assertEqual(one, self.run_experiment("many", "--jobs", "64"))
        for table in ("layers.csv", "frames.csv"):
            self.assertEqual(self.bytes_of(f"one/{table}"), self.bytes_of(f"two/{table}"))

    def killed(self, sign, status):
        process = self.start("run", "-q", "e.yaml", "-o", "out", "--jobs", "1")
        items = self.folder / "out" / "items"
        deadline = time.monotonic() + 120
        while process.poll() is None and time.monotonic() < deadline:
            if items.exists() and any(items.glob("*.item")):
                process.send_signal(sign)
                break
            time.sleep(0.002)
        process.communicate(timeout=120)
        self.assertEqual(process.returncode, status)
        self.assertNotIn("out/result.json", self.files())

    def test_killed_and_started_again(self):
        whole = self.run_experiment("whole")
        self.killed(signal.SIGKILL, -signal.SIGKILL)
        process = self.run_program("run", "e.yaml", "-o", "out")
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertRegex(process.stderr, r"[1-9]\d* of 6 work items were simulated before")
        self.assertEqual(self.bytes_of("out/result.json"), whole)

    def test_interrupted_and_started_again(self):
        whole = self.run_experiment("whole")
        self.killed(signal.SIGINT, 130)
        self.assertEqual(self.run_experiment("out"), whole)

    def test_a_damaged_item_is_simulated_again(self):
        whole = self.run_experiment("out")
        for number, item in enumerate(sorted((self.folder / "out/items").iterdir())):
            content = bytearray(item.read_bytes())
            content[len(content) // 2] ^= 4
            item.write_bytes(content if number % 2 else content[:-8])
        self.assertEqual(self.run_experiment("out"), whole)

    def test_an_item_in_anothers_place_is_simulated_again(self):
        whole = self.run_experiment("out")
        items = sorted((self.folder / "out/items").iterdir())
        contents = [item.read_bytes() for item in items]
        for item, other in zip(items, contents[1:] + contents[:1]):
            item.write_bytes(other)
        self.assertEqual(self.run_experiment("out"), whole)
        self.assertEqual([item.read_bytes() for item in items], contents)

    def test_a_folder_in_an_items_place(self):
        self.run_experiment("out")
        item = min((self.folder / "out/items").iterdir())
        item.unlink()
        item.mkdir()
        self.refused(["run", "e.yaml", "-o", "out"], item.name, "Is a directory")

    def test_files_beside_the_file_that_names_them(self):
        configs = SOURCE / "configs"
        self.write("parts/acc.yaml", (configs / "accelerators/delta_event_256_edram.yaml")
                   .read_text(encoding="utf-8").replace("edram_32nm", "own.yaml"))
        self.write("parts/table.yaml", (configs / "energy/horowitz_45nm_cacti.yaml")
                   .read_text(encoding="utf-8").replace("model: cacti7", "model: ./sram.yaml"))
        run = ["run", "e.yaml", "-o", "out", "-q", "--set", "modes=[delta]", "--set"]
        self.refused([*run, "accelerator=parts/acc.yaml"], "parts/acc.yaml:", "memories[0].technology",
                     "own.yaml", str((self.folder / "parts/own.yaml").resolve()))
        self.refused([*run, "energy=parts/table.yaml"], "parts/table.yaml:", "models.sram.model",
                     str((self.folder / "parts/sram.yaml").resolve()))
        self.write("parts/own.yaml", (configs / "memories/edram_32nm.yaml").read_bytes())
        self.write("parts/sram.yaml", (configs / "sram/cacti7.yaml").read_bytes())
        self.done(*run, "accelerator=parts/acc.yaml", "--set", "energy=parts/table.yaml")
        self.write("folder.yaml/x", "")
        self.refused([*run, "energy=./folder.yaml"], "folder.yaml", "expected a file, not a folder")

    def test_another_number_of_frames_in_the_same_folder(self):
        fresh = self.run_experiment("fresh")
        self.run_experiment("out", "--set", "frames=1")
        self.assertEqual(self.run_experiment("out"), fresh)

    def test_every_accelerator(self):
        for name in ACCELERATORS:
            with self.subTest(accelerator=name):
                self.run_experiment(name, "--set", f"accelerator={name}", "--set", "frames=2")
                for mode in self.json(f"{name}/result.json")["modes"].values():
                    macs = mode["macs"]
                    self.assertEqual(macs["executed"] + macs["skipped"], macs["dense"])
                    self.assertGreater(mode["energy_pJ"]["total"], 0)

    def test_every_list_of_modes(self):
        for modes in (["delta"], ["spatial"], ["selective"], ["selective", "spatial"],
                      ["delta", "dense", "spatial"]):
            with self.subTest(modes=modes):
                name = "_".join(modes)
                self.run_experiment(name, "--set", f"modes=[{','.join(modes)}]", "--set", "frames=2")
                self.assertEqual(set(self.json(f"{name}/result.json")["modes"]), set(modes))

    def test_baseline(self):
        self.run_experiment("out", "--set", "baseline=systolic_32x32_os", "--set", "frames=1")
        result = self.json("out/result.json")
        self.assertIn("against_baseline", result["claims"]["by_mode"]["delta"])
        self.assertEqual(result["provenance"]["baseline"], "systolic_32x32_os")

    def test_frames_of_a_damaged_trace(self):
        whole = self.bytes_of("a.dtrace")
        self.write("a.dtrace", whole[:len(whole) * 3 // 4])
        self.run_experiment("out", "--set", "modes=[delta]")
        result = self.json("out/result.json")
        self.assertLess(result["modes"]["delta"]["frames"], 3)
        self.assertTrue(any("damaged" in note for note in result["provenance"]["notes"]))


class RecordedOnTheWay(CommandTest):
    def test_recorded_again_where_the_recording_changed(self):
        self.write("v.npy", video_bytes(2))
        self.write("e.yaml", "video: {file: v.npy}\nnetwork: {name: alexnet}\nfidelity: false\n"
                             "quantizer: {kind: fixed_point, bits: 8}\nmodes: [delta]\n")
        run = ("run", "-q", "e.yaml", "-o")
        self.done(*run, "out")
        first = self.bytes_of("out/result.json")
        recorded = (self.folder / "out/trace.dtrace").stat().st_mtime_ns
        self.done(*run, "out")
        self.assertEqual(self.bytes_of("out/result.json"), first)
        self.assertEqual((self.folder / "out/trace.dtrace").stat().st_mtime_ns, recorded)
        self.done(*run, "out", "--set", "quantizer.bits=3")
        self.done(*run, "fresh", "--set", "quantizer.bits=3")
        self.assertEqual(self.bytes_of("out/result.json"), self.bytes_of("fresh/result.json"))
        self.assertNotEqual(self.bytes_of("out/result.json"), first)


class BadInput(CommandTest):
    def setUp(self):
        super().setUp()
        self.done("trace", "synth", "-q", "--network", "alexnet", "--frames", "2", "-o", "a.dtrace")
        self.write("e.yaml", "trace: a.dtrace\nmodes: [delta]\n")

    def refuses(self, *fragments, options=(), **more):
        self.refused(["run", "-q", "e.yaml", "-o", "results/out", *options], *fragments, **more)

    def test_all_faults_of_an_experiment_at_once(self):
        self.write("e.yaml", "trac: a.dtrace\naccelerator: delta_event_257\nenergy: horowitz_44nm\n"
                             "modes: [delta, dens]\nframes: 0\nquantizer: {kind: fixed_point, bits: 1.5}\n"
                             "backend: fp23\n")
        self.refuses("e.yaml:1: trac: unknown key", "did you mean trace?", "e.yaml:2: accelerator",
                     "did you mean delta_event_256?", "e.yaml:3: energy", "did you mean horowitz_45nm?",
                     "e.yaml:4: modes[1]", "did you mean dense?", "e.yaml:5: frames",
                     "e.yaml:6: quantizer.bits", "e.yaml:7: backend", "did you mean fp32?")

    def test_energy_tables(self):
        self.refuses("energy_scale", "7 to 130 nm", options=["--set", "energy_scale={node: 5 nm, voltage: 0.7 V}"])
        ert = SOURCE / "configs/energy/ert/eyeriss_like_45nm.ERT_summary.yaml"
        self.refuses("energy reference table of Accelergy", "ert", options=["--set", f"energy={ert}"])
        table = (SOURCE / "configs/energy/eyeriss_like_ert.yaml").read_text(encoding="utf-8")
        self.write("my.yaml", table.replace("file: ert/", f"file: {ert.parent}/")
                   .replace("shared_glb, width: 64", "shared_gbl, width: 64"))
        self.refuses("my.yaml:", "ert.components.glb.name", "eyeriss_like.shared_glb?",
                     options=["--set", "energy=my.yaml"])

    def test_experiments(self):
        self.refused(["run", "none.yaml"], "none.yaml")
        self.refuses("modes", options=["--set", "modes=[]"])
        self.refuses("frames", "at most 2", options=["--set", "frames=3"])
        self.refuses("none.dtrace", options=["--set", "trace=none.dtrace"])
        self.refuses("key=value", options=["--set", "frames"])
        self.refuses("--jobs", options=["--jobs", "0"])
        self.write("e.yaml", "modes: [delta]\n")
        self.refuses("trace", "video")
        self.write("e.yaml", "")
        self.refuses("trace", "video")
        self.write("e.yaml", "video: {file: none.npy}\nmodes: [delta]\n")
        self.refuses("none.npy")

    def test_accelerators(self):
        def set_to(*values):
            return [text for value in values for text in ("--set", f"accelerator.{value}")]
        self.refuses("stat.place", "unknown key", "did you mean state?", options=set_to("stat.place=glb"))
        self.refuses("clock", "such as 200 MHz", options=set_to("clock=500 kB"))
        self.refuses("glb.capacity", options=set_to("glb.capacity=1 KiB"))
        # Known before anything runs: state that has no room, and how much it would need.
        self.refuses("state.place", "256 KiB", "B of state", options=set_to("state.place=glb"))
        shipped = (SOURCE / "configs/accelerators/delta_event_256.yaml").read_text(encoding="utf-8")
        self.write("bad.yaml", shipped.replace("clock:", "clok:").replace("1 MiB", "1 MHz"))
        self.refuses("bad.yaml", "clok: unknown key (did you mean clock?)", "glb.capacity",
                     "such as",  options=["--set", "accelerator=./bad.yaml"])
        self.write("bad.yaml", "name: bad\n")
        self.refuses("bad.yaml", options=["--set", "energy=./bad.yaml"])

    def test_traces(self):
        whole = self.bytes_of("a.dtrace")
        self.write("a.dtrace", whole[:200])
        self.refuses("a.dtrace")
        self.write("a.dtrace", whole[:8] + b"\x07" + whole[9:])
        self.refuses("a.dtrace", "7")

    def test_outputs(self):
        self.write("file", "x")
        self.refused(["run", "-q", "e.yaml", "-o", "file/out"], "file/out")
        self.refused(["run", "-q", "e.yaml", "-o", "file"], "file")

    def test_a_disk_that_fills_up(self):
        process = self.run_program("run", "-q", "e.yaml", "-o", "out", file_limit=10_000)
        self.assertEqual(process.returncode, 2, process.stderr)
        self.assertIn("File too large", process.stderr)
        self.assertNotIn("out/result.json", self.files())
        self.assertFalse([name for name in self.files() if name.endswith(".partial")])
        self.done("run", "-q", "e.yaml", "-o", "out")

    @unittest.skipIf(os.geteuid() == 0, "root may write anywhere")
    def test_a_folder_that_takes_nothing(self):
        (self.folder / "locked").mkdir(mode=0o500)
        self.refused(["run", "-q", "e.yaml", "-o", "locked/out"], "locked/out", "Permission denied")


if __name__ == "__main__":
    unittest.main()
