"""Take a picture of each kind of question, open and revealed, from the running playground.

    python -m tests.browser.take_kinds [FOLDER]

plays a round of nine questions, one of each kind, and writes a picture of each, open and revealed, into FOLDER
(docs/images/kinds). It takes about five minutes.
"""

import asyncio
import re
import shutil
import sys
import tempfile
from pathlib import Path

import yaml

from bot.bank.load import load_course
from bot.domain.draw import gives_away
from bot.domain.questions import QuestionType
from bot.paths import bundled_courses
from tests.browser.playground_tab import Tab
from tests.browser.running_playground import CHROMIUM, ROOT, browser, playing
from tests.browser.take_screenshots import picture

VIEW = {"width": 560, "height": 1200}
SECONDS = 16


def make_course_of_each_kind(folder):
    """A copy of the bundled course with one question of each kind, none of which gives another away."""
    course = folder / "kinds"
    shutil.copytree(bundled_courses() / "zhongguancun", course)
    settings = (course / "course.yaml").read_text().replace("id: zhongguancun", "id: kinds", 1)
    (course / "course.yaml").write_text(settings)
    chosen = {}
    for question in load_course(bundled_courses() / "zhongguancun").course.questions:
        told = any(gives_away(question, other) or gives_away(other, question) for other in chosen.values())
        if question.type not in chosen and not told:
            chosen[question.type] = question
    wanted = {question.id for question in chosen.values()}
    for file in sorted((course / "questions").glob("*.yaml")):
        kept = [entry for entry in yaml.safe_load(file.read_text("utf-8")) if entry["id"] in wanted]
        if kept:
            file.write_text(yaml.safe_dump(kept, allow_unicode=True, sort_keys=False), "utf-8")
        else:
            file.unlink()
    return course, {question.stem: question.type.value for question in chosen.values()}


async def take(folder):
    with tempfile.TemporaryDirectory() as room:
        course, by_stem = make_course_of_each_kind(Path(room))
        total = len(QuestionType)
        async with (
            playing("--simulated", "3", "--course", "kinds", FOOTNOTE_COURSES=str(course)) as playground,
            browser(Path(room) / "browser", viewport=VIEW, device_scale_factor=1.5) as context,
        ):
            ada = await Tab.open(context, playground.address, "Ada")
            await ada.command("/quiz start", questions=total, seconds=SECONDS, pause=4)
            await ada.conversation.get_by_role("button", name="Start").click()
            for number in range(1, total + 1):
                card = ada.card(re.compile(rf"Question {number} of {total}")).first
                await card.wait_for(timeout=60_000)
                shown = await card.inner_text()
                kind = next(kind for stem, kind in by_stem.items() if stem[:40] in " ".join(shown.split()))
                await picture(ada, card, folder / f"{kind}.png")
                await open_control(ada, card, kind, folder)
                revealed = ada.card(
                    re.compile(rf"Question {number} of {total}.*Why was mine wrong", re.DOTALL)
                ).first
                await revealed.wait_for(timeout=60_000)
                await picture(ada, revealed, folder / f"{kind}-revealed.png")
                sys.stdout.write(f"{number}. {kind}\n")
        await playground.stop()


async def open_control(tab, card, kind, folder):
    """Forms and taps have a second step, which is pictured and taken: three unanswered questions end a round."""
    if kind == "ordering":
        await card.get_by_role("button", name="Put in order").click()
        await tab.card("Tap what comes first").first.get_by_role("button", name="B", exact=True).click()
        private = tab.card("Tap what comes next").first
        await picture(tab, private, folder / "ordering-taps.png")
        while await private.count():
            buttons = private.get_by_role("button", name=re.compile("^[A-E]$"))
            await buttons.first.click()
            await tab.page.wait_for_timeout(400)
    elif kind == "matching":
        await card.get_by_role("button", name="Match").click()
        await picture_form(tab, folder / "matching-form.png")
        await tab.page.keyboard.press("Escape")
    elif kind in ("short_text", "cloze", "numeric"):
        await card.get_by_role("button", name="Type your answer").click()
        form = await picture_form(tab, folder / f"{kind}-form.png")
        await form.get_by_role("textbox").first.fill("1999" if kind == "numeric" else "Lenovo")
        await form.get_by_role("button", name="Submit").click()


async def picture_form(tab, file):
    form = tab.page.get_by_role("dialog").first
    await form.wait_for()
    await tab.page.wait_for_timeout(300)
    await form.screenshot(path=file, animations="disabled")
    return form


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit("No chromium here: apt-get install chromium")
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images" / "kinds"
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(target))
