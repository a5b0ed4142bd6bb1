"""What passes from one step of the run to the next. Plain data: no I/O, no behaviour to mock."""

from __future__ import annotations

from bot.model.files import (
    Entry,
    EntryKind,
    Position,
    Repo,
    Snapshot,
    SourceFile,
    Span,
)
from bot.model.lifecycle import (
    SOON,
    Cycle,
    CycleKind,
    CycleStatus,
    LifeCycle,
)
from bot.model.lookups import (
    Candidate,
    Failure,
    Lookups,
    TagFacts,
    TagList,
)
from bot.model.plan import (
    Bump,
    Edit,
    Move,
    Offer,
    Plan,
    Update,
    Verdict,
)
from bot.model.policy import (
    Policy,
    PolicyRule,
)
from bot.model.proposals import (
    Case,
    Evidence,
    ImageFacts,
    NewFile,
    Outcome,
    Proposal,
    Report,
    Unavailable,
)
from bot.model.seen import (
    History,
    Sighting,
)
from bot.model.uses import (
    Findings,
    Mention,
    Piece,
    Skip,
    Steer,
    Use,
)
from bot.model.words import (
    KINDS,
    SKIP_REASONS,
    Carries,
    Kind,
    Mutability,
    OutcomeName,
    Pin,
    Role,
    SkipReason,
    Verb,
)

__all__ = [
    "KINDS",
    "SKIP_REASONS",
    "SOON",
    "Bump",
    "Candidate",
    "Carries",
    "Case",
    "Cycle",
    "CycleKind",
    "CycleStatus",
    "Edit",
    "Entry",
    "EntryKind",
    "Evidence",
    "Failure",
    "Findings",
    "History",
    "ImageFacts",
    "Kind",
    "LifeCycle",
    "Lookups",
    "Mention",
    "Move",
    "Mutability",
    "NewFile",
    "Offer",
    "Outcome",
    "OutcomeName",
    "Piece",
    "Pin",
    "Plan",
    "Policy",
    "PolicyRule",
    "Position",
    "Proposal",
    "Repo",
    "Report",
    "Role",
    "Sighting",
    "Skip",
    "SkipReason",
    "Snapshot",
    "SourceFile",
    "Span",
    "Steer",
    "TagFacts",
    "TagList",
    "Unavailable",
    "Update",
    "Use",
    "Verb",
    "Verdict",
]
