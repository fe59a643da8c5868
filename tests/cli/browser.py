"""Pages in headless Chromium, without a network. One browser serves all tests of a class."""
import os
import shutil
import tempfile
import time

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from support import CommandTest

FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1280,900"]
OFFLINE = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
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


class BrowserTest(CommandTest):
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

    def load(self, page):
        """Opens a page of the test's folder, which draws without a fault; seconds until it was drawn."""
        start = time.monotonic()
        self.browser.get(f"file://{self.folder}/{page}")
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

    def look_at_all_widths(self):
        """1280 and 390 pixels, light and dark: nothing is cut, nothing is empty, colours follow the scheme."""
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

    def choose(self, selector, value):
        """Another entry of a box."""
        self.browser.execute_script(
            "const s = document.querySelector(arguments[0]); s.value = arguments[1];"
            "s.dispatchEvent(new Event('change'))", selector, value)
