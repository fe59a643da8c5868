#!/usr/bin/env python3
"""`deltasim doctor`: it finds what is there, and says what is not."""
import json
import os
import re
import unittest

from support import CommandTest


class Doctor(CommandTest):
    def findings(self, *arguments, status=0, **options):
        process = self.run_program("doctor", "--json", *arguments, **options)
        self.assertEqual(process.returncode, status, process.stderr)
        entries = json.loads(process.stdout)["findings"]
        return {(entry["section"], entry["name"]): entry for entry in entries}

    def test_it_tells_of_the_machine_and_the_libraries(self):
        found = self.findings("--no-speed")
        self.assertIn("oneDNN's convolutions", found["Machine", "used"]["text"])
        self.assertRegex(found["Machine", "memory"]["text"], r"^[1-9][\d.]* GiB, of which [\d.]+ GiB")
        for library, version in {"SystemC": r"2\.3\.", "SQLite": r"3\.", "pagmo": r"2\.", "muParser": r"2\.[\d.]+$",
                                 "CBC": r"2\."}.items():
            self.assertRegex(found["Libraries", library]["text"], "^" + version)
        self.assertRegex(found["Files", "results"]["text"], r"can be written, [\d.]+ GiB free$")
        self.assertNotIn(("Speed", "job"), found)
        self.assertEqual(self.files(), [])

    def test_processor_features_are_the_kernel_s(self):
        with open("/proc/cpuinfo", encoding="utf-8") as info:
            flags = re.search(r"^flags\s*:(.*)$", info.read(), re.MULTILINE)
        if flags is None:
            self.skipTest("no x86 processor")
        names = {"sse4.2": "sse4_2", "avx512vnni": "avx512_vnni", "avx512bf16": "avx512_bf16"}
        known = {"popcnt", "sse4.2", "avx", "avx2", "fma", "bmi2", "avx512f", "avx512bw", "avx512vnni",
                 "avx512bf16"}
        expected = {name for name in known if names.get(name, name) in flags[1].split()}
        shown = set(self.findings("--no-speed")["Machine", "features"]["text"].split())
        self.assertEqual(shown, expected)

    def test_it_measures_the_speed(self):
        text = self.done("doctor")
        shown = re.search(r"one process +([\d.e+]+) frames/s, ([\d.e+]+) M simulated cycles/s; ([\d.e+]+) ms a frame, "
                          r"the median of 5 \(([\d.e+]+) to ([\d.e+]+)\)", text)
        self.assertIsNotNone(shown, text)
        rate, cycle_rate, median, least, most = map(float, shown.groups())
        self.assertLessEqual(least, median)
        self.assertLessEqual(median, most)
        self.assertAlmostEqual(rate * median / 1000, 1, delta=0.1)
        cycles = float(re.search(r"([\d.]+) M simulated cycles$", text, re.MULTILINE)[1])
        self.assertAlmostEqual(cycle_rate / (cycles * rate), 1, delta=0.1)

    def test_configurations_that_are_not_there(self):
        nowhere = dict(os.environ, DELTASIM_CONFIGS=str(self.folder / "nowhere"))
        entry = self.findings(status=2, env=nowhere)["Files", "configurations"]
        self.assertEqual(entry["health"], "fault")
        self.assertIn("nowhere", entry["text"])
        empty = dict(os.environ, DELTASIM_CONFIGS=str(self.folder))
        self.assertEqual(self.findings(status=2, env=empty)["Files", "configurations"]["health"], "fault")

    def test_results_that_cannot_be_written(self):
        (self.folder / "results").write_text("a file is in the way", encoding="utf-8")
        entry = self.findings("--no-speed", status=2)["Files", "results"]
        self.assertIn("cannot be written: Not a directory", entry["text"])

    def test_programs_that_are_missing(self):
        entry = self.findings("--no-speed", env=dict(os.environ, PATH=str(self.folder)))
        self.assertEqual(entry["Programs", "gnuplot"]["health"], "missing")
        fake = self.write("gnuplot", "#!/bin/sh\n")
        fake.chmod(0o755)
        entry = self.findings("--no-speed", env=dict(os.environ, PATH=str(self.folder)))
        self.assertEqual(entry["Programs", "gnuplot"], {"section": "Programs", "name": "gnuplot",
                                                        "health": "ok", "text": str(fake)})

    def test_the_version_names_compiler_and_libraries(self):
        lines = self.done("--version").split("\n")
        self.assertRegex(lines[1], r"^built with (GNU|Clang) [\d.]+, \w+")
        for name in ("SystemC", "oneDNN", "Eigen", "libavcodec", "Protobuf", "zstd", "yaml-cpp", "fmt", "CLI11"):
            self.assertRegex(lines[2], rf"{name} \d+\.\d+")


if __name__ == "__main__":
    unittest.main()
