"""What becomes of each use, now that digests are known: an offer with its edits, or the reason."""

from __future__ import annotations

from bisect import bisect, insort
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from bot.edits import edits_for
from bot.errors import EditError
from bot.model import Candidate, Edit, Failure, Kind, Lookups, Offer, OutcomeName, Span, Verdict
from bot.steps.plan.because import on_later_system, why, why_current
from bot.steps.plan.choose import Choice, sentence
from bot.steps.plan.migrate import Migration
from bot.steps.plan.ripe import Wait, digest_waits, ripe_digest, tag_waits, waiting_apart

SHARED = "shared-variable"
_OF_DIGEST = frozenset({"age", "platforms", "apart"})


def needs_digest(choice: Choice) -> bool:
    """Whether the choice's target must be looked up: it has a digest, or is to get one."""
    if choice.blocked and choice.gone and not choice.cut:
        return False  # it stays on a tag that is known to be no more
    return not choice.stop and takes_digest(choice)


def takes_digest(choice: Choice) -> bool:
    """Whether whatever the use moves to is written with its digest."""
    if choice.use.carries not in {"reference", "record"}:
        return False
    pin = choice.ruling.pin
    wanted = choice.use.marker if pin == "marker" else pin != "off"
    return bool(choice.use.image.digest) or wanted


def settled(choice: Choice, lookups: Lookups) -> Verdict:
    """The verdict on a choice; labels and conflicts between uses come later."""
    if stop := choice.stop:
        until = str(stop.until) if stop.until else None
        apart = _apart(choice, lookups)
        return _verdict(
            choice, stop.outcome, stop.because, until=until, reason=stop.reason, apart=apart
        )
    digest: str | None = None
    if needs_digest(choice):
        answer = ripe_digest(choice, choice.target, lookups)
        if isinstance(answer, Failure):
            # A tag that is gone is no reason to keep back where one could go from it.
            known = tuple(offer for offer in _apart(choice, lookups) if offer.edits)
            because = sentence(answer.reason)
            return _verdict(choice, "failed", because, reason="lookup", apart=known)
        if answer is None:
            return _held_for(
                choice, digest_waits(choice, choice.target, lookups), _apart(choice, lookups)
            )
        digest = answer
        choice = choice._replace(older=digest != lookups.digests[choice.target])
    wait = None if choice.blocked else tag_waits(choice, lookups)
    verdict = _moved(choice, digest)
    if wait and verdict:
        verdict = verdict._replace(because=f"{verdict.because} {wait.because}")
    elif wait:
        return _held_for(choice, wait, _apart(choice, lookups))
    verdict = verdict or _at_rest(choice)
    return verdict._replace(apart=(*verdict.apart, *_apart(choice, lookups)))


def _held_for(choice: Choice, wait: Wait, apart: tuple[Offer, ...]) -> Verdict:
    because, until = wait.because, wait.until
    return _verdict(choice, "held", because, reason="age", until=until, apart=apart)


def with_blocked(verdict: Verdict, choice: Choice) -> Verdict:
    """The verdict with why the use cannot follow a newer tag, whatever becomes of its digest."""
    why = choice.blocked
    if why is None or verdict.outcome == "failed" or verdict.reason == SHARED:
        return verdict
    newer = f"{choice.options[0].tag} is newer, but held: {why}"
    if verdict.offer:
        because = f"{verdict.offer.because} {newer}"
        return verdict._replace(because=because, offer=verdict.offer._replace(because=because))
    if verdict.reason in _OF_DIGEST:
        return verdict._replace(because=f"{verdict.because} {newer}")
    return verdict._replace(outcome="held", because=f"{why} {verdict.because}", reason=SHARED)


