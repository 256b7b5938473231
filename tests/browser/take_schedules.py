"""Take the pictures of `/schedule create` from the running playground.

    python -m tests.browser.take_schedules [FOLDER]

writes schedule.png and schedule-phone.png into FOLDER (docs/images).
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.browser.choice_course import make_choice_course
from tests.browser.playground_tab import Tab
from tests.browser.running_playground import CHROMIUM, ROOT, browser, playing
from tests.browser.take_screenshots import DESKTOP, PHONE, picture

INSTRUCTOR = "Ms Rivera"
OPTIONS = {
    "every": "weekly",
    "at": "09:30",
    "days": "mon, wed",
    "zone": "Europe/Berlin",
    "announce": 10,
}


async def take(folder):
    with tempfile.TemporaryDirectory() as profile:
        course = make_choice_course(Path(profile))
        async with (
            playing("--course", course.name, FOOTNOTE_COURSES=str(course)) as playground,
            browser(Path(profile) / "browser", viewport=DESKTOP, device_scale_factor=2) as context,
        ):
            tab = await Tab.open(context, playground.address, INSTRUCTOR)
            await tab.command("/schedule create", **OPTIONS)
            card = tab.card("Nothing is scheduled yet")
            await card.wait_for()
            await picture(tab, card, folder / "schedule.png")
            await tab.page.set_viewport_size(PHONE)
            await tab.park_mouse()
            await tab.page.screenshot(path=folder / "schedule-phone.png")
        await playground.stop()


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit("No chromium here: apt-get install chromium")
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(target))
