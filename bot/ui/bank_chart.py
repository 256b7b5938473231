"""A course in numbers as a picture. matplotlib is only imported when one is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bot.bank.stats import CourseStats, Share

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito (2008): colours that colour-blind readers tell apart.
BLUE, ORANGE, GREY = "#0072B2", "#E69F00", "#999999"
SIZE_INCHES = (16, 10)
DOTS_PER_INCH = 100
TITLE_POINTS = 11
LONGEST_NAME = 24


def draw_chart(stats: CourseStats, out: Path) -> None:
    """Write the picture; its kind is that of the file's name (.png, .svg, .pdf).

    Raises:
        ImportError: matplotlib is not installed.
        OSError: the file cannot be written.
        ValueError: the file's name ends in no kind of picture.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE_INCHES, dpi=DOTS_PER_INCH)
    figure.set_layout_engine("constrained", w_pad=0.2, h_pad=0.2)
    first, second = figure.subplots(2, 4)
    figure.suptitle(f"{stats.course}: {stats.questions} approved questions", fontsize=16)
    _counts(first[0], "Kind of question", {str(key): count for key, count in stats.by_type.items()})
    _counts(first[1], "Document of the footnote", stats.by_document)
    _counts(first[2], "Topic", stats.by_topic)
    above = f"Level ({stats.above_remember.value:.0%} above remember)"
    _counts(first[3], above, {str(key): count for key, count in stats.by_cognitive.items()})
    _counts(second[0], "Difficulty", {str(key): count for key, count in stats.by_difficulty.items()})
    _facts(second[1], stats)
    _shares(second[2], stats)
    _keys(second[3], stats)
    figure.savefig(out)


def _counts(axes: Axes, title: str, counts: Mapping[str, int]) -> None:
    names = [_short(name) for name in counts]
    bars = axes.barh(names, list(counts.values()), color=BLUE)
    axes.bar_label(bars, padding=3)
    axes.invert_yaxis()
    axes.margins(x=0.15)
    axes.set_title(title, fontsize=TITLE_POINTS)
    axes.set_xlabel("questions")
    axes.spines[["top", "right"]].set_visible(False)


def _facts(axes: Axes, stats: CourseStats) -> None:
    kinds = [kind for kind, count in stats.facts.items() if count.core or count.detail or count.unusable]
    names = [str(kind) for kind in kinds]
    core = [stats.facts[kind].core for kind in kinds]
    detail = [stats.facts[kind].detail for kind in kinds]
    unusable = [stats.facts[kind].unusable for kind in kinds]
    axes.barh(names, core, color=BLUE, label="core")
    axes.barh(names, detail, left=core, color=ORANGE, label="detail")
    left = [one + other for one, other in zip(core, detail, strict=True)]
    axes.barh(names, unusable, left=left, color=GREY, label="not to be asked")
    axes.invert_yaxis()
    axes.set_title("Kind of fact", fontsize=TITLE_POINTS)
    axes.set_xlabel("facts")
    axes.legend(loc="upper right")
    axes.spines[["top", "right"]].set_visible(False)


def _shares(axes: Axes, stats: CourseStats) -> None:
    coverage = stats.coverage
    shares: dict[str, Share] = {
        "core, twice": coverage.core,
        "core": coverage.core_one,
        "all usable": coverage.usable,
        **coverage.by_document,
    }
    bars = axes.barh(
        [_short(name) for name in shares], [100 * share.value for share in shares.values()], color=BLUE
    )
    axes.bar_label(bars, fmt="%.0f %%", padding=3)
    axes.set_xlim(0, 120)
    axes.invert_yaxis()
    axes.set_title("Facts with a question", fontsize=TITLE_POINTS)
    axes.set_xlabel("% of those that may be asked")
    axes.spines[["top", "right"]].set_visible(False)


def _keys(axes: Axes, stats: CourseStats) -> None:
    keys = stats.keys
    shares = {
        "longest": keys.longest.value if keys.items else 0.0,
        "shortest": keys.shortest.value if keys.items else 0.0,
        **{f"place {place}": share for place, share in enumerate(keys.positions, start=1)},
    }
    bars = axes.bar(list(shares), [100 * share for share in shares.values()], color=ORANGE)
    axes.bar_label(bars, fmt="%.0f", padding=3)
    axes.axhline(25, color=GREY, linestyle="--", label="by chance")
    axes.tick_params(axis="x", rotation=30)
    axes.set_ylim(0, max(40, *(120 * share for share in shares.values())))
    axes.legend(loc="upper right")
    axes.set_title(f"Keys among four options ({keys.items})", fontsize=TITLE_POINTS)
    axes.set_ylabel("% of keys")
    axes.spines[["top", "right"]].set_visible(False)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
