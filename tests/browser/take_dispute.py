"""Take the picture of a dispute's card from the running playground.

    python -m tests.browser.take_dispute [FOLDER] [DOCUMENTS]

plays one question, disputes it twice, and writes dispute.png, dispute-form.png and dispute-phone.png into FOLDER
(docs/images). With DOCUMENTS the quotation stands in its paragraph; such pictures show more of a document than the
course quotes, and are not for the repository. It takes about half a minute.
"""

import asyncio
import contextlib
import re
import sys
import tempfile
from pathlib import Path

import yaml
from playwright.async_api import TimeoutError as TooLate

from bot.bank.load import load_course
from bot.domain.questions import QuestionType
from tests.browser.choice_course import make_choice_course
from tests.browser.playground_tab import Tab
from tests.browser.running_playground import CHROMIUM, ROOT, browser, playing
from tests.browser.take_kinds import picture_form
from tests.browser.take_screenshots import picture

VIEW = {"width": 760, "height": 1400}
PHONE = {"width": 390, "height": 844}
SECONDS = 12
CASE = "The report names this aim too, two paragraphs further down, so I took it for the better answer."


def make_course_of_one_question(folder):
    """A course with a single choice alone; returns its folder and the question."""
    course = make_choice_course(folder)
    questions = load_course(course).course.questions
    chosen = next(question for question in questions if question.type is QuestionType.SINGLE_CHOICE)
    for file in sorted((course / "questions").glob("*.yaml")):
        kept = [entry for entry in yaml.safe_load(file.read_text("utf-8")) if entry["id"] == chosen.id]
        if kept:
            file.write_text(yaml.safe_dump(kept, allow_unicode=True, sort_keys=False), "utf-8")
        else:
            file.unlink()
    return course, chosen


async def take(folder, documents):
    with tempfile.TemporaryDirectory() as profile:
        course, question = make_course_of_one_question(Path(profile))
        settings = {"FOOTNOTE_COURSES": str(course)} | (
            {"FOOTNOTE_DOCUMENTS": documents} if documents else {}
        )
        async with (
            playing("--simulated", "4", "--course", course.name, **settings) as playground,
            browser(Path(profile) / "browser", viewport=VIEW, device_scale_factor=2) as context,
        ):
            tabs = [await Tab.open(context, playground.address, name) for name in ("Ada", "Ben")]
            teacher = await Tab.open(context, playground.address, "Ms Rivera")
            await tabs[0].command("/quiz start", questions=1, seconds=SECONDS)
            await tabs[0].conversation.get_by_role("button", name="Start").click()
            await dispute(tabs, question)
            await teacher.page.bring_to_front()
            await teacher.command("/disputes list")
            listed = teacher.card("Disputes that wait").last
            await listed.locator(".select-trigger").click()
            await teacher.page.locator(".select-list").get_by_role("option").first.click()
            card = teacher.card("Dispute 1 ·").last
            await card.wait_for()
            await teacher.ready()
            await picture(teacher, card, folder / "dispute.png")
            await teacher.page.set_viewport_size(PHONE)
            await teacher.page.wait_for_timeout(500)
            await card.scroll_into_view_if_needed()
            await teacher.page.screenshot(path=folder / "dispute-phone.png")
            await teacher.page.set_viewport_size(VIEW)
            await teacher.ready()
            await open_form(teacher, card.get_by_role("button", name="Accept another answer"))
            await picture_form(teacher, folder / "dispute-form.png")
        await playground.stop()


async def dispute(tabs, question):
    """Both answer with the same wrong option, and dispute it."""
    key = next(option.text for option in question.options if option.is_key)
    for tab in tabs:
        await tab.page.bring_to_front()
        card = tab.card(re.compile("Question 1 of 1")).first
        await card.wait_for(timeout=60_000)
        lines = [line for line in (await card.inner_text()).splitlines() if re.match(r"[A-E]\s", line)]
        wrong = next(place for place, line in enumerate(lines) if key not in line)
        await tab.answer(1, wrong)
    for tab in tabs:
        await tab.page.bring_to_front()
        form = await open_form(
            tab, tab.card("Why was mine wrong?").first.get_by_role("button", name="Dispute this")
        )
        await form.get_by_role("textbox").first.fill(CASE)
        await form.get_by_role("button", name="Submit").click()
        await tab.card("Your dispute").first.wait_for()


async def open_form(tab, button):
    """Press a button that opens a form; once more where the page was just redrawn under the press."""
    form = tab.page.get_by_role("dialog").first
    for _ in range(5):
        await tab.ready()
        await button.click()
        with contextlib.suppress(TooLate):
            await form.wait_for(timeout=6000)
            break
    return form


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit("No chromium here: apt-get install chromium")
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(target, sys.argv[2] if len(sys.argv) > 2 else None))
