"""
Which here-documents an instruction opens, as BuildKit's `heredocsFromLine` sees it.

Newer BuildKits also take `<< EOF` with blanks between; older ones read on with the next line as an
instruction. That form counts where a line that ends it is there, and never otherwise.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from bot.formats.dockerfile.text import SPACES, Instruction, command
from bot.formats.dockerfile.words import flag_words

DEPTH_LIMIT = 16

_HEREDOC = re.compile(r"[0-9]*<<(-?)([^<]*)")
_GAP = re.compile(r"[0-9]*<<-?")
_SPACE = re.compile(rf"[{SPACES}]+")
_PLAIN = re.compile(rf"[^{SPACES}\\'\"$}}/]+")
_SPECIAL = re.compile(r"[\\'\"$]")
_NAME = re.compile(r"[0-9]+|[@*#?$!-]|[^\W\d]\w*")
_QUOTED = re.compile(r"'([^']*)'|\"((?:\\.|[^\"\\])*)\"|\\(.)|([^'\"\\]+)", re.DOTALL)


def heredocs(found: Instruction) -> Iterator[tuple[str, bool, bool]]:
    """
    Each here-document's end, whether tabs before it are left out, and whether all builders agree.

    An instruction whose quotes are not closed opens none.
    """
    if not _may_open(found):
        return
    words = _split(found.text)
    for index, word in enumerate(words):
        match = _HEREDOC.fullmatch(word) if "<<" in word else None
        if match and match[2]:
            yield _dequoted(match[2]), bool(match[1]), True
        elif match and index + 1 < len(words) and _GAP.fullmatch(word):
            yield _dequoted(words[index + 1]), bool(match[1]), False


def _may_open(found: Instruction) -> bool:
    keyword, at = found.keyword, found.rest
    if keyword.upper() == "ONBUILD":
        keyword, at = command(found.text, at)
        if keyword.upper() not in ("RUN", "COPY", "ADD"):
            return False
    arguments = found.text[flag_words(found.text, at)[1] :]
    return not (arguments.startswith("[") and is_array_of_strings(arguments))


def is_array_of_strings(text: str) -> bool:
    """Whether the arguments of an instruction are its JSON form."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _split(text: str) -> list[str]:
    """The words of a line, quotes and escapes kept; none where the lexer gives up."""
    if not _SPECIAL.search(text):
        return [word for word in _SPACE.split(text) if word]
    words, word, at = [], "", 0
    while at < len(text):
        if space := _SPACE.match(text, at):
            words += [word] if word else []
            word, at = "", space.end()
            continue
        end = _after(text, at, 0)
        if end < 0:
            return []
        piece = text[at:end]
        if piece[0] == "$" and _SPACE.search(piece):
            # What a variable gives is divided too.
            *before, last = _SPACE.split(word + piece)
            words += [each for each in before if each]
            word = last
        else:
            word += piece
        at = end
    return [*words, word] if word else words


def _after(text: str, at: int, depth: int) -> int:
    """Where what begins at `at` ends: a quotation, a substitution, an escape, plain characters."""
    char = text[at]
    if char == "'":
        return text.find("'", at + 1) + 1 or -1
    if char == '"':
        return _after_quotes(text, at + 1, depth)
    if char == "$":
        return _after_dollar(text, at + 1, depth + 1)
    if char == "\\":
        return min(at + 2, len(text))
    plain = _PLAIN.match(text, at)
    return plain.end() if plain else at + 1


def _after_quotes(text: str, at: int, depth: int) -> int:
    while 0 <= at < len(text):
        char = text[at]
        if char == '"':
            return at + 1
        if char == "$":
            at = _after_dollar(text, at + 1, depth + 1)
        else:
            at += 2 if char == "\\" else 1
    return -1


def _after_dollar(text: str, at: int, depth: int) -> int:
    if text[at : at + 1] != "{":
        name = _NAME.match(text, at)
        return name.end() if name else at
    at += 1
    if text[at : at + 1] in ("", "{", "}", ":") or depth > DEPTH_LIMIT:
        return -1
    name = _NAME.match(text, at)
    at = name.end() if name else at
    sign = text[at : at + 1]
    if sign == "}":
        return at + 1
    if sign == "/":
        at += 2 if text[at + 1 : at + 2] == "/" else 1
        at = _after_stop(text, at, "/", depth)
        return _after_stop(text, at, "}", depth) if at >= 0 else -1
    at += 2 if sign == ":" else 1
    return _after_stop(text, at, "}", depth) if text[at - 1 : at] in tuple("+-?#%") else -1


def _after_stop(text: str, at: int, stop: str, depth: int) -> int:
    while 0 <= at < len(text):
        if text[at] == stop:
            return at + 1
        at = _after(text, at, depth)
    return -1


def _dequoted(word: str) -> str:
    if not set(word) & set("'\"\\"):
        return word
    return "".join(
        single or re.sub(r'\\(["$\\])', r"\1", double) or escaped or plain
        for single, double, escaped, plain in _QUOTED.findall(word)
    )
