"""Labels that repeat a `FROM`: kept in step with it, whatever becomes of it."""

from __future__ import annotations

from collections.abc import Iterable

from bot.edits import edits_for
from bot.errors import EditError
from bot.image import ImageRef
from bot.model import Findings, Offer, OutcomeName, Policy, Span, Use, Verdict
from bot.policy import ruling
from bot.steps.plan.choose import stopped

_BECAME: dict[OutcomeName, str] = {
    "held": "which is held",
    "skipped": "which is left alone",
    "failed": "which could not be looked up",
}


def with_labels(
    findings: Findings, verdicts: Iterable[Verdict], policy: Policy
) -> tuple[Verdict, ...]:
    """All verdicts in the order of the findings' uses, those of labels among them."""
    verdicts = tuple(verdicts)
    decided = {v.use: v for v in verdicts}
    froms = {(v.use.path, v.use.span): v for v in verdicts}
    return tuple(
        _label(use, froms.get((use.path, use.follows or Span(0, 0))), policy)
        if use.role == "label"
        else decided[use]
        for use in findings.uses
    )


def _label(use: Use, leader: Verdict | None, policy: Policy) -> Verdict:
    if leader is None:
        because = "It repeats no FROM that basewatch reads."
        return Verdict(use, "skipped", because, "", reason="label")
    verdict = Verdict(use, "skipped", "", leader.line, facts=leader.facts)
    line = leader.use.position.line
    if use.image.repository != leader.use.image.repository:
        because = f"It names another image than the FROM on line {line}."
        return verdict._replace(because=because, reason="label")
    if stop := stopped(use, ruling(policy, use), policy):
        until = str(stop.until) if stop.until else None
        return verdict._replace(
            outcome=stop.outcome, because=stop.because, reason=stop.reason, until=until
        )
    if leader.outcome in _BECAME:
        because = f"It follows the FROM on line {line}, {_BECAME[leader.outcome]}."
        verdict = verdict._replace(outcome=leader.outcome, because=because, reason="follows")
        return verdict._replace(until=leader.until, apart=_apart(use, leader))
    goal = leader.offer.new if leader.offer else leader.use.image
    return _in_step(verdict._replace(apart=_apart(use, leader)), goal, leader)


def _in_step(verdict: Verdict, goal: ImageRef, leader: Verdict) -> Verdict:
    use, line = verdict.use, leader.use.position.line
    new = _for_label(use, goal)
    try:
        edits = edits_for(use, new)
    except EditError as error:
        because = f"It cannot be kept in step with the FROM on line {line}: {error}."
        return verdict._replace(outcome="held", because=because, reason="writing")
    if not edits:
        because = f"It is in step with the FROM on line {line}."
        return verdict._replace(outcome="current", because=because)
    because = f"It is kept in step with the FROM on line {line}."
    kind = leader.offer.kind if leader.offer else "digest"
    offer = Offer(new, kind, edits, because)
    return verdict._replace(outcome="update", because=because, offer=offer)


def _for_label(use: Use, goal: ImageRef) -> ImageRef:
    """What the label can say of the goal: a name label without digest never gets one."""
    keeps_digest = use.carries == "digest" or use.image.digest
    moved = goal.repository != use.image.repository
    name = goal if moved else use.image
    return name.at(goal.effective_tag, goal.digest if keeps_digest else None)


def _apart(use: Use, leader: Verdict) -> tuple[Offer, ...]:
    offers = []
    for offer in leader.apart:
        new = _for_label(use, offer.new)
        try:
            edits = edits_for(use, new) if offer.edits else ()
        except EditError:
            continue
        offers.append(Offer(new, offer.kind, edits, offer.because))
    return tuple(offers)
