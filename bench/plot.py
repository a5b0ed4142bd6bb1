"""The curves of what grows, as an SVG that can be read on light and on dark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import log10

Curves = Mapping[str, Mapping[str, Mapping[str, float]]]
"""What grows, how many times, figure."""

WIDTH, HEIGHT = 360, 250
LEFT, RIGHT, TOP, BOTTOM = 48, 16, 34, 40
COLOURS = ("#3b82f6", "#d97706", "#16a34a")
GREY = "#808080"
PANELS = (("cpu_seconds", "processor seconds"), ("megabytes", "megabytes at most"))


def svg(curves: Curves) -> str:
    """A panel for each figure, side by side, with a line for each thing that grows."""
    width = WIDTH * len(PANELS)
    style = 'font-family="sans-serif" font-size="11" role="img"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" {style}>',
        "<title>What check costs as files, images and repositories grow tenfold</title>",
    ]
    for number, (figure, title) in enumerate(PANELS):
        lines.append(f'<g transform="translate({number * WIDTH} 0)">')
        lines.extend(_panel(curves, figure, title))
        lines.append("</g>")
    return "\n".join([*lines, "</svg>", ""])


def _panel(curves: Curves, figure: str, title: str) -> Iterator[str]:
    top = max(point[figure] for line in curves.values() for point in line.values()) * 1.1
    yield _text(LEFT, 16, title, "start")
    for share in (0, 0.5, 1):
        y = _y(share)
        yield f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="{GREY}" stroke-opacity="0.4"/>'
        yield _text(LEFT - 6, y + 4, f"{top * share:.3g}", "end")
    for times in sorted({int(times) for line in curves.values() for times in line}):
        yield _text(_x(times), HEIGHT - BOTTOM + 16, f"×{times}", "middle")
    for number, (what, line) in enumerate(curves.items()):
        yield from _line(number, what, {int(at): point[figure] / top for at, point in line.items()})


def _line(number: int, what: str, shares: Mapping[int, float]) -> Iterator[str]:
    colour = COLOURS[number % len(COLOURS)]
    points = [(_x(times), _y(share)) for times, share in sorted(shares.items())]
    yield (
        f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="'
        + " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        + '"/>'
    )
    yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points)
    yield _text(LEFT + 100 * number, HEIGHT - 6, f"more {what}", "start", colour)


def _x(times: int) -> float:
    return LEFT + 12 + log10(times) * (WIDTH - LEFT - RIGHT - 24)


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _text(x: float, y: float, text: str, anchor: str, colour: str = GREY) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{text}</text>'
