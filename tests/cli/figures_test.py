#!/usr/bin/env python3
"""Figures for papers: the PDFs' sizes, fonts and ink, the data beside them, and what is missing."""
import csv
import json
import os
import re
import subprocess
import unittest

from made_up_result import result
from made_up_sweep import AGREEMENT, AXES, ENERGY, TIME, energy_of, grid, write_sweep
from support import CommandTest

NARROW, WIDE = 3.5, 7.16
WIDTHS = {"waterfall": NARROW, "waterfall_against_spatial": NARROW, "energy_by_component": NARROW,
          "energy_by_data": NARROW, "roofline": NARROW, "sparsity": WIDE}
LETTER_BOX = 1.117  # Liberation Sans: ascent and descent over the font's size


def output_of(*command, **options):
    return subprocess.run(command, capture_output=True, check=True, timeout=60, **options).stdout


def ink(pdf):
    """Shares of the pixels of the first page, printed in grey, that are not white, and the number of greys."""
    head, size, depth, pixels = output_of("pdftoppm", "-gray", "-r", "80", "-f", "1", "-l", "1", str(pdf)).split(b"\n", 3)
    assert (head, depth) == (b"P5", b"255")
    width, height = map(int, size.split())
    assert len(pixels) == width * height
    return sum(pixel < 250 for pixel in pixels) / len(pixels), len(set(pixels))


