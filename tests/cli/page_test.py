#!/usr/bin/env python3
"""report.html in headless Chromium, without a network: no error, tables that sort, tooltips, light and dark,
wide and narrow windows. One browser serves all tests."""
import json
import os
import shutil
import tempfile
import time
import unittest

from made_up_result import result
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from support import CommandTest

FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1280,900"]
OFFLINE = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
ALL_MODES = ("dense", "spatial", "delta", "selective")
# The canvases of the page that show nothing: no bar, no point, or no room.
EMPTY_CANVASES = """
  return Array.from(document.querySelectorAll('canvas')).filter(canvas => {
    const chart = Chart.getChart(canvas);
    const values = chart.data.datasets.flatMap(set => set.data).filter(value => value !== null);
    return values.length === 0 || canvas.clientWidth < 100 || canvas.clientHeight < 80;
  }).map(canvas => canvas.getAttribute('aria-label'))"""
# The charts of bars of which two parts look alike.
ALIKE = """
  return Array.from(document.querySelectorAll('canvas')).map(canvas => Chart.getChart(canvas))
    .filter(chart => chart.config.type === 'bar' && chart.data.datasets.length > 1)
    .filter(chart => new Set(chart.data.datasets.map(set => set.backgroundColor)).size < chart.data.datasets.length)
    .map(chart => chart.canvas.getAttribute('aria-label'))"""
# Texts that run out of their boxes: headings, captions, tiles, the lines of provenance.
CUT_TEXTS = """
  return Array.from(document.querySelectorAll('h1, h2, h3, p, figcaption, .tile, pre, nav, select, .missing'))
    .filter(node => node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0).map(node => node.textContent)"""


class Page(CommandTest):
    @classmethod
    def setUpClass(cls):
        cls.profile = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.profile, ignore_errors=True)
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for flag in (*FLAGS, f"--user-data-dir={cls.profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        cls.browser = webdriver.Chrome(service=Service("/usr/bin/chromedriver", log_path=os.devnull), options=options)
        cls.addClassCleanup(cls.browser.quit)
        cls.browser.execute_cdp_cmd("Network.enable", {})
        cls.browser.execute_cdp_cmd("Network.emulateNetworkConditions", OFFLINE)

    def open(self, *documents, options=()):
        """Loads the page of a result, or of several side by side; seconds until it was drawn."""
        names = [chr(ord("a") + i) for i in range(len(documents))]
        for name, document in zip(names, documents):
            self.write(f"{name}/result.json", json.dumps(document))
        self.done("report", *options, *names, "-o", "page")
        start = time.monotonic()
        self.browser.get(f"file://{self.folder}/page/report.html")
        self.browser.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
        seconds = time.monotonic() - start
        self.assertEqual(self.browser.get_log("browser"), [])
        self.assertEqual(self.browser.execute_script(EMPTY_CANVASES), [])
        self.assertEqual(self.browser.execute_script(ALIKE), [])
        return seconds

    def all(self, selector):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def column(self, table, name):
        return self.browser.execute_script(
            "const t = document.getElementById(arguments[0]);"
            "const at = Array.from(t.tHead.rows[0].cells).findIndex(c => c.dataset.name === arguments[1]);"
            "return Array.from(t.tBodies[0].rows).map(row => row.cells[at].textContent)", table, name)

    def window(self, width, scheme):
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600})
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": scheme}]})
        self.browser.execute_async_script("setTimeout(arguments[0], 200)")

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

    def hovered(self, section):
        """What the tooltip says over the first bar or point of a section's first chart."""
        canvas = self.all(f"#{section} canvas")[0]
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", canvas)
        shown = ("const t = Chart.getChart(arguments[0]).tooltip;"
                 "return t && t.opacity > 0 ? t.body.flatMap(b => [...b.lines, ...b.after]).join('; ') : ''")
        self.assertEqual(self.browser.execute_script(shown, canvas), "")
        point = self.browser.execute_script(
            "const c = Chart.getChart(arguments[0]);"
            "const at = c.getSortedVisibleDatasetMetas().find(m => m.type !== 'line' || c.config.type === 'line').data[0]"
            ".getCenterPoint(true);"
            "return [at.x - c.width / 2, at.y - c.height / 2]", canvas)
        ActionChains(self.browser).move_to_element_with_offset(canvas, round(point[0]), round(point[1])).perform()
        self.browser.execute_async_script("setTimeout(arguments[0], 100)")
        return self.browser.execute_script(shown, canvas)

    def test_hovering_shows_values_with_units(self):
        self.open(result())
        self.assertRegex(self.hovered("energy"), r"DRAM: 2 mJ a frame")
        self.assertRegex(self.hovered("layers"), r"energy \(mJ a frame\): 3; dense|delta execution, bound by PE array")
        self.assertRegex(self.hovered("roofline"), r"stage0\.block0\.conv: .* MACs a byte, .* GMAC/s")
        self.assertRegex(self.hovered("frames"), r"dense: 1 mJ")

    def test_choosing_a_mode(self):
        self.open(result())
        self.assertEqual(set(self.column("layer-table", "execution")), {"delta"})
        self.browser.execute_script(
            "const s = document.querySelector('#layers select'); s.value = 'dense'; s.dispatchEvent(new Event('change'))")
        self.assertEqual(set(self.column("layer-table", "execution")), {"dense"})

    def test_wide_and_narrow_light_and_dark(self):
        self.open(result(layers=40, modes=ALL_MODES))
        pictures = set()
        for width in (1280, 390):
            for scheme in ("light", "dark"):
                self.window(width, scheme)
                # not against window.innerWidth, which grows with the content of a mobile page
                shown = self.browser.execute_script("return document.documentElement.scrollWidth")
                self.assertLessEqual(shown, width, f"the page is wider than {width} pixels")
                self.assertEqual(self.browser.execute_script(CUT_TEXTS), [], f"cut at {width} pixels")
                self.assertEqual(self.browser.execute_script(EMPTY_CANVASES), [])
                ink = self.browser.execute_script("return Chart.getChart(document.querySelector('canvas')).options.scales.x.ticks.color")
                self.assertEqual(ink, "#1b1f24" if scheme == "light" else "#e6edf3")
                picture = self.browser.get_screenshot_as_png()
                self.assertGreater(len(picture), 10_000)
                self.assertEqual(int.from_bytes(picture[16:20], "big"), width)
                pictures.add(picture)
        self.assertEqual(len(pictures), 4)
        self.window(1280, "light")

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
        self.browser.execute_script(
            "const s = document.querySelector('#comparison select'); s.value = 'dense'; s.dispatchEvent(new Event('change'))")
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
