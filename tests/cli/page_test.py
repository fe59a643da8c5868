#!/usr/bin/env python3
"""report.html in headless Chromium: no error, a table that sorts, a tooltip, wide and narrow windows."""
import json
import time
import unittest

from report_test import result
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.chrome.service import Service
from support import CommandTest

FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]


class Page(CommandTest):
    def setUp(self):
        super().setUp()
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for flag in (*FLAGS, f"--user-data-dir={self.folder}/profile"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.browser = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.addCleanup(self.browser.quit)
        self.browser.execute_cdp_cmd("Network.enable", {})
        self.browser.execute_cdp_cmd("Network.emulateNetworkConditions",
                                     {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0})

    def open(self, document):
        self.write("a/result.json", json.dumps(document))
        self.done("report", "a")
        start = time.monotonic()
        self.browser.get(f"file://{self.folder}/a/report.html")
        self.loaded_in = time.monotonic() - start
        self.assertEqual(self.browser.get_log("browser"), [])

    def column(self, table, index):
        cells = self.browser.find_elements(By.CSS_SELECTOR, f"#{table} tbody tr td:nth-child({index})")
        return [cell.text for cell in cells]

    def test_a_click_on_a_heading_sorts(self):
        document = result(layers=12)
        for i, layer in enumerate(document["modes"]["delta"]["streams"]["spatial"]["layers"]):
            layer["cycles"] = (i * 7) % 12 * 1000
        self.open(document)
        heading = self.browser.find_element(By.XPATH, "//table[@id='layer-table']//button[.='cycles a frame']")
        names = self.column("layer-table", 1)
        heading.click()
        cycles = [float(text.replace(",", "")) for text in self.column("layer-table", 6)]
        self.assertEqual(cycles, sorted(cycles, reverse=True))
        self.assertNotEqual(names, self.column("layer-table", 1))
        heading.click()
        self.assertEqual(self.column("layer-table", 6)[0], "0")

    def test_hovering_shows_a_value(self):
        self.open(result())
        canvas = self.browser.find_element(By.CSS_SELECTOR, "#energy canvas")
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", canvas)
        shown = "const c = Chart.getChart(arguments[0]); return c.tooltip.opacity > 0 ? c.tooltip.body[0].lines[0] : ''"
        self.assertEqual(self.browser.execute_script(shown, canvas), "")
        point = self.browser.execute_script(
            "const b = Chart.getChart(arguments[0]).getDatasetMeta(0).data[0].getCenterPoint(true);"
            "const r = arguments[0].getBoundingClientRect();"
            "return [b.x - r.width / 2, b.y - r.height / 2]", canvas)
        ActionChains(self.browser).move_to_element_with_offset(canvas, int(point[0]), int(point[1])).perform()
        time.sleep(0.3)
        self.assertIn("mJ a frame", self.browser.execute_script(shown, canvas))

    def test_wide_and_narrow_windows(self):
        self.open(result())
        for width in (1280, 390):
            self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                         {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600})
            time.sleep(0.3)
            overflow = self.browser.execute_script("return document.documentElement.scrollWidth - window.innerWidth")
            self.assertLessEqual(overflow, 0, f"the page is wider than {width} pixels")
            picture = self.browser.get_screenshot_as_png()
            self.assertGreater(len(picture), 10_000)

    def test_side_by_side_page(self):
        self.write("b/result.json", json.dumps(result()))
        self.write("a/result.json", json.dumps(result()))
        self.done("report", "a", "b", "-o", "both")
        self.browser.get(f"file://{self.folder}/both/report.html")
        self.assertEqual(self.browser.get_log("browser"), [])
        self.assertEqual(len(self.column("comparison-table", 1)), 2)

    def test_long_run_opens(self):
        self.open(result(frames=500, layers=100, modes=("dense", "spatial", "delta", "selective")))
        print(f"500 frames, 100 layers: loaded in {self.loaded_in:.2f} s")
        self.assertEqual(len(self.column("layer-table", 1)), 100)


if __name__ == "__main__":
    unittest.main()
