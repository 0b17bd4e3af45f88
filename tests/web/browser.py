"""A real browser for the tests of the page: headless Chromium."""

import shutil
import time
from collections.abc import Callable
from typing import Any

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
)
WATCH = """
window.ran = []; window.violations = [];
for (const name of ['alert', 'confirm', 'prompt']) window[name] = () => { window.ran.push(name); };
document.addEventListener('securitypolicyviolation', (event) => window.violations.push(event.violatedDirective));
"""
"""Runs before the page's own code: notes whatever was executed or refused."""
WITHOUT_SOCKETS = (
    "window.WebSocket = class { static OPEN = 1; constructor() { setTimeout(() => this.onclose?.()); } close() {} };"
)


def find_browser() -> tuple[str, str] | None:
    """Return the paths of a browser and its driver."""
    browser = next((path for path in map(shutil.which, NAMES) if path), None)
    driver = shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


class Window:
    """One browser window on the chat page; every method blocks."""

    def __init__(self, paths: tuple[str, str], width: int = 1180, height: int = 800) -> None:
        options = webdriver.ChromeOptions()
        for option in OPTIONS:
            options.add_argument(option)
        options.binary_location = paths[0]
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(paths[1]))
        self._scripts: list[str] = []
        self.resize(width, height)
        self.before_page(WATCH, keep=True)

    def close(self) -> None:
        self.driver.quit()

    def resize(self, width: int, height: int) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def before_page(self, script: str, *, keep: bool = False) -> None:
        """Run a script before the page's own in every page opened from now on."""
        added = self.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": script})
        if not keep:
            self._scripts.append(added["identifier"])

    def forget(self) -> None:
        """Leave the page; take back the scripts added for one test."""
        for script in self._scripts:
            self.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", {"identifier": script})
        self._scripts.clear()
        self.driver.get("about:blank")
        self.driver.get_log("browser")  # type: ignore[no-untyped-call]

    def open(self, url: str) -> None:
        self.driver.get(url)
        self.until(lambda: self.text("#state") == "在线")

    def until(self, true: Callable[[], Any], seconds: float = 10) -> Any:
        """Return the first truthy result."""
        end = time.monotonic() + seconds
        while not (result := true()):
            if time.monotonic() > end:
                raise AssertionError("the page did not get there; it shows: " + self.text("#chat"))
            time.sleep(0.05)
        return result

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def text(self, selector: str) -> str:
        return str(self.script("return document.querySelector(arguments[0]).innerText", selector)).strip()

    def script(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def type(self, text: str) -> None:
        self.one("#text").send_keys(text)

    def say(self, text: str) -> None:
        self.type(text + Keys.ENTER)

    def put(self, text: str) -> None:
        """Say a text whatever characters it has."""
        self.script(
            "const t = document.getElementById('text'); t.value = arguments[0];"
            "t.dispatchEvent(new Event('input')); document.getElementById('send').click();",
            text,
        )

    def bubbles(self, sender: str) -> list[str]:
        """Return the texts shown, of `me` or of the `bot`."""
        side = ".message.me" if sender == "me" else ".message:not(.me)"
        found = self.script(
            "return [...document.querySelectorAll(arguments[0])].map((bubble) => bubble.textContent)", f"{side} .bubble"
        )
        return [str(text) for text in found]

    def hears(self, text: str, seconds: float = 10) -> None:
        self.until(lambda: text in self.bubbles("bot"), seconds)

    def press(self, label: str) -> None:
        found = [button for button in self.all(".buttons button:enabled") if button.text == label]
        found[-1].click()

    def complaints(self) -> list[Any]:
        """Return what ran, what the policy refused and what the console calls severe."""
        entries = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        severe = [entry["message"] for entry in entries if entry["level"] == "SEVERE"]
        return [*self.script("return [...window.ran, ...window.violations]"), *severe]
