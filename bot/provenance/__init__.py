"""
What is published with an image about its origin: signatures, attestations, and what it says itself.

That something is there proves nothing, and nothing is trusted for it: it is told, so that a person
sees when the next image has less of it, or has it from somebody else. Only where the operator says
who signs an image, and cosign is there, is a signature verified.
"""

from bot.provenance.attachments import Origins
from bot.provenance.cosign import Cosign, Expected

__all__ = ["Cosign", "Expected", "Origins"]
