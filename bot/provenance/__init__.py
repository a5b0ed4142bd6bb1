"""
What is published with an image about its origin: signatures, attestations, and what it says itself.

That something is there proves nothing, and nothing is trusted for it: it is told, so that a person
sees when the next image has less of it, or has it from somebody else.
"""

from bot.provenance.attachments import Origins

__all__ = ["Origins"]
