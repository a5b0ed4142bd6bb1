"""A value with some of its fields otherwise, whether it is a dataclass or a named tuple."""

import dataclasses


def replace(value, **changes):
    named = getattr(value, "_replace", None)
    return named(**changes) if named else dataclasses.replace(value, **changes)
