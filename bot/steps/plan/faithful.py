"""Hold what cannot be written without changing another use: a file must read back as meant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from bot.edits import rewrite
from bot.errors import EditError
from bot.formats import uses_of_all
from bot.image import ImageRef
from bot.model import KINDS, Beside, Edit, Findings, Kind, Offer, SourceFile, Use, Verdict

ROUNDS = 8
"""How often a file's offers are thinned out before all of them are held."""

_TRIED = 32
"""Offers of files that fall apart, up to which each is tried by itself."""

Pick: TypeAlias = Callable[[Verdict], Offer | None]
Read: TypeAlias = Callable[[Sequence[SourceFile]], list[Use]]


def faithful(findings: Findings, verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """The verdicts, those held whose edits would make another use say what nobody wants of it."""
    checked = list(verdicts)
    by_family: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, verdict in enumerate(verdicts):
        by_family[findings.family(verdict.use.path)].append(index)
    for family, found in by_family.items():
        indices = sorted(found, key=lambda index: verdicts[index].use.path)
        here = [verdicts[index] for index in indices]
        files = [findings.sources[path] for path in family if path in findings.sources]
        here = _checked(here, files, findings.beside_of(family[0]))
        for index, verdict in zip(indices, here, strict=True):
            checked[index] = verdict
    return tuple(checked)


def _checked(verdicts: list[Verdict], files: Sequence[SourceFile], beside: Beside) -> list[Verdict]:
    read = partial(uses_of_all, beside=beside)
    reasons = _unfit(verdicts, files, read, lambda verdict: verdict.offer)
    checked = [_held(v, reasons[n]) if n in reasons else v for n, v in enumerate(verdicts)]
    for kind in KINDS:
        unfit = _unfit(checked, files, read, partial(_of, kind))
        checked = [_without(kind, v) if n in unfit else v for n, v in enumerate(checked)]
    return checked


def _of(kind: Kind, verdict: Verdict) -> Offer | None:
    return next((o for o in verdict.apart if o.kind == kind and o.edits), None)


def _held(verdict: Verdict, because: str) -> Verdict:
    return verdict._replace(outcome="held", because=because, offer=None, reason="shared-variable")


def _without(kind: Kind, verdict: Verdict) -> Verdict:
    return verdict._replace(apart=tuple(o for o in verdict.apart if o.kind != kind or not o.edits))


def _unfit(
    verdicts: Sequence[Verdict], files: Sequence[SourceFile], read: Read, pick: Pick
) -> Mapping[int, str]:
    """Which of the picked offers must not be made, and why, so that all others read back."""
    offers = {n: offer for n, v in enumerate(verdicts) if (offer := pick(v)) and offer.edits}
    reasons: dict[int, str] = {}
    for round_ in range(ROUNDS):
        wrong = _misread(verdicts, offers, files, read) if offers else []
        if not wrong:
            break
        if len(wrong) == len(verdicts) and 1 < len(offers) <= _TRIED:
            alone = {n: _misread(verdicts, {n: offers[n]}, files, read) for n in offers}
            wrong = [n for n in offers if len(alone[n]) == len(verdicts)] or wrong
        guilty = {n: why for n in offers if (why := _guilt(n, offers[n], wrong, verdicts))}
        if not guilty or round_ == ROUNDS - 1:
            why = "Rewriting this file would change what other uses in it name."
            guilty = dict.fromkeys(offers, why)
        reasons |= guilty
        offers = {n: offer for n, offer in offers.items() if n not in guilty}
    return reasons


def _misread(
    verdicts: Sequence[Verdict],
    offers: Mapping[int, Offer],
    files: Sequence[SourceFile],
    read: Read,
) -> Collection[int]:
    """The verdicts whose uses would not say what is meant of them; all, if a file falls apart."""
    edits: defaultdict[str, list[Edit]] = defaultdict(list)
    for n, offer in offers.items():
        edits[verdicts[n].use.path] += offer.edits
    try:
        after = read([file._replace(text=rewrite(file.text, edits[file.path])) for file in files])
    except EditError:
        return range(len(verdicts))
    if len(after) != len(verdicts):
        return range(len(verdicts))
    meant = [offers[n].new if n in offers else v.use.image for n, v in enumerate(verdicts)]
    pairs = [(use.image, meant[n], verdicts[n].use) for n, use in enumerate(after)]
    return [
        n for n, (now, wanted, use) in enumerate(pairs) if _said(use, now) != _said(use, wanted)
    ]


def _said(use: Use, image: ImageRef) -> str:
    """How a file is to say an image; a digest on record stands in others, written later."""
    return str(image.at(image.tag) if use.carries == "record" else image)


def _guilt(
    index: int, offer: Offer, wrong: Collection[int], verdicts: Sequence[Verdict]
) -> str | None:
    """What a person is told of an offer whose edits reach into a use that would be misread."""
    for n in wrong:
        use = verdicts[n].use
        same = use.path == verdicts[index].use.path
        if same and n != index and any(_reaches(edit, use) for edit in offer.edits):
            return f"Its text is shared with line {use.position.line}, which is not to change so."
    if index in wrong:
        return "It cannot be rewritten so that it reads back as it is meant."
    return None


def _reaches(edit: Edit, use: Use) -> bool:
    """Whether an edit changes characters of a use, or adds some beside those it has elsewhere."""
    return any(
        piece.span is not None
        and piece.span.start <= edit.span.start
        and edit.span.end <= piece.span.end
        for piece in use.pieces
    )
