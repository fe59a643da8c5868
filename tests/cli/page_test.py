#!/usr/bin/env python3
"""report.html in headless Chromium, without a network: no error, tables that sort, tooltips, light and dark,
wide and narrow windows. One browser serves all tests."""
import json
import unittest

from browser import EMPTY_CANVASES, BrowserTest
from made_up_result import result

ALL_MODES = ("dense", "spatial", "delta", "selective")


class Page(BrowserTest):
    def open(self, *documents, options=()):
        """Loads the page of a result, or of several side by side; seconds until it was drawn."""
        names = [chr(ord("a") + i) for i in range(len(documents))]
        for name, document in zip(names, documents):
            self.write(f"{name}/result.json", json.dumps(document))
        self.done("report", *options, *names, "-o", "page")
        return self.load("page/report.html")

    def test_a_click_on_a_heading_sorts(self):
        self.open(result(layers=12))
        heading = self.all("#layer-table th[data-name=kcycles] button")[0]
        names = self.column("layer-table", "name")
        heading.click()
        cycles = [float(text) for text in self.column("layer-table", "kcycles")]
        self.assertEqual(cycles, sorted(range(12), reverse=True))
        self.assertNotEqual(names, self.column("layer-table", "name"))
        heading.click()
        self.assertEqual([float(text) for text in self.column("layer-table", "kcycles")], sorted(cycles))
        self.all("#layer-table th[data-name=name] button")[0].click()
        self.assertEqual(self.column("layer-table", "name"), sorted(names, key=lambda name: (int(name[5]), int(name[12]))))

    def test_hovering_shows_values_with_units(self):
        self.open(result())
        self.assertRegex(self.hovered("energy"), r"DRAM: 2 mJ a frame")
        self.assertRegex(self.hovered("layers"), r"energy \(mJ a frame\): 3; dense|delta execution, bound by PE array")
        self.assertRegex(self.hovered("roofline"), r"stage0\.block0\.conv: .* MACs a byte, .* GMAC/s")
        self.assertRegex(self.hovered("frames"), r"dense: 1 mJ")

    def test_choosing_a_mode(self):
        self.open(result())
        self.assertEqual(set(self.column("layer-table", "execution")), {"delta"})
        self.choose("#layers select", "dense")
        self.assertEqual(set(self.column("layer-table", "execution")), {"dense"})

    def test_wide_and_narrow_light_and_dark(self):
        self.open(result(layers=40, modes=ALL_MODES))
        self.look_at_all_widths()

    def test_what_is_missing_is_said_and_not_drawn(self):
        document = result(frames=1, modes=("dense",))
        for key in ("area", "energy_table", "machine", "sites"):
            del document[key]
        for key in ("frame_figures", "real_time", "dram", "busy_cycles"):
            document["modes"]["dense"].pop(key)
            document["baseline"].pop(key, None)
        self.open(document)
        for section in ("sparsity", "frames", "realtime", "state", "roofline", "selective", "dram", "area", "table"):
            self.assertEqual(len(self.all(f"#{section} canvas")), 0, section)
            self.assertEqual(len(self.all(f"#{section} .missing")), 1, section)

    def test_a_single_frame(self):
        document = result(frames=1)
        for site in document["sites"]:
            site["temporal_sparsity"] = site["unchanged_pixels"] = None
        self.open(document)
        self.assertIn("no deltas", self.all("#sparsity figcaption")[0].text)

    def test_side_by_side(self):
        other = result(modes=("delta",))
        other["provenance"]["energy_table"] = "another"
        self.open(result(), other, options=["--force"])
        self.assertEqual(self.column("comparison-table", "run"), ["made_up (a)", "made_up (b)"])
        self.assertIn("energy_table", self.all(".difference")[0].text)
        self.assertEqual(len(self.all("#comparison .missing")), 0)
        self.choose("#comparison select", "dense")
        self.assertIn("made_up (b): dense execution was not run", self.all("#comparison .missing")[0].text)
        self.assertEqual(self.browser.execute_script(EMPTY_CANVASES), [])
        self.assertEqual(self.browser.get_log("browser"), [])

    def test_a_long_run_opens_within_two_seconds(self):
        long_run = result(frames=500, layers=100, modes=ALL_MODES)
        seconds = self.open(long_run)
        for _ in range(4):  # the machine may be busy with something else
            if seconds < 2:
                break
            seconds = min(seconds, self.open(long_run))
        size = (self.folder / "page/report.html").stat().st_size
        print(f"500 frames, 100 layers: {size} bytes, drawn in {seconds:.2f} s", flush=True)
        self.assertLess(size, 5_000_000)
        self.assertLess(seconds, 2)
        self.assertEqual(len(self.column("layer-table", "name")), 100)
        self.assertIn("mean of 2 frames", self.all("#aggregated")[0].text)


if __name__ == "__main__":
    unittest.main()
