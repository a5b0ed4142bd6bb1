"""Where the digest of an image in pieces goes: into the empty field that its chart reads."""

from __future__ import annotations

from bot.formats.chart_values.fields import Mapping, scalar, words
from bot.formats.telling import Slot
from bot.formats.yaml_spans import Alias, Collection, Field, is_null, target

NO_SLOT = "what takes the tag may put it into labels as well, so a digest needs a field of its own"
NULL_SLOT = "the digest's field says null, beside which nothing can be put"
UNUSED_SLOT = "`useDigest` says that the digest does not count"
MORE_OF_THE_TAG = "the chart puts more around the tag, and the digest of the whole is another one"

SHA256 = "sha256:"
"""What a chart puts before a `sha` itself: https://github.com/grafana/helm-charts."""

_AROUND_TAG = ("tagSuffix", "tagPrefix", "suffix", "prefix")


def slot_of(text: str, mapping: Mapping) -> tuple[Slot | None, str | None]:
    """Where a digest goes that has an empty field of its own, or why it cannot."""
    field = mapping.get("digest", mapping.get("sha"))
    if scalar(mapping, *_AROUND_TAG):
        return None, MORE_OF_THE_TAG
    if field is None:
        return None, NO_SLOT
    if "useDigest" in mapping and words(mapping["useDigest"].value).lower() == "false":
        return None, UNUSED_SLOT
    return _within(text, field, SHA256 if field.name == "sha" else "")


def _within(text: str, field: Field, implied: str) -> tuple[Slot | None, str | None]:
    """The place in an empty field; none is needed where there is a digest."""
    said = target(field.value)
    if isinstance(said, Collection) or isinstance(field.value, Alias):
        return None, NULL_SLOT
    if not is_null(said):
        return None, None
    if said.style in {"'", '"'}:
        return Slot(said.start + 1, implied=implied), None
    if not said.value and not said.style and text[said.start - 1] == ":":
        # Without `sha256:` it might be a number.
        return Slot(said.start, *((' "', '"', implied) if implied else (" ",))), None
    return None, NULL_SLOT
