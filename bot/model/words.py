"""The words that have a fixed set of values."""

from __future__ import annotations

from typing import Literal, get_args

Kind = Literal["digest", "pin", "revision", "patch", "minor", "major", "date", "variant"]
Role = Literal[
    "from",  # a stage of a build starts from it
    "copy",  # files are copied out of it
    "mount",  # it is mounted while a command of the build runs
    "syntax",  # the frontend that reads the build file
    "base",  # what a builder with a configuration of its own starts from
    "label",  # a label that says what the image was built from
    "image",  # it is run as it is: a service, a job, a container
    "arg",  # a value that is given to a build, which starts from it
]
Mutability = Literal["rolling", "immutable", "unknown"]
OutcomeName = Literal["update", "pin", "current", "held", "skipped", "failed"]
Pin = Literal["digest", "immutable", "marker", "off"]
Lacking = Literal["warn", "wait", "hold"]
Carries = Literal["reference", "tag", "digest", "record"]
Verb = Literal["created", "updated", "rebased", "unchanged", "retired", "left", "failed"]
SkipReason = Literal[
    "scratch",  # FROM scratch: nothing is pulled
    "stage",  # the name of an earlier stage
    "stage-number",  # COPY --from=0
    "variant",  # blubber: the name of a variant, or `local`
    "context",  # a named build context
    "heredoc",  # looks like an instruction, but stands in a here-document
    "comment",  # looks like an instruction, but is commented out
    "steering",  # a comment for this bot that cannot be read, or stands beside no image
    "continuation",  # looks like an instruction, but continues another one
    "template",  # a placeholder of a template language
    "variable-without-default",  # a variable that nothing gives a value
    "variable-not-expanded",  # a variable where the builder expands none
    "invalid-reference",  # not an image reference
    "elsewhere",  # another file decides what stands there, and has the use
    "artifact",  # what a registry has and is no image
    "built",  # what is built here under that name, and not pulled
    "drift",  # what stands beside a build file says something else than it does
    "dead-config",  # a configuration version that no builder reads any more
    "unparsable",  # the file cannot be read as what its name says
    "unreadable",  # the file (or a whole folder) could not be opened, or is too large
    "symlink",  # not a regular file
    "submodule",  # another repository
    "vendored",  # in a folder of other people's code
    "ignored",  # the configuration says to ignore the file
]
SKIP_REASONS: tuple[str, ...] = get_args(SkipReason)
QUIET: frozenset[SkipReason] = frozenset(
    [
        *("scratch", "stage", "stage-number", "variant", "comment", "continuation", "heredoc"),
        *("artifact", "built", "elsewhere"),
    ]
)
"""Reasons to leave a place alone that nobody needs to act on."""

KINDS: tuple[Kind, ...] = get_args(Kind)
LACKING: tuple[Lacking, ...] = get_args(Lacking)
"""What is done with a move to an image that lacks platforms, from the mildest on."""
