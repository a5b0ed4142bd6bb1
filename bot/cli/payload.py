"""The JSON documents that others rely on; their schemas lie under `docs/schemas/`."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.cli import pins
from bot.cli.text import uncommanding

if TYPE_CHECKING:
    # It brings all that is known of tags with it.
    from bot.cli.explaining import Classified, Reading
    from bot.image import ImageRef
    from bot.model import (
        Cycle,
        Failure,
        Findings,
        History,
        LifeCycle,
        Offer,
        Outcome,
        Plan,
        Replaced,
        Report,
        Skip,
        Use,
        Verdict,
    )

    Life = Callable[[ImageRef], LifeCycle]

Document = dict[str, Any]


def printed(document: Document) -> str:
    """
    A document as it is printed: one line for each object of its lists, in ASCII.

    The C encoder writes no indentation, and a scan may find tens of thousands of uses.
    """
    fields = (f"  {json.dumps(key)}: {_listed(value)}" for key, value in document.items())
    return uncommanding("{\n" + ",\n".join(fields) + "\n}")


def _listed(value: Any) -> str:  # noqa: ANN401 -- whatever a document holds
    if not isinstance(value, list) or not value:
        return json.dumps(value)
    # All rows in one call of the encoder, which writes no line end within a text: so it can divide.
    rows = json.dumps(value, separators=("\n", ": "), check_circular=False)[1:-1]
    lines = rows.replace("}\n{", "},\r{").replace("\n", ", ").replace("\r", "\n    ")
    return f"[\n    {lines}\n  ]"


def scan(root: str, findings: Findings) -> Document:
    """`basewatch.scan/1`: every use and skip of a tree."""
    return {
        "schema": "basewatch.scan/1",
        "root": _text(root),
        "files": findings.files,
        "uses": [_use(use) for use in findings.uses],
        "skips": [_skip(skip) for skip in findings.skips],
        **pins.found(findings),
    }


def classify(rows: Iterable[Classified]) -> Document:
    """`basewatch.classify/1`: what each tag is, and where asked for, why and how it stands."""
    from bot.cli.standing import online

    return {
        "schema": "basewatch.classify/1",
        "tags": [
            {
                "reference": str(row.image),
                "mutability": row.facts.mutability,
                "follows": row.facts.follows,
                "rule": row.facts.rule,
                "because": row.facts.because,
                "warnings": list(row.facts.warnings),
                "life_cycle": _life_cycle(row.life),
                "notes": list(row.notes),
                "replacement": _replacement(row.replacement),
                **_reading(row.reading),
                **({"online": online(row.standing)} if row.standing else {}),
            }
            for row in rows
        ],
    }


def _reading(reading: Reading | None) -> Document:
    """What `--explain` adds."""
    if reading is None:
        return {}
    parts = [{"role": role, "text": text} for role, text in reading.parts]
    said = {"file": reading.file, "claim": reading.number, "about": reading.claim}
    return {"parts": parts, "line_name": reading.line, "said_by": said if reading.number else None}


def check(root: str, plan: Plan, life: Life, written: Sequence[str] | None = None) -> Document:
    """`basewatch.check/1`: every use exactly once, with its outcome; `written` by `fix` only."""
    document: Document = {
        "schema": "basewatch.check/1",
        "root": _text(root),
        "files": plan.findings.files,
        "uses": [_verdict(verdict, life) for verdict in plan.verdicts],
        "skips": [_skip(skip) for skip in plan.findings.skips],
        **pins.decided(plan),
    }
    if written is not None:
        document["written"] = [_text(path) for path in written]
    return document


def run(report: Report, life: Life) -> Document:
    """`basewatch.run/1`: what a run did, left and could not do."""
    from bot.wording.totals import totals

    return {
        "schema": "basewatch.run/1",
        "repositories": [
            {**check(plan.findings.snapshot.repo.slug, plan, life), "schema": "basewatch.check/1"}
            for plan in report.plans
        ],
        "proposals": [_outcome(outcome) for outcome in report.outcomes],
        "failures": [_failure(failure) for failure in report.failures],
        "passed": [
            {"repository": _text(each.repo), "because": _text(each.because)}
            for each in report.passed
        ],
        "totals": totals(report)._asdict(),
        "calls": dict(report.calls),
        "calls_by_repository": [
            {"repository": _text(slug), **calls}
            for slug, calls in sorted(report.calls_by_repo.items())
        ],
        "dashboards": [_outcome(outcome) for outcome in report.dashboards],
    }


def ledger(path: str, known: Mapping[ImageRef, History]) -> Document:
    """`basewatch.ledger/1`: where references were seen to point, each stretch of time apart."""
    return {
        "schema": "basewatch.ledger/1",
        "path": _text(path),
        "tags": [_history(image, history) for image, history in known.items()],
    }


def pruned(path: str, forgotten: int) -> Document:
    """`basewatch.ledger/1`: how many references were forgotten."""
    return {"schema": "basewatch.ledger/1", "path": _text(path), "forgotten": forgotten}


def config_check(path: str | None, operator: str | None, notices: Sequence[str]) -> Document:
    """`basewatch.config-check/1`: the files read, and what was asked for in vain."""
    return {
        "schema": "basewatch.config-check/1",
        "repository": path,
        "operator": operator,
        "notices": list(notices),
    }


def _history(image: ImageRef, history: History) -> Document:
    return {
        "reference": str(image),
        "registry": image.registry,
        "repository": image.repository.path,
        "tag": image.tag,
        "pin": image.digest,
        "moves": history.moves,
        "seen": [
            {
                "digest": sighting.digest,
                "first": f"{sighting.first:%Y-%m-%dT%H:%M:%SZ}",
                "last": f"{sighting.last:%Y-%m-%dT%H:%M:%SZ}",
            }
            for sighting in history.sightings
        ],
    }


def _use(use: Use) -> Document:
    image = use.image
    return {
        "file": _text(use.path),
        "format": use.format,
        "line": use.position.line,
        "column": use.position.column,
        "text": _text(use.text),
        "reference": str(image),
        "registry": image.registry,
        "repository": image.repository.path,
        "tag": image.tag,
        "digest": image.digest,
        "role": use.role,
        "marker": use.marker,
        "recorded": use.is_recorded,
        "stage": use.stage and _text(use.stage),
        "variants": [_text(name) for name in use.variants],
        "platform": use.platform and _text(use.platform),
        "writable": any(piece.span is not None for piece in use.pieces),
    }


def _skip(skip: Skip) -> Document:
    return {
        "file": _text(skip.path),
        "format": skip.format or None,
        "line": skip.position.line,
        "column": skip.position.column,
        "text": _text(skip.text),
        "reason": skip.reason,
        "detail": _text(skip.detail),
    }


def _verdict(verdict: Verdict, life: Life) -> Document:
    offer, facts = verdict.offer, verdict.facts
    return {
        **_use(verdict.use),
        "outcome": verdict.outcome,
        "kind": offer.kind if offer else None,
        "new": str(offer.new) if offer else None,
        "because": _text(verdict.because),
        "warnings": [_text(warning) for warning in warnings_of(verdict)],
        "until": verdict.until,
        "reason": verdict.reason,
        "line_name": verdict.line,
        "mutability": facts.mutability if facts else None,
        "follows": facts.follows if facts else None,
        "equivalents": list(verdict.equivalents),
        "apart": [_offer(offer) for offer in verdict.apart],
        "replacement": _replacement(verdict.replacement),
        "life_cycle": _life_cycle(life(verdict.use.image)),
    }


def warnings_of(verdict: Verdict) -> tuple[str, ...]:
    """What `because` warns of: platforms that would be lost, a tag that should not have moved."""
    offered = verdict.offer.warnings if verdict.offer else ()
    seen = verdict.facts.warnings if verdict.facts and verdict.outcome != "skipped" else ()
    return (*offered, *seen, *verdict.elsewhere)


def _replacement(found: Replaced | None) -> Document | None:
    return {"image": found.image, "because": found.because} if found else None


def _life_cycle(life: LifeCycle) -> list[Document]:
    """What is in an image and until when it is supported; no end is known where `until` is null."""
    return [cycle(each, life.day) for each in life.cycles]


def cycle(known: Cycle, day: dt.date) -> Document:
    """One release and until when it is supported, as it stands on a day."""
    return {
        "subject": known.subject,
        "kind": known.kind,
        "lts": known.is_lts(day),
        "until": known.security_until and known.security_until.isoformat(),
        "extended_until": known.extended_until and known.extended_until.isoformat(),
        "status": known.status(day),
        "as_of": known.as_of and known.as_of.isoformat(),
    }


def _offer(offer: Offer) -> Document:
    because = " ".join((offer.because, *offer.warnings))
    said = {"new": str(offer.new), "kind": offer.kind, "because": _text(because)}
    return {**said, "held": offer.held, "until": offer.until}


def _outcome(outcome: Outcome) -> Document:
    return {
        "repository": _text(outcome.repo),
        "branch": outcome.branch,
        "title": _text(outcome.title),
        "verb": outcome.verb,
        "where": _text(outcome.where),
        "detail": _text(outcome.detail),
        "writes": [_text(line) for line in outcome.writes],
    }


def _failure(failure: Failure) -> Document:
    return {"subject": _text(failure.subject), "reason": _text(failure.reason)}


def _text(text: str) -> str:
    """Text that JSON can carry: a byte that is no UTF-8 becomes the replacement character."""
    if text.isascii():
        return text
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
