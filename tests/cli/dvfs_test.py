#!/usr/bin/env python3
"""dvfs and frame_rate: energy over the clock, frames at a rate, and input that is wrong."""
import os
import shutil
import unittest

from support import SOURCE, CommandTest

RATE = "frame_rate=25 Hz"
LEAKAGE_W = 6  # enough for a minimum within the range of clocks


class Dvfs(CommandTest):
    def setUp(self):
        super().setUp()
        self.done("trace", "synth", "-q", "--network", "alexnet", "--frames", "2", "-o", "a.dtrace")
        self.write("leaking.yaml", self.table_that_leaks())
        self.write("e.yaml", "trace: a.dtrace\nmodes: [dense, delta]\nenergy: ./leaking.yaml\n")

    @staticmethod
    def table_that_leaks():
        """The shipped table with a leakage that makes slow clocks dear."""
        text = (SOURCE / "configs/energy/horowitz_45nm.yaml").read_text(encoding="utf-8")
        begin = text.index("component: chip")
        end = text.find("\n  - component", begin)
        entry = (f"component: chip\n    action: leak\n    power: {LEAKAGE_W} W\n    width: 1 bit\n    node: 45 nm\n"
                 "    voltage: 0.9 V\n    source: horowitz\n    verified: false\n")
        return text[:begin] + entry + (text[end:] if end >= 0 else "")

    def run_mode(self, output, *overrides):
        sets = [part for override in overrides for part in ("--set", override)]
        self.done("run", "-q", "e.yaml", "-o", output, "--set", "modes=[delta]", *sets)
        result = self.json(f"{output}/result.json")
        return result["modes"]["delta"], result["provenance"]

    def test_clock_changes_voltage_and_energy(self):
        nominal, _ = self.run_mode("nominal")
        slow, provenance = self.run_mode("slow", "clock=250 MHz")
        again, _ = self.run_mode("again", "accelerator.clock=250 MHz")
        self.assertEqual(slow, again)
        self.assertIn("250 MHz at 0.", provenance["operating_point"])
        before, after = (run["energy_pJ"]["by_component"] for run in (nominal, slow))
        ratio = after["pe"] / before["pe"]
        self.assertLess(ratio, 0.8)
        for component in ("glb", "noc", "rf", "delta_unit"):
            self.assertAlmostEqual(after[component] / before[component], ratio, delta=0.05 * ratio)
        self.assertAlmostEqual(after["dram"], before["dram"], delta=0.05 * before["dram"])

    def test_sweep(self):
        text = self.done("dvfs", "-q", "e.yaml", "--points", "5", "-o", "out")
        self.assertIn("least energy:", text)
        self.assertEqual(len(self.bytes_of("out/dvfs.csv").decode().splitlines()), 6)
        sweep = self.json("out/dvfs.json")
        clocks = [point["clock_hz"] for point in sweep["points"]]
        totals = [point["energy_pJ"]["total"] for point in sweep["points"]]
        for i in range(1, 4):
            share = (clocks[i] - clocks[i - 1]) / (clocks[i + 1] - clocks[i - 1])
            chord = totals[i - 1] + share * (totals[i + 1] - totals[i - 1])
            self.assertLess(totals[i], chord)
        self.assertEqual(sweep["minimum"]["interpolation"], "parabola")
        least = totals.index(min(totals))
        self.assertLess(clocks[least - 1], sweep["minimum"]["clock_hz"])
        self.assertLess(sweep["minimum"]["clock_hz"], clocks[least + 1])
        # An equal run by itself has the same energy.
        mode, _ = self.run_mode("one", f"clock={clocks[2]!r} Hz")
        self.assertAlmostEqual(mode["energy_pJ"]["total"] / 2 / totals[2], 1, places=9)
        if shutil.which("gnuplot"):
            self.assertTrue(self.bytes_of("out/dvfs.pdf").startswith(b"%PDF"))
            self.assertIn(b"<svg", self.bytes_of("out/dvfs.svg"))

    def test_sweep_without_gnuplot_and_again(self):
        environment = dict(os.environ, PATH=str(self.folder))
        process = self.run_program("dvfs", "e.yaml", "--points", "3", "-o", "out", env=environment)
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertIn("gnuplot is not installed", process.stderr)
        first = self.bytes_of("out/dvfs.csv")
        process = self.run_program("dvfs", "e.yaml", "--points", "3", "-o", "out", env=environment)
        self.assertIn("2 of 2 work items were simulated before", process.stderr)
        self.assertEqual(self.bytes_of("out/dvfs.csv"), first)

    def test_without_leakage_the_lowest_clock_is_the_cheapest(self):
        text = self.done("dvfs", "-q", "e.yaml", "--points", "3", "-o", "out", "--set",
                         "energy=horowitz_45nm")
        self.assertIn("the lowest clock of the range", text)
        self.assertIn("the energy table has no leakage", text)

    def test_a_minimum_of_the_drams_standby(self):
        text = self.done("dvfs", "-q", "e.yaml", "--points", "5", "-o", "out", "--set",
                         "energy=horowitz_45nm", "--set", "dram_energy=currents")
        sweep = self.json("out/dvfs.json")
        self.assertGreater(sweep["minimum"]["clock_hz"], sweep["points"][0]["clock_hz"])
        self.assertNotIn("no minimum of its own", text)

    def test_the_modes_are_compared_with_their_waiting(self):
        self.done("run", "-q", "e.yaml", "-o", "rate", "--set", RATE)
        result = self.json("rate/result.json")
        dense, delta = (result["modes"][mode]["real_time"]["energy_per_frame_pJ"]
                        for mode in ("dense", "delta"))
        self.assertTrue(any("busy time only" in note and f"delta {dense / delta:.3g}x" in note
                            for note in result["provenance"]["notes"]), result["provenance"]["notes"])

    def test_frames_at_a_rate(self):
        mode, _ = self.run_mode("out", "frame_rate=10 Hz")
        real_time = mode["real_time"]
        self.assertTrue(real_time["met"])
        self.assertAlmostEqual(real_time["busy_s"] + real_time["idle_s"], 0.1)
        self.assertAlmostEqual(real_time["idle_energy_pJ"]["leakage"] / 1e12,
                               LEAKAGE_W * real_time["idle_s"])
        self.assertAlmostEqual(real_time["energy_per_frame_pJ"],
                               mode["energy_pJ"]["total"] / 2
                               + sum(real_time["idle_energy_pJ"].values()),
                               delta=1e-9 * real_time["energy_per_frame_pJ"])
        late, provenance = self.run_mode("late", "frame_rate=100 kHz")
        self.assertFalse(late["real_time"]["met"])
        self.assertEqual(late["real_time"]["missed_frames"], 2)
        self.assertEqual(late["real_time"]["idle_s"], 0)
        self.assertTrue(any("misses 100 kHz" in note for note in provenance["notes"]))
        self.assertEqual(late["energy_pJ"], mode["energy_pJ"])

    def test_a_clock_without_a_voltage(self):
        text = self.done("run", "-q", "e.yaml", "-o", "out", "--set", "modes=[dense]", "--set",
                         "accelerator=systolic_32x32_os", "--set", "clock=100 MHz")
        self.assertIn("has no dvfs", text)

    def test_what_is_refused(self):
        self.refused(["run", "e.yaml", "--set", "clock=3 GHz"], "clock", "a clock from")
        self.refused(["run", "e.yaml", "--set", "clock=nan"], "clock")
        for rate in ("0 Hz", "nan", "25", "-1 Hz", "1 THz", "2 MHz"):
            self.refused(["run", "e.yaml", "--set", f"frame_rate={rate}"], "frame_rate")
        self.refused(["dvfs", "e.yaml", "--set", "clock=200 MHz"], "the sweep sets it")
        self.refused(["dvfs", "e.yaml", "--set", "accelerator=systolic_32x32_os"], "dvfs",
                     "pairs, or alpha_power")
        self.refused(["dvfs", "e.yaml", "--points", "2"], "--points")
        self.refused(["dvfs", "e.yaml", "--points", "1000000"], "--points")
        self.refused(["dvfs", "e.yaml", "--mode", "detla"], "did you mean delta?")
        self.refused(["dvfs", "e.yaml", "--set", "accelerator.dvfs.alpha_power.lowest=0.1 V"],
                     "above the threshold")


if __name__ == "__main__":
    unittest.main()
