"""How many layers two images share, counted from the lowest."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model import Description, Layer, LayerChange


def layer_change(old: Description, new: Description) -> LayerChange:
    """What both stand on, and the compressed bytes of what differs above it."""
    shared = _shared(old.layers, new.layers)
    before, after = (sum(layer.size for layer in each.layers[shared:]) for each in (old, new))
    return LayerChange(
        shared, len(old.layers), len(new.layers), before, after, fresh=_fresh(old, new)
    )


def same_layer(one: Layer, other: Layer) -> bool:
    """Whether two layers hold the same files, even where they were compressed differently."""
    return one.digest == other.digest or bool(one.diff_id and one.diff_id == other.diff_id)


def _fresh(old: Description, new: Description) -> int:
    """How many layers of the new image the old one has nowhere."""
    known = {name for layer in old.layers for name in (layer.digest, layer.diff_id) if name}
    return sum(not {layer.digest, layer.diff_id} & known for layer in new.layers)


def _shared(old: Sequence[Layer], new: Sequence[Layer]) -> int:
    count = 0
    for one, other in zip(old, new, strict=False):
        if not same_layer(one, other):
            break
        count += 1
    return count
