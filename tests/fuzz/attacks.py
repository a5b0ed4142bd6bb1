"""Texts on which a pattern of regular expressions may take longest, made of the pattern itself."""

import itertools
import re
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from re import _constants as codes
    from re import _parser as parser

_LEAST = 12  # repetitions that nothing but this many can be slow by
_TAILS = ("", "\0", "\n", "!", "é", "}")
_MOST = 40
_MOST_LETTERS = 8
_LIKELY = "a0 -_./\t\n\"':=,A9z\\$@#(){}[]<>`*+~!;&|%é"


def attacks(pattern):
    """
    Beginnings, what to repeat behind each, and ends.

    Where something may repeat, what can stand before it, a text that repeats it, and an end that
    lets it fail; also whatever the pattern can begin with, again and again.
    """
    tree = parser.parse(pattern.pattern, pattern.flags)
    text = str if isinstance(pattern.pattern, str) else _as_bytes
    found = dict.fromkeys(itertools.islice(_pumps(tree), _MOST))
    letters = list(dict.fromkeys(_letters(tree)))[:_MOST_LETTERS]
    found |= dict.fromkeys((before, letter) for before, _ in list(found)[:3] for letter in letters)
    for (before, pumped), tail in itertools.product(found, _TAILS):
        if pumped:
            yield text(before), text(pumped), text(tail)
            if before:
                yield text(""), text(before + pumped), text(tail)


def _letters(tree):
    """The characters that stand for themselves in a pattern: a class may take them, too."""
    for kind, told in tree:
        if kind is codes.LITERAL:
            yield chr(told)
        elif isinstance(told, tuple | list):
            for part in told:
                if isinstance(part, parser.SubPattern):
                    yield from _letters(part)
                elif isinstance(part, list):
                    for branch in part:
                        if isinstance(branch, parser.SubPattern):
                            yield from _letters(branch)


def _as_bytes(text):
    return text.encode("latin-1", "replace")


def _pumps(tree, before=""):
    """Each repetition of a tree with a text that leads to it."""
    for node in tree:
        yield from _inside(node, before)
        before = (before + next(iter(_texts([node])), ""))[:60]
    if before:
        yield "", before


def _inside(node, before):
    kind, told = node
    if kind in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        _, most, inner = told
        bodies = list(itertools.islice(_texts(inner), 6))
        if most is codes.MAXREPEAT or most >= _LEAST:
            yield from ((before, body) for body in bodies)
            yield from ((before, a + b) for a, b in itertools.permutations(bodies[:4], 2))
        yield from _pumps(inner, before)
    elif kind is codes.SUBPATTERN:
        yield from _pumps(told[-1], before)
    elif kind is codes.ATOMIC_GROUP:
        yield from _pumps(told, before)
    elif kind is codes.BRANCH:
        for branch in told[1]:
            yield from _pumps(branch, before)
    elif kind in (codes.ASSERT, codes.ASSERT_NOT):
        yield from _pumps(told[1], before)
    elif kind is codes.GROUPREF_EXISTS:
        for branch in filter(None, told[1:]):
            yield from _pumps(branch, before)


def _texts(nodes):
    """A few texts that a sequence of nodes takes."""
    each = [list(itertools.islice(_of_node(node), 6)) or [""] for node in nodes]
    longest = max(map(len, each), default=1)
    for number in range(min(longest, 8)):
        yield "".join(texts[number % len(texts)] for texts in each)


def _of_node(node):
    kind, told = node
    if kind is codes.LITERAL:
        yield chr(told)
    elif kind is codes.NOT_LITERAL:
        yield from (char for char in "a \n0" if ord(char) != told)
    elif kind is codes.ANY:
        yield from ("a", " ", '"', "-")
    elif kind is codes.IN:
        yield from _of_class(told)
    elif kind in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        least, _, inner = told
        yield from (text * max(least, 1) for text in _texts(inner))
        if not least:
            yield ""
    elif kind is codes.SUBPATTERN:
        yield from _texts(told[-1])
    elif kind is codes.ATOMIC_GROUP:
        yield from _texts(told)
    elif kind is codes.BRANCH:
        for branch in told[1]:
            yield from itertools.islice(_texts(branch), 2)
    elif kind is codes.GROUPREF_EXISTS:
        yield from _texts(told[1])


def _of_class(told):
    """Characters that a class takes, those first that other classes take as well."""
    yield from (char for char in _LIKELY if _is_in(told, char))
    yield from (chr(value) for kind, value in told if kind is codes.LITERAL)
    yield from (chr(value[0]) for kind, value in told if kind is codes.RANGE)


def _is_in(told, char):
    negated = bool(told) and told[0][0] is codes.NEGATE
    return negated != any(_is_of(kind, value, char) for kind, value in told)


def _is_of(kind, value, char):
    if kind is codes.LITERAL:
        return ord(char) == value
    if kind is codes.RANGE:
        return value[0] <= ord(char) <= value[1]
    if kind is codes.CATEGORY:
        return bool(re.fullmatch(_CATEGORIES[value], char))
    return False


_CATEGORIES = {
    codes.CATEGORY_DIGIT: r"\d",
    codes.CATEGORY_NOT_DIGIT: r"\D",
    codes.CATEGORY_SPACE: r"\s",
    codes.CATEGORY_NOT_SPACE: r"\S",
    codes.CATEGORY_WORD: r"\w",
    codes.CATEGORY_NOT_WORD: r"\W",
}
