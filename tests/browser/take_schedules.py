"""Take the picture of `/schedule create` from the running playground.

    python -m tests.browser.take_schedules [FOLDER]

writes schedule.png into FOLDER (docs/images).
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.browser.choice_course import make_choice_course
from tests.browser.playground_tab import Tab
from tests.browser.running_playground import CHROMIUM, ROOT, browser, playing
from tests.browser.take_screenshots import DESKTOP, picture

INSTRUCTOR = "Ms Rivera"
EVERY = "every week, or every few weeks"
OPTIONS = {"days": "mon, wed", "zone": "Europe/Berlin", "announce": 10}


async def create(tab):
    """Type `/schedule create`; what must be given has its field already, the rest is added."""
    page = tab.page
    composer = page.get_by_label("Message", exact=True)
    await composer.click()
    await composer.press_sequentially("/schedule create")
    await page.locator(".command-entry.is-active", has_text="/schedule create").wait_for()
    await page.keyboard.press("Enter")
    await page.locator(".command-suggestion").get_by_text(EVERY, exact=True).click()
    await page.locator(".command-option-input[data-option=at]").fill("09:30")
    for name, value in OPTIONS.items():
        await page.locator(".command-ghost").click()
        await page.locator(".command-suggestion").get_by_text(name, exact=True).click()
        await page.locator(f".command-option-input[data-option={name}]").fill(str(value))
    await tab.park_mouse()
    await page.locator(".command-option-input").last.press("Enter")


async def take(folder):
    with tempfile.TemporaryDirectory() as profile:
        course = make_choice_course(Path(profile))
        async with (
            playing("--course", course.name, FOOTNOTE_COURSES=str(course)) as playground,
            browser(Path(profile) / "browser", viewport=DESKTOP, device_scale_factor=2) as context,
        ):
            tab = await Tab.open(context, playground.address, INSTRUCTOR)
            await create(tab)
            card = tab.card("Nothing is scheduled yet")
            await card.wait_for()
            await picture(tab, card, folder / "schedule.png")
        await playground.stop()


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit("No chromium here: apt-get install chromium")
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(target))
