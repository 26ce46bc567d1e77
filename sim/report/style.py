"""One style for every figure: readable from the back row, distinct without colour, the same bytes each time."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from itertools import product
from typing import Any, NamedTuple

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.layout_engine import ConstrainedLayoutEngine

#: Size in inches and dots an inch: 1280 x 720 pixels.
WIDTH, HEIGHT, DPI = 12.8, 7.2, 100
#: Text sizes in points; nothing is smaller than `NOTE`.
TITLE, SUBTITLE, LABEL, TICK, NOTE = 23, 16, 17, 16, 15

#: Okabe & Ito (2008), yellow left out because lines in it are lost on white.
BLACK, BLUE, VERMILLION, GREEN = "#000000", "#0072B2", "#D55E00", "#009E73"
PURPLE, ORANGE, SKY, GREY, PALE = "#CC79A7", "#E69F00", "#56B4E9", "#6b6b6b", "#efefef"
COLOURS = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY)
LINES: tuple[Any, ...] = (
    "-",
    (0, (6, 2)),
    (0, (8, 2, 2, 2)),
    (0, (2, 1.5)),
    (0, (10, 3)),
    (0, (4, 1, 1, 1, 1, 1)),
)
MARKERS = ("s", "^", "D", "v", "X", "p")
HATCHES = ("", "//", "..", "\\\\", "xx", "--", "oo")
#: Fonts with Chinese characters, the first installed one is used beside DejaVu Sans.
CHINESE = (
    "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Microsoft YaHei",
    "PingFang SC", "Hiragino Sans GB", "SimHei", "Droid Sans Fallback", "Arial Unicode MS",
)  # fmt: skip


class Look(NamedTuple):
    """Colour, line and marker of one arm, the same in every figure."""

    colour: str
    line: Any
    marker: str
    hatch: str


class Picture(Figure):
    """A figure with its finding, an explanation and, if it is empty, the reason."""

    finding: str = ""
    reading: str = ""
    empty: str = ""

    def _repr_png_(self) -> bytes:
        return as_png(self)


@cache
def families() -> list[str]:
    """DejaVu Sans, then a font with Chinese characters if one is installed."""
    installed = {font.name for font in fontManager.ttflist}
    return ["DejaVu Sans", *[name for name in CHINESE if name in installed][:1]]


@contextmanager
def applied() -> Iterator[None]:
    """Matplotlib's defaults with this style, put back afterwards."""
    ours = {
        "font.family": families(), "font.size": TICK, "text.parse_math": False, "axes.unicode_minus": True,
        "axes.labelsize": LABEL, "axes.titlesize": LABEL, "axes.spines.top": False, "axes.spines.right": False,
        "axes.edgecolor": GREY, "axes.axisbelow": True, "xtick.labelsize": TICK, "ytick.labelsize": TICK,
        "xtick.major.pad": 9, "ytick.major.pad": 8, "xtick.color": "#333333", "ytick.color": "#333333", "legend.fontsize": NOTE, "legend.frameon": False, "axes.prop_cycle": f"cycler(color={list(COLOURS)})",
        "grid.color": "#dddddd", "lines.linewidth": 3, "lines.markersize": 10, "hatch.linewidth": 0.8,
        "svg.hashsalt": "guanxi", "svg.fonttype": "path", "savefig.dpi": DPI, "figure.dpi": DPI,
    }  # fmt: skip
    with matplotlib.style.context(["default", ours]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*[Gg]lyph.*missing.*")
        yield


def looks(arms: Sequence[str], control: str) -> dict[str, Look]:
    """Colour, line and marker of every arm: the control is black, the others differ from each other."""
    # each next round of the six colours is paired with other lines and markers
    others = [arm for arm in arms if arm != control]
    kinds = [((c + r) % 6, c) for r, c in product(range(6), range(6))]
    by_arm = {
        arm: Look(COLOURS[c], LINES[k], MARKERS[k], HATCHES[1 + k % 6])
        for arm, (k, c) in zip(others, kinds * (1 + len(others) // 36), strict=False)
    }
    return {arm: by_arm.get(arm, Look(BLACK, "-", "o", "")) for arm in arms}


@lru_cache(maxsize=4096)
def width(text: str, size: float, bold: bool = False) -> float:
    """Width of a text in pixels at 1280 pixels a figure."""
    if not text.strip():
        return 0.0
    font = FontProperties(family=families(), weight="bold" if bold else "normal", size=size)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(RendererAgg(8, 8, DPI).get_text_width_height_descent(text, font, ismath=False)[0])


def wrapped(text: str, size: float, room: float, bold: bool = False, most: int = 2) -> list[str]:
    """The text in at most ``most`` lines that fit into ``room`` pixels; the rest becomes an ellipsis."""
    lines: list[str] = []
    words = [word for word in text.replace(" %", "\u00a0%").split(" ") if word]
    while words and len(lines) < most:
        count = _fitting(words, size, room, bold)
        lines.append(shortened(" ".join(words[:count]), size, room, bold))
        words = words[count:]
    if words and lines:
        lines[-1] = shortened(lines[-1] + " " + " ".join(words), size, room, bold)
    return lines


def _fitting(words: Sequence[str], size: float, room: float, bold: bool) -> int:
    """The number of words, at least one, that fit into ``room`` pixels side by side."""
    count, so_far = 1, width(words[0], size, bold)
    blank = width("a a", size, bold) - width("aa", size, bold)
    while count < len(words) and so_far <= room:  # kerning aside
        so_far += blank + width(words[count], size, bold)
        count += 1
    while count > 1 and width(" ".join(words[:count]), size, bold) > room:
        count -= 1
    while count < len(words) and width(" ".join(words[: count + 1]), size, bold) <= room:
        count += 1
    return count


def shortened(text: str, size: float, room: float, bold: bool = False) -> str:
    """The text, cut with an ellipsis where it does not fit into ``room`` pixels."""
    if width(text[:400], size, bold) <= room and len(text) <= 400:
        return text
    low, high = 1, min(len(text), 400)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width(text[:middle] + "…", size, bold) <= room else (low, middle - 1)
    return text[:low].rstrip() + "…"


def short(name: str, room: float = 300) -> str:
    """A name that fits beside a line or a bar."""
    return shortened(" ".join(str(name).split()) or "?", TICK, room)


def picture(
    finding: str, reading: str, rows: int = 1, columns: int = 1, **grid: Any
) -> tuple[Picture, list[Axes]]:
    """An empty figure under its finding (bold) and an explanation; its axes, row by row."""
    figure = Picture(figsize=(WIDTH, HEIGHT), dpi=DPI)
    figure.finding, figure.reading = " ".join(finding.split()), " ".join(reading.split())
    top, room = 0.975, WIDTH * DPI - 48
    for text, size, bold, colour in (
        (finding, TITLE, True, "#111111"),
        (reading, SUBTITLE, False, "#555555"),
    ):
        for line in [line for part in text.split("\n") for line in wrapped(part, size, room, bold, most=3)]:
            figure.text(
                24 / (WIDTH * DPI),
                top,
                line,
                size=size,
                weight="bold" if bold else "normal",
                color=colour,
                va="top",
            )
            top -= size * 1.35 / 72 / HEIGHT
        top -= 0.008
    room_below = (0.008, 0.01, 0.984, top - 0.025)
    figure.set_layout_engine(ConstrainedLayoutEngine(rect=room_below, w_pad=0.12, h_pad=0.06))
    axes = figure.subplots(rows, columns, squeeze=False, **grid) if rows and columns else None
    return figure, [] if axes is None else list(axes.flat)


@contextmanager
def drawing(finding: str, reading: str = "", **grid: Any) -> Iterator[tuple[Picture, list[Axes]]]:
    """`picture` for a figure of one's own; everything drawn inside the ``with`` has this style."""
    with applied():
        yield picture(finding, reading, **grid)


def nothing(reason: str) -> Picture:
    """A figure that gives the reason why it is empty."""
    figure, _ = picture(reason[:1].upper() + reason[1:], "", rows=0)
    figure.empty = reason
    return figure


#: Numbers in the outlines of an SVG with more than two decimals, which no eye sees.
_FINE = re.compile(rb"-?[0-9]+[.][0-9]{3,}")
_OUTLINE = re.compile(rb' d="[^"]*"')


@contextmanager
def _ready(figure: Figure) -> Iterator[io.BytesIO]:
    """The style, and memory for a format; the figure is laid out by the first that draws it, and drawn once."""
    held = io.BytesIO()
    with applied():
        yield held
    figure.set_layout_engine("none")


def as_png(figure: Figure) -> bytes:
    """The figure as PNG, 1280 pixels wide; equal bytes each time."""
    with _ready(figure) as held:
        FigureCanvasAgg(figure).print_png(held, metadata={"Software": None})
    return held.getvalue()


def as_svg(figure: Picture) -> bytes:
    """The figure as SVG: text as outlines, finding and reading as its title and description; equal bytes each time.

    Outlines are kept to a hundredth of a point.
    """
    texts = {"Title": figure.finding, "Description": figure.reading}
    with _ready(figure) as held:
        FigureCanvasSVG(figure).print_svg(held, metadata={"Date": None, "Creator": None, **texts})
    return _OUTLINE.sub(lambda outline: _FINE.sub(_coarse, outline[0]), held.getvalue())


def _coarse(number: re.Match[bytes]) -> bytes:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".").encode()
