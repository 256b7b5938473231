"""Take the pictures of an assignment for the guide of instructors, from the running playground.

    python -m tests.browser.take_assignment [FOLDER]

sets an assignment, begins an attempt on a desk and on a phone, and writes assignment-preview.png, assignment.png,
attempt.png, attempt-phone.png and assignment-results.png into FOLDER (docs/images). It takes about a minute.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.browser.choice_course import make_choice_course
from tests.browser.playground_tab import Tab
from tests.browser.running_playground import CHROMIUM, ROOT, browser, playing
from tests.browser.take_screenshots import DESKTOP, PHONE, picture


async def take(folder):
    with tempfile.TemporaryDirectory() as profile:
        course = make_choice_course(Path(profile))
        async with (
            playing("--simulated", "0", "--course", course.name, FOOTNOTE_COURSES=str(course)) as playground,
            browser(Path(profile) / "browser", viewport=DESKTOP, device_scale_factor=2) as context,
        ):
            teacher = await Tab.open(context, playground.address, "Ms Rivera")
            await teacher.command(
                "/assignment create", closes="fri 18:00", questions=3, attempts=2, minutes=20
            )
            preview = teacher.card("Only you see this")
            await picture(teacher, preview, folder / "assignment-preview.png")
            await preview.get_by_role("button", name="Confirm").click()
            ada = await Tab.open(context, playground.address, "Ada")
            await picture(ada, ada.card("Assignment:"), folder / "assignment.png")
            await begin(ada)
            await answer(ada, 1)
            await picture(ada, ada.card("Question 2 of 3").last, folder / "attempt.png")
            ben = await Tab.open(context, playground.address, "Ben")
            await ben.page.set_viewport_size(PHONE)
            await begin(ben)
            await answer(ben, 0)
            await ben.card("Question 2 of 3").last.scroll_into_view_if_needed()
            await ben.park_mouse()
            await ben.page.screenshot(path=folder / "attempt-phone.png")
            for learner, place in ((ada, 0), (ben, 1)):
                await learner.page.bring_to_front()
                await learner.answer(2, place)
                await learner.card("Question 3 of 3").last.wait_for()
                await learner.answer(3, place)
                await learner.conversation.get_by_role("button", name="Hand in").last.click()
                await learner.card("handed in").last.wait_for()
            await teacher.page.bring_to_front()
            await teacher.command("/assignment results", assignment=1)
            await picture(
                teacher, teacher.card("Results of assignment").last, folder / "assignment-results.png"
            )
        await playground.stop()


async def begin(learner):
    """Start, and Begin on the private card that answers."""
    await learner.conversation.get_by_role("button", name="Start").click()
    await learner.conversation.get_by_role("button", name="Begin attempt 1").click()
    await learner.card("Question 1 of 3").last.wait_for()


async def answer(learner, place):
    """Choose an option of the first question; the next one then stands in its place."""
    await learner.answer(1, place)
    await learner.card("Question 2 of 3").last.wait_for()


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit("No chromium here: apt-get install chromium")
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(target))
