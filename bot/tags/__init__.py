"""What a tag is, and which tag succeeds which. Pure."""

from bot.tags.book import TagBook
from bot.tags.chronicled import CHANGELOG, ChronicledTags
from bot.tags.grammar import parse
from bot.tags.notes import NotesPlace
from bot.tags.order import competes, kind_of_move, succeeds
from bot.tags.rules import Claim, Family, Inside, Replacement, Rule, When
from bot.tags.seen import SeenTags, as_seen
from bot.tags.stems import kind_of_step
from bot.tags.systems import System, Systems
from bot.tags.tag import Part, Tag
from bot.tags.variants import variants

__all__ = [
    "CHANGELOG",
    "ChronicledTags",
    "Claim",
    "Family",
    "Inside",
    "NotesPlace",
    "Part",
    "Replacement",
    "Rule",
    "SeenTags",
    "System",
    "Systems",
    "Tag",
    "TagBook",
    "When",
    "as_seen",
    "competes",
    "kind_of_move",
    "kind_of_step",
    "parse",
    "succeeds",
    "variants",
]
