"""What is shown and said of the packages that files pin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from bot.cli.text import clean, out, paint

if TYPE_CHECKING:
    from bot.model import Findings, PackagePin, PinVerdict, Plan


def pins_shown(verdicts: Iterable[PinVerdict]) -> None:
    """Print each pin with its outcome and the reason, file by file."""
    file = None
    for verdict in verdicts:
        pin = verdict.pin
        if pin.path != file:
            file = pin.path
            out(paint(clean(file), "bold"))
        where = f"{pin.position.line}:{pin.position.column}"
        move = f" → {verdict.offer.new}  ({verdict.offer.kind})" if verdict.offer else ""
        word = paint(f"{verdict.outcome:<8}", verdict.outcome)
        out(f"  {where:>8}  {word} {clean(pin.text)}{move}")
        out(f"            {paint(clean(verdict.because), 'dim')}")
        if verdict.apart:
            out(f"            apart    {clean(verdict.apart.new)}  ({verdict.apart.kind})")
        for warning in verdict.warnings:
            out(f"            {paint('warning:', 'held')} {clean(warning)}")


def found(findings: Findings) -> dict[str, Any]:
    """The pins as `scan --json` has them; nothing where there are none."""
    return {"pins": [_pin(pin) for pin in findings.pins]} if findings.pins else {}


def decided(plan: Plan) -> dict[str, Any]:
    """The pins and what becomes of them, as `check --json` has them."""
    return {"pins": [_verdict(verdict) for verdict in plan.pins]} if plan.pins else {}


def _pin(pin: PackagePin) -> dict[str, Any]:
    return {
        "file": _text(pin.path),
        "format": pin.format,
        "line": pin.position.line,
        "column": pin.position.column,
        "text": _text(pin.text),
        "package": _text(pin.name),
        "operator": pin.operator,
        "version": _text(pin.version),
        "label": pin.label or None,
        "repositories": list(pin.feed.repositories),
        "architectures": list(pin.feed.architectures),
    }


def _verdict(verdict: PinVerdict) -> dict[str, Any]:
    offer, aside = verdict.offer, verdict.apart
    built = offer.package.built if offer else None
    return {
        **_pin(verdict.pin),
        "outcome": verdict.outcome,
        "kind": offer.kind if offer else None,
        "new": offer.new if offer else None,
        "newest": verdict.newest or None,
        "origin": (offer.package.origin or None) if offer else None,
        "built": f"{built:%Y-%m-%dT%H:%M:%SZ}" if built else None,
        "because": _text(verdict.because),
        "warnings": [_text(warning) for warning in verdict.warnings],
        "until": verdict.until,
        "apart": {"new": aside.new, "kind": aside.kind} if aside else None,
    }


def _text(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
