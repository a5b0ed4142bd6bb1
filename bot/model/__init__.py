"""
What passes from one step of the run to the next. Plain data: no I/O, no behaviour to mock.

Each part is loaded when a name of it is first asked for: a `scan` needs three of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.parts import names_of

if TYPE_CHECKING:  # who reads the code finds every name here; `_PARTS` is where it is found
    from bot.model.bumps import Bump
    from bot.model.changes import (
        Asked,
        AskedKind,
        Broken,
        Cause,
        ConfigChange,
        Difference,
        Direction,
        LayerChange,
        PlatformChange,
        SourceChange,
        StepChange,
    )
    from bot.model.contents import (
        Contents,
        Description,
        HealthCheck,
        ImageConfig,
        Layer,
        Opened,
        OsRelease,
        Package,
        PackageFamily,
    )
    from bot.model.evidence import Evidence, ImageFacts, Unavailable
    from bot.model.files import Entry, EntryKind, Position, Repo, Snapshot, SourceFile, Span
    from bot.model.lifecycle import SOON, Cycle, CycleKind, CycleStatus, LifeCycle
    from bot.model.lookups import (
        Candidate,
        Document,
        Failure,
        Lookups,
        Outline,
        Referrer,
        Replaced,
        Scope,
        TagFacts,
        TagList,
    )
    from bot.model.pages import Issue, Page
    from bot.model.pinned import (
        Feed,
        PackageIndex,
        PackagePin,
        PinOffer,
        PinVerdict,
        Published,
        Shelf,
    )
    from bot.model.plan import Edit, Move, Offer, Plan, Update, Verdict
    from bot.model.policy import FilePattern, Policy, PolicyRule, Versions
    from bot.model.proposals import (
        NEVER,
        URGENCIES,
        Case,
        NewFile,
        Outcome,
        Passed,
        Proposal,
        Report,
        Urgency,
    )
    from bot.model.provenance import Attachment, AttachmentKind, Comparison, Note, Provenance
    from bot.model.pulls import BranchState, Comment, Pull, PullState
    from bot.model.rebuilds import BaseMove, Manner, Rebuilt
    from bot.model.seen import History, Sighting
    from bot.model.uses import NOTHING_BESIDE, Beside, Findings, Mention, Piece, Skip, Steer, Use
    from bot.model.vulnerabilities import (
        SEVERITIES,
        Finding,
        FixState,
        Row,
        RowClass,
        Scan,
        Scanned,
        ScannerWord,
        Severity,
        Vulnerabilities,
    )
    from bot.model.wishes import Condition, Group, Owners, Rebase, Rebuilding, VersionHabit, Wishes
    from bot.model.words import (
        KINDS,
        LACKING,
        QUIET,
        SKIP_REASONS,
        Carries,
        Kind,
        Lacking,
        Mutability,
        OutcomeName,
        Pin,
        Role,
        SkipReason,
        Verb,
    )

_PARTS = {
    "bumps": "Bump",
    "changes": "Asked AskedKind Broken Cause ConfigChange Difference"
    " Direction LayerChange PlatformChange SourceChange StepChange",
    "contents": "Contents Description HealthCheck ImageConfig"
    " Layer Opened OsRelease Package PackageFamily",
    "evidence": "Evidence ImageFacts Unavailable",
    "files": "Entry EntryKind Position Repo Snapshot SourceFile Span",
    "lifecycle": "SOON Cycle CycleKind CycleStatus LifeCycle",
    "lookups": "Candidate Document Failure Lookups Outline Referrer Replaced Scope"
    " TagFacts TagList",
    "pages": "Issue Page",
    "pinned": "Feed PackageIndex PackagePin PinOffer PinVerdict Published Shelf",
    "plan": "Edit Move Offer Plan Update Verdict",
    "policy": "FilePattern Policy PolicyRule Versions",
    "proposals": "NEVER URGENCIES Case NewFile Outcome Passed Proposal Report Urgency",
    "provenance": "Attachment AttachmentKind Comparison Note Provenance",
    "pulls": "BranchState Comment Pull PullState",
    "rebuilds": "BaseMove Manner Rebuilt",
    "seen": "History Sighting",
    "uses": "NOTHING_BESIDE Beside Findings Mention Piece Skip Steer Use",
    "vulnerabilities": "SEVERITIES Finding FixState Row RowClass"
    " Scan Scanned ScannerWord Severity Vulnerabilities",
    "wishes": "Condition Group Owners Rebase Rebuilding VersionHabit Wishes",
    "words": "KINDS LACKING QUIET SKIP_REASONS Carries Kind Lacking Mutability"
    " OutcomeName Pin Role SkipReason Verb",
}
__getattr__ = names_of(__name__, _PARTS)


__all__ = [
    "KINDS",
    "LACKING",
    "NEVER",
    "NOTHING_BESIDE",
    "QUIET",
    "SEVERITIES",
    "SKIP_REASONS",
    "SOON",
    "URGENCIES",
    "Asked",
    "AskedKind",
    "Attachment",
    "AttachmentKind",
    "BaseMove",
    "Beside",
    "BranchState",
    "Broken",
    "Bump",
    "Candidate",
    "Carries",
    "Case",
    "Cause",
    "Comment",
    "Comparison",
    "Condition",
    "ConfigChange",
    "Contents",
    "Cycle",
    "CycleKind",
    "CycleStatus",
    "Description",
    "Difference",
    "Direction",
    "Document",
    "Edit",
    "Entry",
    "EntryKind",
    "Evidence",
    "Failure",
    "Feed",
    "FilePattern",
    "Finding",
    "Findings",
    "FixState",
    "Group",
    "HealthCheck",
    "History",
    "ImageConfig",
    "ImageFacts",
    "Issue",
    "Kind",
    "Lacking",
    "Layer",
    "LayerChange",
    "LifeCycle",
    "Lookups",
    "Manner",
    "Mention",
    "Move",
    "Mutability",
    "NewFile",
    "Note",
    "Offer",
    "Opened",
    "OsRelease",
    "Outcome",
    "OutcomeName",
    "Outline",
    "Owners",
    "Package",
    "PackageFamily",
    "PackageIndex",
    "PackagePin",
    "Page",
    "Passed",
    "Piece",
    "Pin",
    "PinOffer",
    "PinVerdict",
    "Plan",
    "PlatformChange",
    "Policy",
    "PolicyRule",
    "Position",
    "Proposal",
    "Provenance",
    "Published",
    "Pull",
    "PullState",
    "Rebase",
    "Rebuilding",
    "Rebuilt",
    "Referrer",
    "Replaced",
    "Repo",
    "Report",
    "Role",
    "Row",
    "RowClass",
    "Scan",
    "Scanned",
    "ScannerWord",
    "Scope",
    "Severity",
    "Shelf",
    "Sighting",
    "Skip",
    "SkipReason",
    "Snapshot",
    "SourceChange",
    "SourceFile",
    "Span",
    "Steer",
    "StepChange",
    "TagFacts",
    "TagList",
    "Unavailable",
    "Update",
    "Urgency",
    "Use",
    "Verb",
    "Verdict",
    "VersionHabit",
    "Versions",
    "Vulnerabilities",
    "Wishes",
]