class Figures(CommandTest):
    def rows(self, path):
        with open(self.folder / path, encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def report(self, *arguments, **options):
        """What is said of figures that are missing."""
        process = self.run_program("report", *arguments, "--format", "figures", **options)
        self.assertEqual(process.returncode, 0, process.stderr)
        self.assertNotIn("warning", process.stderr)
        return process.stderr

    def check_pdf(self, path, width):
        pdf = self.folder / path
        about = output_of("pdfinfo", str(pdf)).decode()
        size = re.search(r"Page size:\s+([\d.]+) x ([\d.]+) pts", about)
        self.assertAlmostEqual(float(size[1]) / 72, width, delta=0.01)
        self.assertLess(float(size[2]) / 72, 9)
        self.assertIn("Pages:           1", about)
        fonts = output_of("pdffonts", str(pdf)).decode().splitlines()[2:]
        self.assertTrue(fonts)
        for font in fonts:
            self.assertEqual(font[54:].split()[-5], "yes", f"not embedded: {font}")
            self.assertIn("LiberationSans", font)
        covered, greys = ink(pdf)
        self.assertGreater(covered, 0.02, "blank")
        self.assertLess(covered, 0.8)
        self.assertGreater(greys, 10)

    def check_letters(self, pdf, svg):
        """PDF and SVG have letters of one size, so that margins and keys that suit one suit both."""
        boxes = output_of("pdftotext", "-bbox", str(self.folder / pdf), "-").decode()
        heights = [float(low) - float(high) for high, low in re.findall(r'yMin="([\d.]+)".*yMax="([\d.]+)"', boxes)]
        points = max(float(size) for size in re.findall(r'font-size="([\d.]+)"', svg)) * 72 / 96
        self.assertTrue(any(abs(height - LETTER_BOX * points) < 0.1 for height in heights), (heights, points))

    def test_figures_of_a_run(self):
        self.done("trace", "synth", "-q", "--network", "alexnet", "--frames", "3", "-o", "a.dtrace")
        self.write("e.yaml", "trace: a.dtrace\nmodes: [dense, spatial, delta]\nbaseline: systolic_32x32_os\n")
        self.done("run", "-q", "e.yaml", "-o", "out")
        self.assertIn("no figure pareto: a Pareto front needs two runs", self.report("out"))
        for name, width in WIDTHS.items():
            with self.subTest(name):
                self.check_pdf(f"out/figures/{name}.pdf", width)
                svg = self.bytes_of(f"out/figures/{name}.svg").decode()
                self.assertEqual(int(re.search(r'width="(\d+)"', svg)[1]), round(96 * width))
                self.check_letters(f"out/figures/{name}.pdf", svg)
                self.assertTrue(self.rows(f"out/figures/{name}.csv"))
                # A user who has changed the script draws it again.
                (self.folder / f"out/figures/{name}.pdf").unlink()
                output_of("gnuplot", f"{name}.gp", cwd=self.folder / "out/figures")
                self.check_pdf(f"out/figures/{name}.pdf", width)
        self.check_data(self.json("out/result.json"))

    def check_data(self, figures):
        energy = self.rows("out/figures/energy_by_component.csv")
        self.assertEqual([row["mode"] for row in energy], ["dense", "spatial", "delta", "baseline"])
        for row in energy:
            mode = figures["baseline"] if row["mode"] == "baseline" else figures["modes"][row["mode"]]
            parts = [float(value) for key, value in row.items() if key not in ("mode", "total_mJ")]
            self.assertAlmostEqual(sum(parts) / (mode["energy_pJ"]["total"] * 1e-9 / 3), 1)
            self.assertAlmostEqual(float(row["total_mJ"]) / sum(parts), 1)
        steps = self.rows("out/figures/waterfall.csv")
        self.assertEqual([float(row["reduction"]) for row in steps],
                         [step["reduction"] for step in figures["waterfall"]])
        sites = self.rows("out/figures/sparsity.csv")
        self.assertEqual([row["site"] for row in sites], [site["site"] for site in figures["sites"]])
        machine = figures["machine"]
        for row in self.rows("out/figures/roofline.csv"):
            roof = min(machine["peak_macs_per_s"], machine["dram_bytes_per_s"] * float(row["macs_per_dram_byte"]))
            self.assertLessEqual(float(row["macs_per_s"]), 1.0001 * roof, row)

    def test_pareto_front_is_exact(self):
        def with_figures(name, figures):
            document = result(modes=("dense", "spatial", "delta"))
            for mode, (time, energy) in zip(document["modes"].values(), figures):
                mode["time_s"], mode["energy_pJ"]["total"] = time, energy
            self.write(f"{name}/result.json", json.dumps(document))
        designs = {"a": [(9, 9e9), (5, 5e9), (4, 7e9)], "b": [(6, 5e9), (5, 5e9), (3, 9e9)], "c": [(7, 2e9), (8, 2e9), (3, 8e9)]}
        for name, figures in designs.items():
            with_figures(name, figures)
        self.assertEqual(self.report("a", "b", "c", "--out", "all"), "")
        for name in ("pareto", "energy_by_component", "energy_by_data"):
            self.check_pdf(f"all/figures/{name}.pdf", NARROW)
        rows = self.rows("all/figures/pareto.csv")
        points = [(float(row["time_per_frame_ms"]), float(row["energy_per_frame_mJ"])) for row in rows]
        self.assertEqual(len(points), 9)
        for row, point in zip(rows, points):
            beaten = any(other != point and other[0] <= point[0] and other[1] <= point[1] for other in points)
            self.assertEqual(row["in_front"], "0" if beaten else "1", row)

    def test_free_designs_have_no_place(self):
        document = result()
        document["modes"]["delta"]["energy_pJ"]["total"] = 0
        for name in ("a", "b"):
            self.write(f"{name}/result.json", json.dumps(document))
        self.assertIn("no figure pareto: a mode that takes no time or no energy", self.report("a", "b", "-o", "all"))

    def test_what_was_not_run_is_said(self):
        document = result(modes=("dense", "delta"))
        document["waterfall"] = [{"step": "ideal", "text": "ideal", "reduction": 8.0}]
        document["sites"] = []
        self.write("a/result.json", json.dumps(document))
        message = self.report("a")
        self.assertIn("no figure waterfall_against_spatial: spatial execution was not run", message)
        self.assertIn("no figure sparsity: the result lists no delta sites", message)
        before = self.files()
        self.assertIn("a/figures/waterfall.pdf", before)
        self.write("a/result.json", json.dumps(result(modes=("dense",))))
        message = self.report("a")
        self.assertIn("no figure waterfall: delta execution was not run", message)
        gone = set(before) - set(self.files())
        self.assertEqual(gone, {f"a/figures/waterfall.{ending}" for ending in ("csv", "gp", "pdf", "svg")})

    def test_older_result_without_peaks(self):
        document = result()
        del document["machine"]
        self.write("a/result.json", json.dumps(document))
        self.assertIn("no figure roofline: the result does not state the accelerator's peaks", self.report("a"))
        document = result()
        document["machine"]["dram_bytes_per_s"] = 0
        self.write("a/result.json", json.dumps(document))
        self.assertIn("no figure roofline: the accelerator's peaks are not above zero", self.report("a"))

    def test_without_gnuplot(self):
        self.write("a/result.json", json.dumps(result()))
        message = self.report("a", env=dict(os.environ, PATH=str(self.folder)))
        self.assertIn("gnuplot is not installed", message)
        self.assertIn("gnuplot-nox", message)
        for ending in ("csv", "gp"):
            self.assertTrue(self.bytes_of(f"a/figures/energy_by_data.{ending}"))
        self.assertFalse([name for name in self.files() if name.endswith((".pdf", ".svg"))])

    def test_names_cannot_leave_their_strings(self):
        odd = "a'; system 'touch owned'; `touch owned`\n\"%s, ü_^{x}"
        document = result()
        document["provenance"]["experiment"] = document["provenance"]["accelerator"] = odd
        document["modes"]["delta"]["streams"] = {odd: document["modes"]["delta"]["streams"]["spatial"]}
        document["sites"] = [{"stream": odd, "site": odd, "elements": 9, "activation_sparsity": 0.5,
                              "temporal_sparsity": None, "unchanged_pixels": None}]
        self.write("a/result.json", json.dumps(document))
        self.report("a")
        self.check_pdf("a/figures/sparsity.pdf", WIDE)
        self.check_pdf("a/figures/roofline.pdf", NARROW)
        self.write("b/result.json", json.dumps(document))
        self.report("a", "b", "-o", "both")
        self.check_pdf("both/figures/pareto.pdf", NARROW)
        self.assertFalse([name for name in self.files() if "owned" in name])

    def test_figures_of_a_sweep(self):
        write_sweep(self.folder / "sweep/sweep.sqlite", objectives=(ENERGY, TIME, AGREEMENT))
        self.assertEqual(self.report("sweep"), "")
        for name in ("pareto_1_2", "pareto_1_3", "pareto_2_3"):
            self.check_pdf(f"sweep/figures/{name}.pdf", NARROW)
        for name in ("effects_1", "effects_2", "effects_3"):
            self.check_pdf(f"sweep/figures/{name}.pdf", WIDE)
        rows = self.rows("sweep/figures/pareto_1_2.csv")
        points = [(float(row["energy (mJ)"]), float(row["time (µs)"])) for row in rows]
        self.assertEqual(len(points), 40)
        for row, point in zip(rows, points):
            beaten = any(other != point and other[0] <= point[0] and other[1] <= point[1] for other in points)
            self.assertEqual(row["on_front"], "0" if beaten else "1", row)
        for row in self.rows("sweep/figures/effects_1.csv"):
            figures = [energy_of(*point) * 1e-9 for point in grid(AXES) if row["level"] in point]
            self.assertEqual(int(row["points"]), len(figures))
            for key, value in (("mean", sum(figures) / len(figures)), ("least", min(figures)), ("most", max(figures))):
                self.assertAlmostEqual(float(row[key]), value)

    def test_a_sweep_of_one_objective_or_of_nothing(self):
        write_sweep(self.folder / "one/sweep.sqlite", objectives=(ENERGY,))
        self.assertIn("no figure pareto: a front needs two objectives", self.report("one"))
        self.check_pdf("one/figures/effects.pdf", WIDE)
        write_sweep(self.folder / "none/sweep.sqlite", objectives=(ENERGY, TIME), points=())
        said = self.report("none")
        self.assertIn("no figure pareto: no design has been evaluated", said)
        self.assertIn("no figure effects_1: no parameter has two", said)
        self.assertFalse([name for name in self.files() if name.startswith("none/figures/")])

    def test_formats_are_names(self):
        self.write("a/result.json", json.dumps(result()))
        self.refused(["report", "a", "--format", "figure"], "--format", "did you mean figures?")


if __name__ == "__main__":
    unittest.main()
