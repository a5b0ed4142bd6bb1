"""Go through a Jenkinsfile: what its code says of images, and which comments steer them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice

from bot.formats.code_spans import SLASHES, Token, tokens
from bot.formats.jenkinsfile.places import GROOVY, places, values
from bot.formats.steering import STRAY, complaint, steers
from bot.formats.telling import Place, Teller, Value
from bot.formats.yaml_spans import Reading, Trouble
from bot.model import Mention, Skip, SourceFile, Span, Steer

_MOST = 100_000  # words and signs; the longest pipelines that people write have a fifth of it
TOO_LONG = "it is longer than any pipeline that somebody wrote"
_ABOVE_LIMIT = 100  # lines of comment that can belong to what stands below them


def mentions(file: SourceFile, format_: str) -> Iterator[Mention]:
    """Every use and skip, in the order of the text, as found by the format of that name."""
    found = [*islice(tokens(file.text, SLASHES), _MOST)]
    if len(found) == _MOST:
        return iter([Teller(file, format_, Reading()).unparsable(Trouble(TOO_LONG, 0))])
    code = [token for token in found if token.kind != "comment"]
    teller = _Teller(file, format_, [token for token in found if token.kind == "comment"])
    teller.values = values(code)
    told = [mention for mention in map(teller.place, places(code, teller.values)) if mention]
    told += teller.strays(told)
    return iter(sorted(told, key=lambda mention: mention.span))


class _Teller(Teller):
    """Tells the mentions of one file, steered by Groovy's comments."""

    def __init__(self, file: SourceFile, format_: str, comments: Sequence[Token]) -> None:
        super().__init__(file, format_, Reading(), GROOVY)
        self._said = comments
        self._heard: set[int] = set()

    def _steers(self, place: Place, pieces: Value) -> tuple[Steer, ...]:
        """What is said beside a use, and beside what gives values to its names."""
        if not self._steered:
            return ()
        starts = [place.start, *(piece.span.start for piece in pieces if piece.span)]
        near = {line for start in starts for line in self._near(self._lines.of(start))}
        self._heard |= near
        found = [
            steer
            for at in sorted(near)
            for said in self._by_line.get(at, ())
            for steer in steers(said[1])
        ]
        return tuple(dict.fromkeys(found))

    def _near(self, line: int) -> range:
        above = line - 1
        while line - above < _ABOVE_LIMIT and self._is_comment_alone(above):
            above -= 1
        return range(above + 1, line + 1)

    def strays(self, mentions: Iterable[Mention], heard: Iterable[int] = ()) -> Iterator[Skip]:
        """A skip for every comment that is to steer something and stands beside nothing."""
        if not self._steered:
            return
        near = {mention.position.line - 1 for mention in mentions} | self._heard | {*heard}
        for line, comments in self._by_line.items():
            for span, said in comments:
                if line not in near and steers(said):
                    yield self.skip(span, "steering", complaint(said) or STRAY)

    @cached_property
    def _by_line(self) -> dict[int, list[tuple[Span, str]]]:
        """What comments say, by the line where they begin, without their signs."""
        found: dict[int, list[tuple[Span, str]]] = {}
        for token in self._said:
            said = token.said.removesuffix("*/").lstrip("/*").strip()
            found.setdefault(self._lines.of(token.span.start), []).append((token.span, said))
        return found

    def _is_comment_alone(self, line: int) -> bool:
        if line < 0 or line not in self._by_line:
            return False
        start = self._lines.start(line)
        span = self._by_line[line][0][0]
        return not self._file.text[start : span.start].strip(" \t\ufeff")
