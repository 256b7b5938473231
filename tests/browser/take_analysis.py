"""Take the pictures of `/analysis` and `/results` for the documentation from the running playground.

    python -m tests.browser.take_analysis [FOLDER]

lets sixteen simulated learners play a round and writes analysis.png, analysis-facts.png and marks.png
into FOLDER (docs/images). It takes about two minutes.
"""

import asyncio
import re
import sys
import tempfile
from pathlib import Path

from tests.browser.choice_course import make_choice_course
from tests.browser.playground_tab import Tab
from tests.browser.running_playground import CHROMIUM, ROOT, browser, playing
from tests.browser.take_screenshots import DESKTOP, picture

QUESTIONS = 5
SECONDS = 10
TALL = {"width": DESKTOP["width"], "height": 2400}


async def take(folder):
    with tempfile.TemporaryDirectory() as profile:
        course = make_choice_course(Path(profile))
        async with (
            playing("--simulated", "16", "--course", course.name, FOOTNOTE_COURSES=str(course)) as playground,
            browser(Path(profile) / "browser", viewport=TALL, device_scale_factor=2) as context,
        ):
            teacher = await Tab.open(context, playground.address, "Ms Rivera")
            await teacher.command("/quiz start", questions=QUESTIONS, seconds=SECONDS, pause=3)
            await teacher.conversation.get_by_role("button", name="Start").click()
            await teacher.card("Review mine").wait_for(timeout=240_000)
            await teacher.command("/results round")
            await picture(teacher, teacher.card(re.compile("^.*Marks", re.DOTALL)).last, folder / "marks.png")
            await teacher.command("/analysis questions")
            await shown(teacher, "Facility: the mean mark", folder / "analysis.png")
            await teacher.command("/analysis facts")
            await shown(teacher, "Teach again", folder / "analysis-facts.png")
        await playground.stop()


async def shown(tab, words, file):
    """Take a card once its chart is there."""
    card = tab.card(words).last
    await card.wait_for(timeout=60_000)
    image = card.locator(".component-container img").first
    await image.wait_for(timeout=60_000)
    await tab.page.wait_for_function(
        "image => image.complete && image.naturalWidth > 0", arg=await image.element_handle()
    )
    await picture(tab, card, file)


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit("No chromium here: apt-get install chromium")
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(target))
