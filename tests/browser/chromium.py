"""A real browser without a window, driven through its own pipe; nothing but Chromium is needed."""

import base64
import itertools
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--remote-debugging-pipe",
)
TIMEOUT_S = 60.0
_END = b"\0"


def program() -> str | None:
    """Return the browser that is installed here, or nothing."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


class Browser:
    """One page of a browser: what it is told, what it answers, what it asks the network for."""

    def __init__(self, to_browser: int, from_browser: int) -> None:
        self._to, self._from = to_browser, from_browser
        self._numbers = itertools.count(1)
        self._rest = b""
        self._session = ""
        self.events: list[dict[str, Any]] = []

    def open_page(self) -> None:
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        attached = self.send("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Return the answer to one command."""
        number = next(self._numbers)
        message: dict[str, Any] = {"id": number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + _END)
        for answer in self._messages():
            if answer.get("id") == number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]
        raise AssertionError("the browser ended")

    def _messages(self) -> Iterator[dict[str, Any]]:
        until = time.monotonic() + TIMEOUT_S
        while time.monotonic() < until:
            while _END in self._rest:
                text, self._rest = self._rest.split(_END, 1)
                message = json.loads(text)
                if "method" in message:
                    self.events.append(message)
                yield message
            if select.select([self._from], [], [], 1.0)[0]:
                part = os.read(self._from, 1 << 20)
                if not part:
                    return
                self._rest += part
        raise AssertionError(f"the browser did not answer within {TIMEOUT_S:g} s")

    def open(
        self, path: Path, *, width: int = 1440, height: int = 900, touch: bool = False
    ) -> None:
        """Open a file in a window of a size and wait until it is drawn."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=touch,
        )
        self.events.clear()
        self.send("Page.navigate", url=path.resolve().as_uri())
        for message in self._messages():
            if message.get("method") == "Page.loadEventFired":
                break
        self.settle()

    def settle(self) -> None:
        """Wait for two frames, so that what was asked for is drawn."""
        frames = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        self.send("Runtime.evaluate", expression=f"{frames}.then(() => 1)", awaitPromise=True)

    def value(self, expression: str) -> Any:
        """Return the value of an expression on the page."""
        answer = self.send(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def text(self, selector: str) -> str:
        """Return the text in sight of the first element that a selector names."""
        return self.value(f"document.querySelector({json.dumps(selector)}).innerText")

    def n(self, selector: str) -> int:
        """Return how many elements a selector names."""
        return self.value(f"document.querySelectorAll({json.dumps(selector)}).length")

    def click_at(self, x: float, y: float) -> None:
        """Click with the mouse at a point of the window."""
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
        self.settle()

    def click(self, selector: str) -> None:
        """Click with the mouse in the middle of an element."""
        box = self.value(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            " e.scrollIntoView({block: 'nearest', inline: 'nearest'});"
            " const b = e.getBoundingClientRect();"
            " return [b.x + b.width / 2, b.y + b.height / 2]; })()"
        )
        self.click_at(*box)

    def type(self, selector: str, text: str) -> None:
        """Click into a field and type a text."""
        self.click(selector)
        self.send("Input.insertText", text=text)
        self.settle()

    def choose(self, selector: str, value: str) -> None:
        """Choose an option of a list."""
        element = f"document.querySelector({json.dumps(selector)})"
        self.value(
            f"{element}.value = {json.dumps(value)};"
            f" {element}.dispatchEvent(new Event('change', {{bubbles: true}}))"
        )
        self.settle()

    def press(self, key: str, code: int = 0) -> None:
        """Press one key."""
        for kind in ("keyDown", "keyUp"):
            params: dict[str, Any] = {"type": kind, "key": key, "windowsVirtualKeyCode": code}
            if kind == "keyDown" and len(key) == 1:
                params["text"] = key
            self.send("Input.dispatchKeyEvent", **params)
        self.settle()

    def picture(self) -> bytes:
        """Return what the window shows, as PNG."""
        return base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"])

    def printed(self) -> bytes:
        """Return the page as it is printed, as PDF."""
        answer = self.send("Page.printToPDF", landscape=True, printBackground=True)
        return base64.b64decode(answer["data"])

    def requests(self) -> list[str]:
        """Return the addresses that the page asked for since it was opened."""
        return [
            event["params"]["request"]["url"]
            for event in self.events
            if event["method"] == "Network.requestWillBeSent"
        ]

    def complaints(self) -> list[str]:
        """Return errors of the page's program and of its policy."""
        thrown = [
            event["params"]["exceptionDetails"].get("exception", {}).get("description", "thrown")
            for event in self.events
            if event["method"] == "Runtime.exceptionThrown"
        ]
        logged = [
            event["params"]["entry"]["text"]
            for event in self.events
            if event["method"] == "Log.entryAdded"
            and event["params"]["entry"]["level"] in ("error", "warning")
        ]
        return thrown + logged


@contextmanager
def browser() -> Iterator[Browser]:
    """Start the browser with a profile of its own and end it."""
    path = program()
    assert path is not None
    in_read, in_write = os.pipe()
    out_read, out_write = os.pipe()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [path, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
        script = f'exec "$@" 3<&{in_read} 4>&{out_write}'
        process = subprocess.Popen(
            ["bash", "-c", script, "bash", *command],
            pass_fds=(in_read, out_write),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(in_read)
        os.close(out_write)
        try:
            page = Browser(in_write, out_read)
            page.open_page()
            yield page
        finally:
            os.close(in_write)
            os.close(out_read)
            process.terminate()
            process.wait(timeout=20)
