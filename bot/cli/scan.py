"""`basewatch scan`: every use and skip of a tree, without network."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from bot import wiring
from bot.cli import DONE, payload
from bot.cli.text import clean, counted, note, out, paint, plural
from bot.formats import KINDS
from bot.model import QUIET, Findings, PackagePin, Skip, SkipReason, Use
from bot.steps.find import find

_ALIKE = 3  # skips for one reason that are listed; a pattern may leave out hundreds of files


def scan(arguments: argparse.Namespace) -> int:
    """List what is named where."""
    tree = wiring.work_tree(arguments.path)
    findings = find(tree, wiring.policies(arguments.config, note)(tree))
    tell_if_unread(arguments.path, findings)
    if arguments.json:
        out(payload.printed(payload.scan(arguments.path, findings)))
    else:
        _print(findings, every_skip=arguments.skips)
    return DONE


def tell_if_unread(path: str, findings: Findings) -> None:
    """Say that a file was named which is of no format, or a link: nothing was looked at."""
    if findings.files or findings.skips or Path(path).is_dir():
        return
    if Path(path).is_symlink():
        note(f"basewatch: {path} is a symbolic link; name the file that it points at")
    elif Path(path).is_file():
        known = f"{len(KINDS)} formats that basewatch reads (docs/formats)"
        note(f"basewatch: {path} is of none of the {known}; nothing was found")


def _print(findings: Findings, *, every_skip: bool) -> None:
    file = None
    for use in findings.uses:
        if use.path != file:
            file = use.path
            out(paint(clean(file), "bold"))
        out(f"  {place(use):>8}  {use.role:<6}  {_said(use)}")
    _pins_shown(findings.pins)
    skips_shown(findings.skips, every=every_skip)
    pinned = sum(1 for use in findings.uses if use.is_pinned)
    out(
        f"{plural(len(findings.uses), 'use')} in {plural(findings.files, 'file')}, "
        f"{pinned} of them pinned; {plural(len(findings.skips), 'place')} left alone."
    )
    if findings.pins:
        out(f"{plural(len(findings.pins), 'package pin')}.")


def _pins_shown(pins: Iterable[PackagePin]) -> None:
    file = None
    for pin in pins:
        if pin.path != file:
            file = pin.path
            out(paint(clean(file), "bold"))
        where = f"{pin.position.line}:{pin.position.column}"
        out(f"  {where:>8}  {'pin':<6}  {clean(pin.text)}")


def place(use: Use | Skip) -> str:
    """`line:column` of a use or skip."""
    return f"{use.position.line}:{use.position.column}"


def _said(use: Use) -> str:
    text, reference = clean(use.text), str(use.image)
    if use.is_recorded:
        text = f"{text}; the digest stands in changelogs"
    return reference if text == reference else f"{reference}  {paint(f'({text})', 'dim')}"


def skips_shown(skips: tuple[Skip, ...], *, every: bool) -> None:
    """Print the skips that somebody should know of, or all of them (`--skips`)."""
    shown = [skip for skip in skips if every or skip.reason not in QUIET]
    if shown:
        out(paint("Left alone", "bold"))
    alike: Counter[tuple[SkipReason, str]] = Counter()
    for skip in shown:
        alike[skip.reason, skip.detail] += 1
        if every or alike[skip.reason, skip.detail] <= _ALIKE:
            where = f"{clean(skip.path)}:{place(skip)}"
            out(f"  {where}  {skip.reason}: {clean(skip.detail)}")
    for (reason, detail), number in alike.items():
        if not every and number > _ALIKE:
            out(f"  and {number - _ALIKE} more  {reason}: {clean(detail)} (--skips lists them)")
    hidden = [skip.reason for skip in skips if not every and skip.reason in QUIET]
    if hidden:
        numbers = [(reason, hidden.count(reason)) for reason in sorted(set(hidden))]
        out(paint(f"Not images: {counted(numbers)} (--skips lists them).", "dim"))
