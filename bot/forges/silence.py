"""Why a forge gave no answer at all, in words that say what to do about it."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass

_ADDRESS = "try again later, or check the address and the network"
_UNREACHED = {
    "ProxyError": "the proxy does not let it through: look at HTTPS_PROXY and NO_PROXY",
    "ConnectTimeout": f"cannot be reached in time: {_ADDRESS}",
    "NameResolutionError": "its name is not known: check the address and the network",
    "NewConnectionError": f"cannot be reached: {_ADDRESS}",
}
_UNASKED = {
    "InvalidURL": "its address is none",
    "InvalidHeader": "the token has a character that no token has",
}
_UNTRUSTED = (
    "no secure connection: its certificate is not trusted; where it is of an authority of your"
    " own, name its file (`authorities` in `platform`)"
)
_DEEPEST = 6  # errors within errors


@dataclass(frozen=True, slots=True)
class Silence:
    """
    `why` follows the name of the host. `sent`: what was asked may have arrived; `unreached`: the
    host was not reached at all, so that it need not be asked for anything else; `lasting`: it is
    no use to ask again at once.
    """

    why: str
    sent: bool = True
    unreached: bool = False
    lasting: bool = False


def silence_of(error: OSError) -> Silence:
    """
    What the errors of `requests` mean, and of urllib3 within them.

    They are told by their names: what an adapter's library asks with is its own affair.
    """
    chain = list(_chain(error))
    kinds = {kind.__name__ for each in chain for kind in type(each).__mro__}
    if "SSLCertVerificationError" in kinds:
        return Silence(_UNTRUSTED, sent=False, unreached=True, lasting=True)
    if "SSLError" in kinds:
        return Silence(f"no secure connection{_detail(chain)}: {_ADDRESS}", unreached=True)
    for kind, why in _UNREACHED.items():
        if kind in kinds:
            told = why.replace("reached:", f"reached{_detail(chain)}:")
            return Silence(told, sent=False, unreached=True)
    for kind, why in _UNASKED.items():
        if kind in kinds:
            return Silence(why, sent=False, lasting=True)
    return Silence("no answer in time" if "Timeout" in kinds else "the connection was lost")


def _chain(error: object) -> Iterator[BaseException]:
    """The error, and each that it is made of, the outermost first."""
    for _ in range(_DEEPEST):
        if not isinstance(error, BaseException):
            return
        yield error
        inner = [getattr(error, "reason", None), *error.args[:2], error.__cause__]
        error = next((each for each in inner if isinstance(each, BaseException)), None)


def _detail(chain: list[BaseException]) -> str:
    """What the system or TLS says of it: ` (connection refused)`."""
    for each in reversed(chain):
        if isinstance(each, ssl.SSLError):
            said = getattr(each, "reason", "").replace("_", " ")
        elif isinstance(each, OSError) and isinstance(each.errno, int):
            said = each.strerror or ""
        else:
            continue
        if said.isprintable() and 0 < len(said) <= 80:
            return f" ({said.lower()})"
    return ""
