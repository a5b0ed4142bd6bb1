"""The places of a GitLab CI file where an image may be named, whatever they say."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import replace
from functools import lru_cache

from bot.formats.gitlab_ci.inputs import INPUT
from bot.formats.gitlab_ci.jobs import GLOBAL, Job, Pipeline
from bot.formats.telling import Left, Place, Spot, along, reference, text_or
from bot.formats.yaml_spans import Collection, Field, Node, Scalar, target

NO_DIGEST_FOR_MANY = (
    "{name} has several values in this file, and a digest would be right for one of them only"
)
NO_DIGEST_FOR_INPUT = "{name} may be given another value, which a digest would be wrong for"
LIMITED = "{name} may have some values only, which are listed in this file"
NO_DIGEST_IN_FRONTEND = "the frontend moves in step with syntax lines, which take no digest"
ELSEWHERE = Left("elsewhere", "it refers to what another file says")

_FRONTEND = "BUILD_FRONTEND"
_BUILD_ARG = re.compile(r"--build-arg[= ]['\"]?\w+=['\"]?\$\{?(\w+)")


def places(pipeline: Pipeline, told: Container[str | None]) -> Iterator[Place]:
    """
    Every place of the jobs, and of what is said for all of them; in no order.

    `told` are variables that Dockerfiles of the repository make something of: those tell of them.
    """
    given = {name for name in _given_to_builds(pipeline.text) if name not in told}
    ran: set[str] = set()
    for job in pipeline.jobs.values():
        for place in (*_images(pipeline, job), *_services(pipeline, job)):
            ran |= pipeline.names(place.node, job)
            yield _with_values(pipeline, job, place)
        yield from _renewed(pipeline, job)
    for job in pipeline.jobs.values():
        yield from _arguments(job, given - ran)


@lru_cache(maxsize=1)  # a file may have thousands of documents, and all of them have one text
def _given_to_builds(text: str) -> frozenset[str]:
    return frozenset(_BUILD_ARG.findall(text))


def _images(pipeline: Pipeline, job: Job) -> Iterator[Place]:
    if "image" in job.fields:
        yield from _named(pipeline, job.fields["image"].value, job.fields["image"].key)


def _services(pipeline: Pipeline, job: Job) -> Iterator[Place]:
    if "services" not in job.fields:
        return
    services = pipeline.followed(job.fields["services"].value)
    if services is None:
        yield Place(
            "image", job.fields["services"].value, job.fields["services"].key, left=ELSEWHERE
        )
        return
    for item in pipeline.fields.items(services):
        service = pipeline.followed(item)
        if service is None or not _is_list(service):
            yield from _named(pipeline, item)
        else:
            for one in pipeline.fields.items(service):
                yield from _named(pipeline, one)


def _named(pipeline: Pipeline, node: Node, key: Scalar | None = None) -> Iterator[Place]:
    """An image or a service: a text, or a mapping with its `name` and perhaps its platform."""
    found = pipeline.followed(node)
    if found is None:
        yield Place("image", node, key, left=ELSEWHERE)
        return
    platforms = [target(spot.node) for spot in along(pipeline.fields, found, "docker.platform")]
    platform = next((one.value for one in platforms if isinstance(one, Scalar)), None)
    for spot in text_or(pipeline.fields, Spot(found, key), "name"):
        yield Place("image", spot.node, spot.key, platform=platform)


def _with_values(pipeline: Pipeline, job: Job, place: Place) -> Place:
    values = pipeline.values(job)
    names = pipeline.names(place.node, job)
    limited = sorted(names & pipeline.inputs.limited)
    left = Left("template", LIMITED.format(name=limited[0])) if limited else place.left
    no_digest = _no_digest(pipeline, names - pipeline.wholes(place.node, job))
    return replace(place, stage=job.name or None, values=values, no_digest=no_digest, left=left)


def _no_digest(pipeline: Pipeline, names: set[str]) -> str | None:
    """A value that is a whole reference can have its own digest, and the place itself cannot."""
    several = sorted(name for name in names if pipeline.givings[name] > 1)
    if several:
        return NO_DIGEST_FOR_MANY.format(name=several[0])
    asked = sorted(name for name in names if name.startswith(INPUT))
    return NO_DIGEST_FOR_INPUT.format(name=asked[0]) if asked else None


def _renewed(pipeline: Pipeline, job: Job) -> Iterator[Place]:
    """The image that a job takes over from another, but for a variable that it sets itself."""
    if job.name in (GLOBAL, "default") or "image" in job.fields or not job.variables:
        return
    for place in _inherited(pipeline, job):
        ours = sorted(pipeline.names(place.node, job) & set(job.values))
        if ours:
            field = job.variables[ours[0]]
            said = Place("image", field.value, field.key, parts=(place.node,))
            many = NO_DIGEST_FOR_MANY.format(name=ours[0])
            no_digest = None if ours[0] in pipeline.wholes(place.node, job) else many
            yield replace(_with_values(pipeline, job, said), no_digest=no_digest)


def _inherited(pipeline: Pipeline, job: Job) -> Iterator[Place]:
    above = [*pipeline.lineage(job)]
    above += [pipeline.jobs[name] for name in ("default", GLOBAL) if name in pipeline.jobs]
    for one in above:
        if "image" in one.fields:
            yield from _images(pipeline, one)
            return


def _arguments(job: Job, given: set[str]) -> Iterator[Place]:
    """Variables that are handed to builds, where they name images and no job runs in them."""
    for name, field in job.variables.items():
        if name == _FRONTEND:
            no_digest = NO_DIGEST_IN_FRONTEND
            yield Place("syntax", field.value, field.key, job.name or None, no_digest=no_digest)
        elif name in given and _names_image(field):
            yield Place("arg", field.value, field.key, job.name or None)


def _names_image(field: Field) -> bool:
    """Whether a value is plainly an image: `20` may be one, and is a version."""
    said = target(field.value)
    if not isinstance(said, Scalar) or isinstance(reference(said.value), str):
        return False
    return ":" in said.value or "/" in said.value


def _is_list(node: Node) -> bool:
    said = target(node)
    return isinstance(said, Collection) and said.kind == "sequence"
