"""What people read: titles and bodies of pull requests, in Markdown. Pure."""

from bot.wording.body import body
from bot.wording.titles import title

__all__ = ["body", "title"]
