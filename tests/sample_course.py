"""A small course for tests: what is asked does not matter, only that it is known."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.courses import Course, Topic
from bot.domain.questions import (
    CognitiveLevel,
    NumericKey,
    Option,
    Question,
    QuestionType,
    Quotation,
    Source,
    TextKey,
)

SOURCE = Source("atlas", "The Atlas of Rivers", "Ada Writer", "River Press", "2020-03-04")
OTHER_SOURCE = Source("almanac", "An Almanac", None, None, None)

RIVERS = [
    "Nile",
    "Amazon",
    "Yangtze",
    "Danube",
    "Volga",
    "Mekong",
    "Loire",
    "Ganges",
    "Tigris",
    "Orinoco",
    "Rhône",
    "Po",
]
TOWNS = [
    "Aswan",
    "Manaus",
    "Wuhan",
    "Vienna",
    "Samara",
    "Luang",
    "Nantes",
    "Patna",
    "Mosul",
    "Bolívar",
    "Lyon",
    "Turin",
]


def quotation(words: str, source: Source = SOURCE) -> Quotation:
    return Quotation(source, words, at=100, place="paragraph 7")


def single_choice(number: int) -> Question:
    river, town = RIVERS[number], TOWNS[number]
    wrong = [TOWNS[(number + step) % len(TOWNS)] for step in (1, 2, 3)]
    return Question(
        id=f"town-{number:02}",
        type=QuestionType.SINGLE_CHOICE,
        topic="towns" if number % 2 else "rivers",
        stem=f"Which town on the {river} does the atlas call its port?",
        options=(
            Option(town, is_key=True),
            *(
                Option(
                    name,
                    is_key=False,
                    why_wrong=f"{name} is elsewhere.",
                    refutation=quotation(f"Harbour {len(name)} of river {number} lies far away."),
                )
                for name in wrong
            ),
        ),
        explanation=f"Ships have stopped there since the {river} was charted.",
        footnotes=(quotation(f"Of the {river} the port is called after its founder number {number}."),),
        fact_ids=(f"fact-{number}",),
        difficulty=2,
        cognitive=CognitiveLevel.REMEMBER,
    )


def multiple_answer(number: int) -> Question:
    return Question(
        id=f"several-{number:02}",
        type=QuestionType.MULTIPLE_ANSWER,
        topic="rivers",
        stem=f"Which of these did expedition {number} map? (Choose all that apply.)",
        options=(
            Option(f"North arm {number}", is_key=True),
            Option(f"South arm {number}", is_key=True),
            Option(
                f"East arm {number}",
                is_key=False,
                why_wrong="It was dry.",
                refutation=quotation("The east arm was dry."),
            ),
            Option(
                f"West arm {number}",
                is_key=False,
                why_wrong="It was closed.",
                refutation=quotation("The west arm was closed."),
            ),
        ),
        explanation="The expedition had two boats.",
        footnotes=(quotation(f"Expedition {number} mapped two arms."),),
        fact_ids=(f"several-fact-{number}",),
        difficulty=3,
        cognitive=CognitiveLevel.UNDERSTAND,
    )


def true_false(number: int, *, is_true: bool) -> Question:
    return Question(
        id=f"claim-{number:02}",
        type=QuestionType.TRUE_FALSE,
        topic="towns",
        stem=f"The bridge number {number} was built of stone.",
        options=(
            Option("True", is_key=is_true, why_wrong=None if is_true else "It was of iron."),
            Option("False", is_key=not is_true, why_wrong="It was of stone." if is_true else None),
        ),
        explanation="Bridges were surveyed once a decade.",
        footnotes=(quotation(f"Bridge {number} is described by its engineer.", OTHER_SOURCE),),
        fact_ids=(f"bridge-{number}",),
        difficulty=1,
        cognitive=CognitiveLevel.REMEMBER,
    )


def numeric(number: int) -> Question:
    return replace(
        single_choice(0),
        id=f"length-{number:02}",
        type=QuestionType.NUMERIC,
        stem=f"How long is canal {number}, by the atlas?",
        options=(),
        numeric_key=NumericKey(1500.0 + number, "kilometres", relative=0.02),
        explanation="It was dug by hand.",
        footnotes=(quotation(f"Canal {number} is fifteen hundred kilometres long, and some."),),
        fact_ids=(f"length-fact-{number}",),
    )


def short_text(number: int) -> Question:
    return replace(
        single_choice(0),
        id=f"name-{number:02}",
        type=QuestionType.SHORT_TEXT,
        stem=f"What is the ferry number {number} called?",
        options=(),
        text_key=TextKey((f"Grand Marguerite {LETTERS[number]}", f"Marguerite {LETTERS[number]}")),
        explanation="Ferries were named after queens.",
        footnotes=(quotation(f"Ferry {number} bears the name of a queen."),),
        fact_ids=(f"name-fact-{number}",),
    )


def cloze(number: int) -> Question:
    return replace(
        short_text(number),
        id=f"gap-{number:02}",
        type=QuestionType.CLOZE,
        stem=f"The lock number {number} is closed by a ____ gate.",
        text_key=TextKey(("wooden", "timber")),
        fact_ids=(f"gap-fact-{number}",),
    )


def ordering(number: int) -> Question:
    return replace(
        single_choice(0),
        id=f"order-{number:02}",
        type=QuestionType.ORDERING,
        stem=f"Put the reaches of stream {number} into order, from source to mouth.",
        options=tuple(
            Option(f"{reach} {number}", is_key=True) for reach in ("Spring", "Gorge", "Plain", "Delta")
        ),
        explanation="Water flows down.",
        fact_ids=(f"order-fact-{number}",),
    )


def matching(number: int) -> Question:
    return replace(
        single_choice(0),
        id=f"match-{number:02}",
        type=QuestionType.MATCHING,
        stem=f"Match each boat of fleet {number} with its cargo.",
        options=tuple(Option(f"{boat} {number}", is_key=True) for boat in ("Barge", "Sloop", "Punt")),
        matches=("coal", "salt", "reeds", "sand"),
        explanation="Reeds weigh little.",
        fact_ids=(f"match-fact-{number}",),
    )


def evidence(number: int) -> Question:
    judgements = ("Supported", "Contradicted", "Not stated")
    return replace(
        single_choice(0),
        id=f"judge-{number:02}",
        type=QuestionType.EVIDENCE,
        stem=f"Claim: dam {number} was built in a year.",
        options=tuple(
            Option(
                text,
                is_key=text == "Contradicted",
                why_wrong=None if text == "Contradicted" else f"Not {text}.",
            )
            for text in judgements
        ),
        passage=quotation(f"Dam {number} took a decade to build."),
        explanation="Dams take long.",
        footnotes=(quotation(f"Dam {number} took a decade to build."),),
        fact_ids=(f"dam-fact-{number}",),
    )


LETTERS = "ABCDEFGHIJKLMNOP"
EVERY_TYPE = (
    single_choice(0),
    multiple_answer(0),
    true_false(0, is_true=False),
    numeric(0),
    short_text(0),
    cloze(0),
    ordering(0),
    matching(0),
    evidence(0),
)


def course(questions: tuple[Question, ...] | None = None) -> Course:
    if questions is None:
        questions = tuple(single_choice(number) for number in range(len(RIVERS)))
    return Course(
        id="rivers",
        title="Rivers of the world",
        description="Where they flow.",
        language="en",
        topics=(Topic("rivers", "Rivers"), Topic("towns", "Towns")),
        sources=(SOURCE, OTHER_SOURCE),
        questions=questions,
    )
