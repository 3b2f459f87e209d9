"""One chart on a printed page: bars with their labels, as SVG, which the browser, wkhtmltopdf and a phone all show."""

import base64
from collections.abc import Sequence
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 720, 76
TOP, BOTTOM = 14, 16  # room for the words above and below the bars
COLOR, LIGHT, TEXT = "#71639e", "#c6bfda", "#495057"
FONT = "font-family='Roboto, Noto Sans CJK SC, Noto Sans, sans-serif' font-size='10'"


def bars(labels: Sequence[str], values: Sequence[float], words: Sequence[str], unfinished: bool = False) -> str:
    """An SVG picture; what is below nothing is drawn as nothing, and its words say it.

    >>> bars(["May", "June"], [10, 5], ["10", "5"]).count("<rect")
    2
    >>> "<svg" in bars([], [], [])
    True

    :param words: what stands above each bar
    :param unfinished: whether the last bar is of a time that is not over: it is lighter
    """
    step, most = WIDTH / max(len(values), 1), max([*values, 0]) or 1
    parts = []
    for place, (label, value, word) in enumerate(zip(labels, values, words, strict=True)):
        height = (HEIGHT - TOP - BOTTOM) * max(value, 0) / most
        left, top, middle = place * step + step * 0.15, HEIGHT - BOTTOM - height, (place + 0.5) * step
        color = LIGHT if unfinished and place == len(values) - 1 else COLOR
        parts += [
            f"<rect x='{left:.1f}' y='{top:.1f}' width='{step * 0.7:.1f}' height='{height:.1f}' fill='{color}'/>",
            f"<text x='{middle:.1f}' y='{top - 3:.1f}' text-anchor='middle' fill='{TEXT}' {FONT}>{escape(word)}</text>",
            f"<text x='{middle:.1f}' y='{HEIGHT - 4}' text-anchor='middle' fill='{TEXT}' {FONT}>{escape(label)}</text>",
        ]
    line = f"<line x1='0' x2='{WIDTH}' y1='{HEIGHT - BOTTOM}' y2='{HEIGHT - BOTTOM}' stroke='#adb5bd'/>"
    size = f"width='{WIDTH}' height='{HEIGHT}' viewBox='0 0 {WIDTH} {HEIGHT}'"
    return f"<svg xmlns='http://www.w3.org/2000/svg' {size}>{''.join(parts)}{line}</svg>"


def picture(svg: str) -> str:
    """The address of a picture that is in the page itself."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
