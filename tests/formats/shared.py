"""What the tests of many formats do: find the uses in a text, and move one of them."""

from bot.edits import edits_for, rewrite
from bot.model import SourceFile, Use

DIGEST = "sha256:" + "5eed" * 16


def uses_in(reader, path, text):
    """The uses that a format finds in a file, without what it leaves alone."""
    return [use for use in reader.find(SourceFile(path, text)) if isinstance(use, Use)]


def only_use(reader, path, text):
    """The use that is all that a format finds in a file."""
    (use,) = reader.find(SourceFile(path, text))
    assert isinstance(use, Use)
    return use


def rewritten(text, use, tag, digest=DIGEST):
    """A text in which a use has another tag and digest."""
    return rewrite(text, edits_for(use, use.image.at(tag, digest)))
