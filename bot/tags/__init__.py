"""What a tag is, and which tag succeeds which. Pure."""

from bot.tags.book import TagBook
from bot.tags.grammar import parse
from bot.tags.order import competes, kind_of_move, succeeds
from bot.tags.rules import Claim, Family, Replacement, Rule, When
from bot.tags.seen import SeenTags, as_seen
from bot.tags.tag import Part, Tag

__all__ = [
    "Claim",
    "Family",
    "Part",
    "Replacement",
    "Rule",
    "SeenTags",
    "Tag",
    "TagBook",
    "When",
    "as_seen",
    "competes",
    "kind_of_move",
    "parse",
    "succeeds",
]
