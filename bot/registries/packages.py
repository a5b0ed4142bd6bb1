"""The indexes of repositories of packages, fetched and their signatures checked."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.errors import HttpError, RegistryError
from bot.http import Asks, Question
from bot.http.redirects import web_url
from bot.model import PackageIndex, Shelf
from bot.packages import apk_index
from bot.packages.signed import is_signed, public_key
from bot.policy import host_allowed

INDEX = "APKINDEX.tar.gz"
LARGEST_INDEX = 128 << 20  # bytes; Wolfi's has some twenty MiB
LARGEST_KEY = 64 << 10


@dataclass(frozen=True, slots=True)
class Keys:
    """
    The operator's keys, as PEM by the name that signatures have for them (without `.rsa.pub`).

    `required`: no index is read that none of them has signed.
    """

    known: Mapping[str, bytes] = field(default_factory=dict)
    required: bool = False


NO_KEYS = Keys()


class PackageIndexes:
    """
    As the port of `bot.ports` has it: of the hosts that one of the patterns covers.

    A file of a repository names what is asked here, as it does registries; plain HTTP is spoken to
    the hosts that the operator calls insecure.
    """

    def __init__(
        self,
        http: Asks,
        hosts: Collection[str] = ("*",),
        insecure: Collection[str] = (),
        keys: Keys = NO_KEYS,
    ) -> None:
        self._http = http
        self._keys = keys
        self._hosts = hosts
        self._insecure = insecure

    async def index(
        self, shelf: Shelf, names: Collection[str], keys: Collection[str]
    ) -> PackageIndex:
        """What the index of a shelf has of packages. Raises `RegistryError`."""
        url = f"{shelf.repository}/{shelf.architecture}/{INDEX}"
        data = await self._fetched(url, LARGEST_INDEX)
        found = await to_thread(apk_index.read, data, names)  # Wolfi's takes more than a second
        signed = data[found.signed_from :]
        return PackageIndex(found.published, await self._checked(url, found, signed, keys))

    async def _checked(
        self, url: str, found: apk_index.Index, signed: bytes, keys: Collection[str]
    ) -> str:
        """Whose signature it has. Raises `RegistryError` where one is by a key and is wrong."""
        host = urlsplit(url).netloc
        named = {} if self._keys.required else {_name(key.rpartition("/")[2]): key for key in keys}
        known = [each for each in found.signatures if _name(each.key) in self._keys.known]
        known += [each for each in found.signatures if _name(each.key) in named]
        if not known and self._keys.required:
            raise RegistryError(f"{url}: {_unsigned(found)}, and `packages` wants a signature")
        if not known:
            return f"The signature of the index of {host} was not checked: {_why(found, named)}."
        for signature in known:
            name = _name(signature.key)
            pem = self._keys.known.get(name) or await self._fetched(named[name], LARGEST_KEY)
            if is_signed(signature.kind, signature.value, public_key(pem), (signed,)):
                return f"The index of {host} is signed by {signature.key}."
        raise RegistryError(f"{url}: its signature is not that of {known[0].key}")

    async def _fetched(self, url: str, limit: int) -> bytes:
        self._check(url)
        try:
            answer = await self._http.ask(Question(url, limit=limit))
        except HttpError as error:
            raise RegistryError(f"{url}: {error}") from None
        if answer.status != 200:
            raise RegistryError(f"{url}: it answers with status {answer.status}")
        return answer.body

    def _check(self, url: str) -> None:
        try:
            asked = web_url(url)
        except ValueError as error:
            raise RegistryError(f"{url} cannot be asked: {error}") from None
        host = asked.netloc.decode("ascii")
        if not host_allowed(self._hosts, host):
            raise RegistryError(f"{url}: the operator's `allow_hosts` leaves out this host")
        if asked.scheme == "http" and host not in self._insecure:
            raise RegistryError(f"{url} is plain HTTP; say `insecure` of {host} if that is meant")


def _name(key: str) -> str:
    return key.removesuffix(".rsa.pub")


def _unsigned(found: apk_index.Index) -> str:
    if not found.signatures:
        return "it has no signature"
    return f"it is signed by {found.signatures[0].key}, which is none of the operator's keys"


def _why(found: apk_index.Index, named: Mapping[str, str]) -> str:
    if not found.signatures:
        return "it has none"
    by = found.signatures[0].key
    return f"the file names no key called {by}" if named else "the file names no key by its URL"
