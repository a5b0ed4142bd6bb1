"""Characters that nobody sees, or that steer whoever shows them."""

from __future__ import annotations

UNSEEN = (
    r"\x00-\x1f\x7f-\x9f"  # control characters: escapes of terminals, ends of lines
    r"\xad\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"  # what shows nothing
    r"\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # directions, joiners
    r"\ufe00-\ufe0d"  # variants of signs; the last two choose between sign and picture
    r"\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # tags, which spell out hidden sentences
    r"\ud800-\udfff\ufffe\uffff"  # what is no character at all
)
"""
The inside of a character class for `re`.

Those that have no shape of their own (https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point)
and those that turn the direction of what is around them (https://trojansource.codes/).
"""
