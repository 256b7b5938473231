"""Take the pictures of the documentation from the running playground.

    python -m tests.browser.take_screenshots [FOLDER]

plays a short round with two simulated learners and writes question.png, reveal.png, podium.png,
leaderboard.png and phone.png into FOLDER (docs/images). It takes about a minute and a half.
"""

import asyncio
import re
import sys
import tempfile
from pathlib import Path

from tests.browser.choice_course import make_choice_course
from tests.browser.playground_tab import Tab
from tests.browser.running_playground import CHROMIUM, ROOT, browser, playing

QUESTIONS = 3
DESKTOP = {"width": 760, "height": 1100}
PHONE = {"width": 390, "height": 844}
HAVE_ANSWERED = re.compile(r"[2-9] have answered")


async def take(folder):
    with tempfile.TemporaryDirectory() as profile:
        course = make_choice_course(Path(profile))
        async with (
            playing("--simulated", "2", "--course", course.name, FOOTNOTE_COURSES=str(course)) as playground,
            browser(Path(profile) / "browser", viewport=DESKTOP, device_scale_factor=2) as context,
        ):
            ada = await Tab.open(context, playground.address, "Ada")
            ben = await Tab.open(context, playground.address, "Ben")
            await ben.page.set_viewport_size(PHONE)
            await ada.command("/quiz start", questions=QUESTIONS, seconds=20, pause=6)
            await ada.conversation.get_by_role("button", name="Start").click()
            await take_the_round(ada, ben, folder)
            await ada.command("/leaderboard")
            await picture(ada, ada.card("Leaderboard:").last, folder / "leaderboard.png")
        await playground.stop()


async def take_the_round(ada, ben, folder):
    """The first question with four buttons is taken; another kind shows less."""
    is_taken = False
    for number in range(1, QUESTIONS + 1):
        card = ada.card(re.compile(rf"Question {number} of {QUESTIONS}"))
        await ada.answer(number, number % 2)
        await ben.answer(number, 0)
        has_buttons = await card.get_by_role("button", name="D", exact=True).count()
        if has_buttons and not is_taken:
            await card.filter(has_text=HAVE_ANSWERED).wait_for()
            await picture(ada, card, folder / "question.png")
            await ben.page.bring_to_front()
            await ben.park_mouse()
            await ben.page.screenshot(path=folder / "phone.png")
            await ada.page.bring_to_front()
        await card.filter(has_text="Why was mine wrong?").wait_for()
        if has_buttons and not is_taken:
            is_taken = True
            await picture(ada, card, folder / "reveal.png")
    await ada.card("Review mine").wait_for()
    await picture(ada, ada.card("Review mine"), folder / "podium.png")


async def picture(tab, message, file):
    """Take one message's card, at rest."""
    await tab.park_mouse()
    await message.locator(".component-container").first.screenshot(path=file, animations="disabled")


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit("No chromium here: apt-get install chromium")
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(target))
