"""A whole course on one page that can be read, printed and filed: no script, nothing loaded from elsewhere.

Every text of the course passes `html.escape`; how the page looks is in `print_style`.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from bot.domain.courses import Course
from bot.domain.questions import Question, QuestionType, Quotation
from bot.ui.citations import day
from bot.ui.i18n import gettext as _
from bot.ui.i18n import ngettext
from bot.ui.print_style import STYLE
from bot.ui.sheets import Sheet, SheetOption, sheet

# Even a text that slipped through as markup could load and run nothing.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def course_page(course: Course, *, with_keys: bool = True) -> str:
    """The page: questions by topic, each with key, explanation and footnotes; without them as a question paper."""
    by_topic = {
        topic.id: [question for question in course.questions if question.topic == topic.id]
        for topic in course.topics
    }
    shown = [topic for topic in course.topics if by_topic[topic.id]]
    title = escape(course.title)
    parts = [
        f'<!doctype html>\n<html lang="{escape(course.language)}">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>",
        "<body>" if with_keys else '<body class="paper">',
        f'<a class="skip" href="#questions">{escape(_("Skip to the questions"))}</a>',
        f"<header>\n<h1>{title}</h1>",
        f"<p>{escape(course.description)}</p>" if course.description else "",
        f"<p>{escape(_contents(course))}</p>\n</header>",
        f'<nav aria-labelledby="contents">\n<h2 id="contents">{escape(_("Topics"))}</h2>\n<ol>',
    ]
    for topic in shown:
        count = escape(_count(len(by_topic[topic.id])))
        parts.append(
            f'<li><a href="#topic-{topic.id}">{escape(topic.title)}</a> <span class="count">{count}</span></li>'
        )
    parts.append('</ol>\n</nav>\n<main id="questions">')
    number = 0
    for topic in shown:
        parts.append(
            f'<section aria-labelledby="topic-{topic.id}">\n<h2 id="topic-{topic.id}">{escape(topic.title)}</h2>'
        )
        if topic.description:
            parts.append(f"<p>{escape(topic.description)}</p>")
        for question in by_topic[topic.id]:
            number += 1
            parts += _question(question, number, course, with_keys=with_keys)
        parts.append("</section>")
    parts.append("</main>\n</body>\n</html>\n")
    return "\n".join(part for part in parts if part)


def _question(question: Question, number: int, course: Course, *, with_keys: bool) -> Iterator[str]:
    laid_out = sheet(question)
    name = f"question-{question.id}"
    lang = f' lang="{escape(question.language)}"' if question.language != course.language else ""
    yield f'<article aria-labelledby="{name}"{lang}>'
    yield f'<h3 id="{name}"><span class="number">{number}.</span> {_stem(question)}</h3>'
    if question.passage is not None:
        yield _figure(question.passage, "passage")
    yield f'<p class="task">{escape(laid_out.task)}</p>'
    if laid_out.numbered:
        yield _list([escape(left) for left in laid_out.numbered], "numbered")
    if laid_out.options:
        yield _list([_option(option, with_keys=with_keys) for option in laid_out.options], "lettered")
    if with_keys:
        yield from _key(laid_out)
    elif not any(option.is_key for option in laid_out.options):
        yield f'<p class="blank">{escape(_("Answer:"))} <span></span></p>'
    yield "</article>"


def _stem(question: Question) -> str:
    """The question; a gap is read out as one, not as four underscores."""
    stem = escape(question.stem)
    if question.type is not QuestionType.CLOZE:
        return stem
    gap = f'<span class="gap" role="img" aria-label="{escape(_("gap"))}">____</span>'
    return stem.replace("____", gap)


def _option(option: SheetOption, *, with_keys: bool) -> str:
    text = escape(option.text)
    if not with_keys or option.is_key is None:
        return text
    if option.is_key:
        return f'<strong>{text}</strong> <span class="mark">✓ {escape(_("right"))}</span>'
    return f'{text} <span class="why">{escape(option.why_wrong)}</span>' if option.why_wrong else text


def _key(laid_out: Sheet) -> Iterator[str]:
    question = laid_out.question
    yield '<div class="key">'
    answer = _("Answer: {key}").format(key=laid_out.key)
    yield f"<p><strong>{escape(answer)}</strong></p>"
    if laid_out.key_lines and not any(option.is_key for option in laid_out.options):
        yield _list([escape(line) for line in laid_out.key_lines], "order")
    for remark in laid_out.remarks:
        yield f"<p>{escape(remark)}</p>"
    yield f"<p>{escape(question.explanation)}</p>"
    for quotation in question.footnotes:
        yield _figure(quotation, "footnote")
    yield "</div>"


def _list(entries: list[str], kind: str) -> str:
    # The type is meaning, not looks: the key names the letters.
    letters = ' type="A"' if kind == "lettered" else ""
    items = "\n".join(f"<li>{entry}</li>" for entry in entries)
    return f'<ol class="{kind}"{letters}>\n{items}\n</ol>'


def _figure(quotation: Quotation, kind: str) -> str:
    source = quotation.source
    title = f"<cite>{escape(source.title)}</cite>"
    if source.url:
        title = f'<a href="{escape(source.url)}" rel="noreferrer">{title}</a>'
    published = day(source.published) if source.published else _("undated")
    parts = [
        escape(source.author) if source.author else "",
        title,
        escape(source.publisher) if source.publisher else "",
        escape(published),
        escape(quotation.place) if quotation.place else "",
    ]
    caption = ", ".join(part for part in parts if part)
    return (
        f'<figure class="{kind}">\n<blockquote><p>{escape(quotation.text)}</p></blockquote>\n'
        f"<figcaption>{caption}</figcaption>\n</figure>"
    )


def _contents(course: Course) -> str:
    documents = ngettext("from {count} document", "from {count} documents", len(course.sources))
    return f"{_count(len(course.questions))} {documents.format(count=len(course.sources))}"


def _count(questions: int) -> str:
    return ngettext("{count} question", "{count} questions", questions).format(count=questions)
