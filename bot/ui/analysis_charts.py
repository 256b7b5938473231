"""Charts of an analysis, as PNG: for a phone, and for eyes that see no colours. No sentences but on the axes.

They are drawn in a process of their own (`bot/side_process.py`): matplotlib is slow to load, and large. Things are named by the numbers and letters
of the card beside the chart: no font has every script.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ParamSpec

from bot.domain.item_analysis import Concern, ItemStatistics
from bot.ui import i18n
from bot.ui.i18n import gettext as _
from bot.ui.letters import LETTERS
from bot.values import dataclass

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito (2008): colours that colour-blind readers tell apart; each has a pattern of its own as well.
BLUE, ORANGE, VERMILLION, GREY, INK = "#0072B2", "#E69F00", "#D55E00", "#999999", "#1B1D21"
# 720 pixels: on a phone 360 points wide each sign is still 12 points high.
_WIDTH_INCHES, _DOTS_PER_INCH = 5.0, 144
_ROW_INCHES, _FRAME_INCHES = 0.42, 1.25
_TEXT_POINTS = 12
Given = ParamSpec("Given")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name beside the axis, its length from 0.0 to 1.0, and how it is drawn."""

    name: str
    value: float
    colour: str = BLUE
    pattern: str = ""


def drawn_for(
    locale: str, chart: Callable[Given, bytes], /, *figures: Given.args, **named: Given.kwargs
) -> bytes:
    """One of these charts, in somebody's language."""
    with i18n.speaking(locale):
        return chart(*figures, **named)


def questions_chart(statistics: Sequence[ItemStatistics]) -> bytes:
    """Facility and discrimination side by side, a row a question, numbered from 1."""

    def draw(figure: Figure) -> None:
        left, right = figure.subplots(1, 2, sharey=True, width_ratios=(4, 3))
        names = [str(number) for number in range(1, len(statistics) + 1)]
        _bars(
            left,
            [Bar(name, item.facility, *_look(item)) for name, item in zip(names, statistics, strict=True)],
        )
        left.set_xlabel(_("right on average, %"))
        right.axvline(0, color=INK, linewidth=1)
        for row, item in enumerate(statistics):
            if item.discrimination is not None:
                colour, marker = _mark(item.discrimination)
                right.plot([0, item.discrimination], [row, row], color=colour, linewidth=2)
                right.plot([item.discrimination], [row], marker=marker, color=colour, markersize=9)
                right.text(1.2, row, f"{item.discrimination:.2f}".replace("-", "−"), va="center")
        right.set_xlim(-1.08, 2.1)
        right.set_xticks([-1, 0, 1])
        right.tick_params(axis="y", length=0)
        right.set_xlabel(_("discrimination"))
        right.spines[["top", "right", "left"]].set_visible(False)

    return _drawn(draw, rows=len(statistics))


def options_chart(shares: Sequence[float], keys: Sequence[bool], dead: Sequence[int]) -> bytes:
    """The share of learners who chose each option, lettered as in the file; the key is dark and without pattern."""

    def draw(figure: Figure) -> None:
        bars = [
            Bar(
                f"{LETTERS[position]} ✓" if keys[position] else LETTERS[position],
                share,
                BLUE if keys[position] else GREY if position in dead else ORANGE,
                "" if keys[position] else ".." if position in dead else "//",
            )
            for position, share in enumerate(shares)
        ]
        axes = figure.subplots()
        _bars(axes, bars)
        axes.set_xlabel(_("chosen by, %"))

    return _drawn(draw, rows=len(shares))


def gaps_chart(facilities: Sequence[float]) -> bytes:
    """How much of each thing the class knows, numbered from 1, the least known on top."""

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        half = 0.5
        _bars(
            axes,
            [
                Bar(str(number), value, VERMILLION if value < half else BLUE, "xx" if value < half else "")
                for number, value in enumerate(facilities, start=1)
            ],
        )
        axes.set_xlabel(_("right on average, %"))

    return _drawn(draw, rows=len(facilities))


def learners_chart(shares: Sequence[float], middle: float) -> bytes:
    """How many learners know how much, in steps of ten per cent; nobody is named."""

    def draw(figure: Figure) -> None:
        from matplotlib.ticker import MaxNLocator

        axes = figure.subplots()
        steps = 10
        counts = [0] * steps
        for share in shares:
            counts[min(steps - 1, int(share * steps + 1e-9))] += 1
        places = [10 * step + 5 for step in range(steps)]
        bars = axes.bar(places, counts, width=9, color=BLUE)
        white = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        labels = [str(count) if count else "" for count in counts]
        axes.bar_label(bars, labels=labels, padding=3, bbox=white)
        label = _("median: {share}").format(share=f"{middle:.0%}")
        axes.axvline(100 * middle, color=VERMILLION, linestyle="--", linewidth=2, label=label, zorder=0)
        axes.legend(loc="upper left", frameon=False)
        axes.set_xlim(0, 100)
        axes.set_xticks([0, 25, 50, 75, 100])
        axes.set_ylim(0, max(counts) * 1.3 + 1)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel(_("right on average, %"))
        axes.set_ylabel(_("learners"))
        axes.spines[["top", "right"]].set_visible(False)

    return _drawn(draw, rows=5)


def _bars(axes: Axes, bars: Sequence[Bar]) -> None:
    rows = list(range(len(bars)))
    drawn = axes.barh(
        rows,
        [100 * bar.value for bar in bars],
        color=[bar.colour for bar in bars],
        edgecolor="white",
        linewidth=0,
    )
    for patch, bar in zip(drawn, bars, strict=True):
        patch.set_hatch(bar.pattern)
    axes.bar_label(drawn, labels=[f"{bar.value:.0%}" for bar in bars], padding=4)
    axes.set_yticks(rows, [bar.name for bar in bars])
    axes.invert_yaxis()
    axes.set_xlim(0, 125)
    axes.set_xticks([0, 50, 100])
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right"]].set_visible(False)


def _look(item: ItemStatistics) -> tuple[str, str]:
    if Concern.NEGATIVE in item.concerns or Concern.WEAK in item.concerns:
        return VERMILLION, "xx"
    return (ORANGE, "//") if Concern.HARD in item.concerns else (BLUE, "")


def _mark(discrimination: float) -> tuple[str, str]:
    """Colour and shape: a cross below 0, a triangle where it is weak, a dot otherwise."""
    weak = 0.2
    if discrimination < 0:
        return VERMILLION, "X"
    return (VERMILLION, "v") if discrimination < weak else (BLUE, "o")


def _drawn(draw: Callable[[Figure], None], *, rows: int) -> bytes:
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with rc_context(
        {
            "font.size": _TEXT_POINTS,
            "axes.edgecolor": INK,
            "axes.labelcolor": INK,
            "text.color": INK,
            "xtick.color": INK,
            "ytick.color": INK,
            "hatch.linewidth": 1.2,
        }
    ):
        size = (_WIDTH_INCHES, _FRAME_INCHES + _ROW_INCHES * rows)
        figure = Figure(figsize=size, dpi=_DOTS_PER_INCH, facecolor="white", layout="constrained")
        figure.get_layout_engine().set(w_pad=0.12, h_pad=0.12)  # type: ignore[union-attr,call-arg]
        FigureCanvasAgg(figure)
        draw(figure)
        picture = io.BytesIO()
        figure.savefig(picture, format="png")
    return picture.getvalue()
