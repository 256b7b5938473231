"""`footnote play` as a process of its own, and the browser that looks at it."""

import asyncio
import contextlib
import os
import re
import shutil
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# Nothing but the page may be on the wire, and nothing of an earlier run may be in the browser.
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class RunningPlayground:
    """The process, from its first line to its end."""

    def __init__(self, process, address):
        self._process = process
        self.address = address
        self.printed = ""
        self.complaints = ""

    async def stop(self):
        """Ask it to stop as an operating system does; returns its exit code."""
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            printed, complaints = await self._process.communicate()
        self.printed += printed.decode()
        self.complaints += complaints.decode()
        return self._process.returncode


def _own_environment():
    """Ours, without what would configure Footnote."""
    return {name: value for name, value in os.environ.items() if not name.startswith("FOOTNOTE_")}


@contextlib.asynccontextmanager
async def playing(*arguments, **environment):
    """Start `footnote play` with further arguments and variables, and wait for its address."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "play", "--port", "0", "--no-browser", *arguments),
        cwd=ROOT,
        env={**_own_environment(), **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(30):
            while found := (await process.stdout.readline()).decode():
                if re.match(r"http://127\.0\.0\.1:\d+/", found):
                    break
        if not found:
            _, complaints = await process.communicate()
            raise AssertionError(f"footnote play did not start:\n{complaints.decode()}")
        yield RunningPlayground(process, found.strip())
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@contextlib.asynccontextmanager
async def browser(profile, **options):
    """A new, headless Chromium; ``profile`` is an empty folder."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            profile, executable_path=CHROMIUM, headless=True, args=CHROMIUM_ARGUMENTS, **options
        )
        try:
            yield context
        finally:
            await context.close()
