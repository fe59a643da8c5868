#!/usr/bin/env python3
"""report.tex: compiles into two pages with nothing beside its column, whatever the names are."""
import json
import re
import shutil
import subprocess
import unittest

from figures_test import ink, output_of
from made_up_result import result
from made_up_sweep import ENERGY, write_sweep
from support import CommandTest

LATIN = "".join(map(chr, range(0xA1, 0x100)))
ODD = "\\input{x} {a}_b$c&d#e^f~g%h <i>|\"j\" 'k' `l` -- ?` " + LATIN
FOREIGN = "影片 видео \u0301\u200b\U0001F600"
LONG = "a_name_without_an_end" * 12 + "x" * 200
MOST_OVERFULL_POINTS = 3


class Latex(CommandTest):
    def compile(self, folder, document="report"):
        """The text of the document's PDF, and the number of its pages."""
        where = self.folder / folder
        process = subprocess.run(["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", document + ".tex"],
                                 cwd=where, capture_output=True, timeout=120, check=False)
        log = (where / f"{document}.log").read_text(encoding="latin-1")
        self.assertEqual(process.returncode, 0, log[-1500:])
        for overfull in re.findall(r"Overfull \\[hv]box \(([\d.]+)pt too (?:wide|high)\).*", log):
            self.assertLess(float(overfull), MOST_OVERFULL_POINTS, log[log.index("Overfull"):][:1500])
        self.assertNotIn("Missing character", log)
        self.assertNotIn("undefined", log)
        pdf = where / f"{document}.pdf"
        fonts = output_of("pdffonts", str(pdf)).decode().splitlines()[2:]
        self.assertTrue(fonts)
        for font in fonts:
            self.assertEqual(font[54:].split()[-5], "yes", f"not embedded: {font}")
            self.assertNotIn("Type 3", font)
        pages = int(re.search(r"Pages:\s+(\d+)", output_of("pdfinfo", str(pdf)).decode())[1])
        covered, _ = ink(pdf)
        self.assertGreater(covered, 0.03)
        # Words that run over two lines, and lines of two columns, are joined.
        text = " ".join(output_of("pdftotext", str(pdf), "-").decode().split())
        return text, pages

    def report(self, *arguments):
        return self.done("report", *arguments, "--format", "latex")

    def check_captions(self, folder, *stated):
        source = self.bytes_of(f"{folder}/report.tex").decode()
        captions = re.findall(r"\\caption(?:of\{\w+\})?\{.*", source)
        self.assertTrue(captions)
        for caption in captions:
            self.assertIn("\\deltasimcontext", caption)
        context = re.search(r"\\newcommand\{\\deltasimcontext\}.*", source)[0].replace("\\allowbreak{}", "")
        for text in stated:
            self.assertIn(text, context)

    def test_two_pages_of_a_run(self):
        self.done("trace", "synth", "-q", "--preset", "thesis", "--frames", "2", "-o", "a.dtrace")
        self.write("e.yaml", "trace: a.dtrace\nmodes: [dense, spatial, delta, selective]\nbaseline: systolic_32x32_os\n")
        self.done("run", "-q", "e.yaml", "-o", "out")
        self.report("out")
        text, pages = self.compile("out")
        self.assertEqual(pages, 2)
        self.check_captions("out", "resnet50", "weights: ", "45 nm", "horowitz{_}45nm".replace("{_}", "\\_"))
        figures = self.json("out/result.json")
        for reduction in ("mac", "cycle", "dram_access", "energy"):
            self.assertIn(f"{figures['claims'][reduction + '_reduction']:.2f}×", text)
        self.assertIn(figures["provenance"]["trace_sha256"][:16], text)
        pictures = set(re.findall(r"\\deltasimfigure\{(\w+)\}", self.bytes_of("out/report.tex").decode()))
        self.assertEqual(pictures, {"waterfall", "waterfall_against_spatial", "energy_by_component", "energy_by_data",
                                    "sparsity", "roofline"})

    def test_a_sweep(self):
        write_sweep(self.folder / "sweep/sweep.sqlite", failed={2: ("failed", ODD + FOREIGN)}, description=LONG + ODD)
        self.report("sweep")
        text, _ = self.compile("sweep", "sweep")
        self.assertIn("39 designs were compared", text)
        source = self.bytes_of("sweep/sweep.tex").decode()
        self.assertIn("\\toprule", source)
        front = [line for line in source.splitlines() if re.match(r"(\\textbf\{)?\d+\}? & ", line)]
        self.assertGreater(len(front), 3)
        self.assertIn(f"The {len(front)} of 39 designs that no other one dominates", text)

    def test_sweeps_with_odd_names_and_with_little(self):
        axes = {f"accelerator.{ODD}": [ODD, "2"], LONG: [LONG, FOREIGN], **{f"p{i}": ["1", "2"] for i in range(7)}}
        objective = {"name": LONG, "expression": ODD, "minimised": False, "unit": ODD}
        write_sweep(self.folder / "odd/sweep.sqlite", axes=axes, objectives=(objective, ENERGY), name=ODD,
                    values={LONG: lambda *p: len(set(p)), "energy": lambda *p: float(p.count("1"))})
        self.report("odd")
        self.compile("odd", "sweep")
        write_sweep(self.folder / "none/sweep.sqlite", points=())
        self.report("none")
        source = self.bytes_of("none/sweep.tex").decode()
        self.assertIn("No design has been evaluated", source)
        self.assertNotIn("tabular", source)
        self.assertNotIn("includegraphics", source)

    def worst(self):
        """All modes, the baseline, two streams, names as bad as can be, notes without end."""
        document = result(layers=20, modes=("dense", "spatial", "delta", "selective"))
        odd = (ODD + FOREIGN, LONG)
        document["provenance"].update(experiment=LONG, accelerator=ODD, video=FOREIGN + LONG, quantizer=LONG, energy_table=ODD,
                                      command=LONG, trace_sha256="0" * 64, notes=[ODD + FOREIGN, LONG, LONG, ODD, ODD])
        del document["provenance"]["network_spatial"], document["provenance"]["weights_spatial"]
        document["sites"] = []
        for stream in odd:
            document["provenance"].update({f"network_{stream}": LONG, f"weights_{stream}": ODD})
            document["sites"] += [{"stream": stream, "site": f"{stream} {i}", "elements": 9, "activation_sparsity": 0.5,
                                   "temporal_sparsity": 0.9, "unchanged_pixels": 0.1} for i in range(70)]
        steps = [{"step": f"energy{i}", "text": ODD, "reduction": 9.0 - i} for i in range(8)]
        document.update(waterfall=steps, waterfall_against_spatial=steps, state_place=LONG, baseline=document["modes"]["dense"])
        reductions = dict.fromkeys(("mac_reduction", "cycle_reduction", "dram_access_reduction", "energy_reduction"), 12345.678)
        others = [f"against_{name}" for name in ("dense", "spatial", "baseline")]
        document["claims"].update(reductions, by_mode={mode: dict.fromkeys(others[:n], reductions)
                                                       for n, mode in enumerate(document["modes"])})
        components = ("dram", "glb", "noc", "pe", "rf", "delta_unit", "state_memory", "leakage", "clock")
        kinds = ("weight", "activation", "partial_sum", "state", "index", "compute", "refresh", "background", "leakage", "clock")
        for mode in document["modes"].values():
            mode["energy_pJ"] = {"total": 9e9, "by_component": dict.fromkeys(components, 1e9), "by_data": dict.fromkeys(kinds, 0.9e9)}
            stream = mode["streams"].pop("spatial")
            for layer in stream["layers"]:
                layer["name"] = f"{LONG} {layer['name']}"
            mode["streams"] = dict.fromkeys(odd, stream)
        return document

    def test_any_name_compiles_into_two_pages(self):
        self.write("a/result.json", json.dumps(self.worst()))
        self.report("a")
        text, pages = self.compile("a")
        self.assertEqual(pages, 2)
        self.assertIn("[U+5F71]", text.replace(" ", ""))
        self.assertIn("\\input{x}", text.replace(" ", ""))

    def test_little_was_run(self):
        self.write("a/result.json", json.dumps(result(frames=1, modes=("dense",))))
        self.report("a")
        text, pages = self.compile("a")
        self.assertEqual(pages, 2)
        self.assertIn("delta execution was not run", text)
        self.assertIn("no claim is checked", text)

    def test_side_by_side(self):
        for name in ("a", "b", "c"):
            document = result()
            document["modes"]["delta"]["energy_pJ"]["total"] = {"a": 3e9, "b": 1.5e9, "c": 4e9}[name]
            document["provenance"]["accelerator"] = ODD
            self.write(f"{name}/result.json", json.dumps(document))
        self.report("a", "b", "c", "-o", "both")
        text, pages = self.compile("both")
        self.assertEqual(pages, 1)
        self.assertIn("2.00×", text)
        self.assertIn("0.75×", text)
        self.check_captions("both", "resnet50 on clip.avi", "weights: spatial trained", "technology node: 45 nm", "table: table")

    def test_without_pictures(self):
        self.write("a/result.json", json.dumps(result()))
        self.report("a")
        shutil.rmtree(self.folder / "a/figures")
        text, _ = self.compile("a")
        self.assertIn("run gnuplot energy_by_data.gp", text)


if __name__ == "__main__":
    unittest.main()
