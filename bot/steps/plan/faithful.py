"""Hold what cannot be written without changing another use: a file must read back as meant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from bot.edits import rewrite
from bot.errors import EditError
from bot.formats import Copies, foreseen, uses_of_all
from bot.image import ImageRef
from bot.model import KINDS, Beside, Edit, Findings, Kind, Offer, SourceFile, Use, Verdict

ROUNDS = 8
"""How often a file's offers are thinned out before all of them are held."""

_TRIED = 32
"""Offers of files that fall apart, up to which each is tried by itself."""

Pick: TypeAlias = Callable[[Verdict], Offer | None]
Read: TypeAlias = Callable[[Sequence[SourceFile]], list[Use]]
_Offered: TypeAlias = tuple[Offer | None, tuple[Offer, ...]]
_Unfit: TypeAlias = Mapping[int, str]


def faithful(findings: Findings, verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """The verdicts, those held whose edits would make another use say what nobody wants of it."""
    checked = list(verdicts)
    checks = _Checks()
    by_family: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, verdict in enumerate(verdicts):
        by_family[findings.family(verdict.use.path)].append(index)
    for family, found in by_family.items():
        indices = sorted(found, key=lambda index: verdicts[index].use.path)
        here = [verdicts[index] for index in indices]
        files = [findings.sources[path] for path in family if path in findings.sources]
        unfit = checks.unfit(here, files, findings.beside_of(family[0]))
        for index, verdict in zip(indices, _without(unfit, here), strict=True):
            checked[index] = verdict
    return tuple(checked)


class _Checks:
    """Copies of a file that are to be written the same are looked at once."""

    def __init__(self) -> None:
        self._copies = Copies()
        self._known: dict[tuple[str, str], tuple[list[_Offered], list[_Unfit]]] = {}

    def unfit(
        self, verdicts: Sequence[Verdict], files: Sequence[SourceFile], beside: Beside
    ) -> list[_Unfit]:
        """What must not be made of the verdicts' offers, and then of those apart, by kind."""
        read = partial(uses_of_all, beside=beside, copies=self._copies)
        if len(files) != 1 or not self._copies.matter(verdicts[0].use.format):
            return _unfit_of_all(verdicts, files, read)
        offered: list[_Offered] = [(verdict.offer, verdict.apart) for verdict in verdicts]
        name = files[0].path.rpartition("/")[2]
        before, unfit = self._known.get((name, files[0].text), ((), []))
        if before != offered:
            unfit = _unfit_of_all(verdicts, files, read)
            self._known[name, files[0].text] = offered, unfit
        return unfit


def _unfit_of_all(
    verdicts: Sequence[Verdict], files: Sequence[SourceFile], read: Read
) -> list[_Unfit]:
    first = _unfit(verdicts, files, read, lambda verdict: verdict.offer)
    checked = _without([first], verdicts)
    apart = {offer.kind for verdict in checked for offer in verdict.apart}
    by_kind = (
        _unfit(checked, files, read, partial(_of, kind)) if kind in apart else {} for kind in KINDS
    )
    return [first, *by_kind]


def _without(unfit: Sequence[_Unfit], verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts without what must not be made of them."""
    reasons, *by_kind = unfit
    checked = [_held(v, reasons[n]) if n in reasons else v for n, v in enumerate(verdicts)]
    for kind, found in zip(KINDS, by_kind, strict=False):
        if found:
            checked = [_leaving(kind, v) if n in found else v for n, v in enumerate(checked)]
    return checked


def _of(kind: Kind, verdict: Verdict) -> Offer | None:
    return next((o for o in verdict.apart if o.kind == kind and o.edits), None)


def _held(verdict: Verdict, because: str) -> Verdict:
    return verdict._replace(outcome="held", because=because, offer=None, reason="shared-variable")


def _leaving(kind: Kind, verdict: Verdict) -> Verdict:
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
    uses = [verdict.use for verdict in verdicts]
    try:
        after = _named_after(uses, edits, files, read)
    except EditError:
        return range(len(verdicts))
    if len(after) != len(verdicts):
        return range(len(verdicts))
    meant = [offers[n].new if n in offers else v.use.image for n, v in enumerate(verdicts)]
    return [
        n
        for n, (use, now, wanted) in enumerate(zip(uses, after, meant, strict=True))
        if now is not wanted and _said(use, now) != _said(use, wanted)
    ]


def _named_after(
    uses: Sequence[Use],
    edits: Mapping[str, Sequence[Edit]],
    files: Sequence[SourceFile],
    read: Read,
) -> list[ImageRef]:
    """What uses name once edits are made; raises `EditError` where those contradict each other."""
    if len(files) == 1:
        # Most edits exchange words, which takes a tenth of the time to tell.
        told = foreseen(files, uses, edits.get(files[0].path, ()))
        if told is not None:
            return told
    after = read([f._replace(text=rewrite(f.text, edits.get(f.path, ()))) for f in files])
    return [use.image for use in after]


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