def without_conflicts(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Hold a use whose edit contradicts that of a use before it in the same file."""
    wanted: defaultdict[str, _Wanted] = defaultdict(_Wanted)
    checked: list[Verdict] = []
    for verdict in verdicts:
        edits = verdict.offer.edits if verdict.offer else ()
        fits = all(map(wanted[verdict.use.path].takes, edits))
        for edit in edits if fits else ():
            wanted[verdict.use.path].add(edit)
        checked.append(verdict if fits else _conflicting(verdict))
    return checked


class _Wanted:
    """The edits of one file so far: a file may have tens of thousands."""

    def __init__(self) -> None:
        self._texts: dict[Span, str] = {}
        self._spans: list[Span] = []

    def takes(self, edit: Edit) -> bool:
        """Whether the edit is one of these, or touches none of them."""
        if edit.span in self._texts:
            return self._texts[edit.span] == edit.text
        at = bisect(self._spans, edit.span)
        before = at == 0 or self._spans[at - 1].end <= edit.span.start
        return before and (at == len(self._spans) or edit.span.end <= self._spans[at].start)

    def add(self, edit: Edit) -> None:
        if edit.span not in self._texts:
            insort(self._spans, edit.span)
        self._texts[edit.span] = edit.text


def _conflicting(verdict: Verdict) -> Verdict:
    because = "It shares its text with a use before it, which is to become something else."
    return verdict._replace(outcome="held", because=because, offer=None, reason=SHARED)


def _moved(choice: Choice, digest: str | None) -> Verdict | None:
    """The offer to move, pin or refresh; `None` where the use is where it should be."""
    image, target = choice.use.image, choice.target
    if choice.older or digest is None:
        choice = choice._replace(renamed=None)
    new = image.at(choice.renamed or (target.tag if digest else image.tag and target.tag), digest)
    stays = digest is None or digest == image.digest
    if not choice.taken and not choice.renamed and stays:
        return None
    kind: Kind = choice.kind or ("pin" if stays or not image.digest else "digest")
    aside = choice.taken is None and kind in choice.ruling.apart - choice.ruling.allow
    if choice.taken is None and kind not in choice.ruling.allow and not aside:
        because = f"{why(choice, kind, new)} The policy does not allow this kind of move ({kind})."
        return _verdict(choice, "held", because, reason="policy")
    outcome: OutcomeName = "pin" if kind == "pin" else "update"
    try:
        offer = Offer(new, kind, edits_for(choice.use, new), why(choice, kind, new))
    except EditError as error:
        if choice.renamed:
            return _moved(choice._replace(renamed=None), digest)
        return _second_best(choice, error)
    if aside:
        because = f"{offer.because} That is proposed on its own."
        return _verdict(choice, "held", because, reason="apart", apart=(offer,))
    return _verdict(choice, outcome, offer.because, offer=offer)


def _second_best(choice: Choice, error: EditError) -> Verdict:
    """Bump the tag alone where only the digest has no place; hold the use where nothing fits."""
    image = choice.use.image
    if choice.taken and not image.digest:
        new = image.at(choice.taken.tag)
        try:
            edits = edits_for(choice.use, new)
        except EditError as worse:
            return _verdict(choice, "held", f"It cannot be rewritten: {worse}.", reason="writing")
        because = f"{why(choice, choice.taken.kind, new)} It gets no digest: {error}."
        offer = Offer(new, choice.taken.kind, edits, because)
        return _verdict(choice, "update", because, offer=offer)
    what = "cannot be rewritten" if image.digest else "cannot be pinned"
    return _verdict(choice, "held", f"It {what}: {error}.", reason="writing")


def _at_rest(choice: Choice) -> Verdict:
    if choice.blocked:
        return _verdict(choice, "held", choice.blocked, reason=SHARED)
    if choice.denied and not choice.apart:
        because = _why_denied(choice, choice.denied)
        return _verdict(choice, "held", because, reason="policy")
    if choice.unwanted and not choice.apart:
        return _verdict(choice, "held", choice.unwanted, reason="policy")
    return _verdict(choice, "current", why_current(choice))


def _why_denied(choice: Choice, denied: Candidate) -> str:
    what = f"{denied.tag} is newer, but it is a {denied.kind} move"
    steers = (s for s in choice.use.steers if s.verb == "allow" and denied.kind not in s.kinds)
    told = next((steer.complaint for steer in steers if steer.complaint), None)
    return f"{what}. {told}" if told else f"{what}, which the policy does not allow."


def _apart(choice: Choice, lookups: Lookups) -> tuple[Offer, ...]:
    """Moves to be proposed on their own, those that can be written."""
    offers = [_set_apart(choice, candidate, lookups) for candidate in choice.apart]
    if choice.migration and all(candidate.kind != "variant" for candidate in choice.apart):
        offers.append(_migrated(choice, choice.migration, lookups))
    return (*(offer for offer in offers if offer), *waiting_apart(choice, lookups))


def _set_apart(choice: Choice, candidate: Candidate, lookups: Lookups) -> Offer | None:
    because = f"{candidate.tag} is a {candidate.kind} move, proposed on its own."
    if candidate.kind == "variant":
        because = f"{on_later_system(choice, candidate.tag)}, proposed on its own."
    new = choice.use.image.at(candidate.tag)
    return _of_its_own(choice, Offer(new, candidate.kind, (), because), lookups)


def _migrated(choice: Choice, goal: Migration, lookups: Lookups) -> Offer | None:
    """The move to another name; without edits where a person has to choose the tag."""
    image = choice.use.image
    offer = Offer(goal.new, "variant", (), goal.because(image))
    if goal.new.tag is None and image.tag is not None:
        return offer
    return _of_its_own(choice, offer, lookups)


def _of_its_own(choice: Choice, bare: Offer, lookups: Lookups) -> Offer | None:
    """A move of its own. Where its digest is not known it has no edits, and may say why."""
    new, because, lost = bare.new.at(bare.new.effective_tag), bare.because, False
    if not takes_digest(choice):
        return _written(choice, bare)
    answer = ripe_digest(choice, new, lookups)
    if isinstance(answer, str):
        pinned = bare._replace(new=new.at(new.tag, answer))
        return _written(choice, pinned) or (
            None if choice.use.image.digest else _written(choice, bare)
        )
    if answer is None:
        wait = digest_waits(choice, new, lookups)
        return bare._replace(because=f"{because} {wait.because}", held=True, until=wait.until)
    if new in lookups.digests:
        because, lost = f"{because} Its digest could not be had: {sentence(answer.reason)}", True
    return bare._replace(because=because, lost=lost)


def _written(choice: Choice, offer: Offer) -> Offer | None:
    """The offer with the edits that make it so; `None` where the file's spelling cannot say it."""
    try:
        return offer._replace(edits=edits_for(choice.use, offer.new))
    except EditError:
        return None


def _verdict(choice: Choice, outcome: OutcomeName, because: str, **more: Any) -> Verdict:  # noqa: ANN401 — passed on to `replace`, which mypy cannot type
    base = Verdict(choice.use, outcome, because, choice.line, facts=choice.facts)
    return base._replace(equivalents=choice.equivalents, **more)
