"""Titles of pull requests: one line that says which image moves from where to where."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Bump, Case

LONGEST = 120


def title(case: Case) -> str:
    """One line, fit for a commit's subject too."""
    bumps = list(dict.fromkeys(move.bump for move in case.update.moves if move.use.role != "label"))
    if not bumps:
        new = case.update.moves[0].offer.new
        return _cut(f"Put labels in step with {new.name} {new.effective_tag}")
    versions = [bump for bump in bumps if bump.kind not in {"pin", "digest"}]
    moved = {(bump.new.name, bump.new.effective_tag) for bump in bumps}
    # Of one image some files take the digest and others cannot.
    if len({bump.new for bump in bumps}) == 1 or (len(moved) == 1 and versions):
        olds = {bump.old.effective_tag for bump in versions}
        if len(olds) > 1:
            return _cut(f"{_verb(bumps)} {versions[0].new.name} → {versions[0].new.tag}")
        return _cut(_single(versions[0] if versions else bumps[0]))
    names = list(dict.fromkeys(bump.new.name for bump in bumps))
    verb = _verb(bumps)
    what = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    tags = list(dict.fromkeys(bump.new.effective_tag or "" for bump in bumps))
    if len(names) == 1:
        return _cut(f"{verb} {what} → {', '.join(tags[:3])}{', …' if len(tags) > 3 else ''}")
    return _cut(f"{verb} {what}")


def _verb(bumps: Sequence[Bump]) -> str:
    kinds = {bump.kind for bump in bumps}
    if kinds <= {"pin", "digest"}:
        return "Pin" if "pin" in kinds else "Refresh"
    return "Move to a newer system:" if kinds == {"variant"} else "Bump"


def _single(bump: Bump) -> str:
    old, new = bump.old, bump.new
    if bump.kind == "pin" and old.effective_tag != new.effective_tag:
        return f"Pin {new.name} {old.effective_tag} as {new.tag}"
    if bump.kind == "pin":
        return f"Pin {new.name} {new.effective_tag} to a digest"
    if bump.kind == "digest":
        return f"Refresh {new.name} {new.effective_tag} ({short(old.digest)} → {short(new.digest)})"
    if new.repository != old.repository:
        tag = f" {new.effective_tag}" if new.effective_tag != old.effective_tag else ""
        return f"Migrate {old.name} → {new.name}{tag}"
    return f"{_verb([bump])} {new.name} {old.effective_tag} → {new.tag}"


def short(digest: str | None) -> str:
    """The first seven hexadecimal digits, as people compare them."""
    return (digest or "").partition(":")[2][:7] or "none"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
