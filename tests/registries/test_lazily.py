import asyncio
from contextlib import asynccontextmanager

import pytest

from bot.errors import ConfigError
from bot.image import ImageRef
from bot.registries.lazily import lazily

REF = ImageRef.parse("r.example/a:1")


class Slow:
    """A registry that notes when it is opened, asked and closed."""

    def __init__(self):
        self.seen = []

    @asynccontextmanager
    async def open(self):
        self.seen.append("opening")
        await asyncio.sleep(0)
        try:
            yield self
        finally:
            self.seen.append("closed")

    async def note(self, *words):
        self.seen.append(len(words))
        return words[0]

    tags = digest = outline = facts = document = blob = referrers = note


def seen(ask):
    slow = Slow()

    async def run():
        async with lazily(slow.open) as registry:
            await ask(registry)

    asyncio.run(run())
    return slow.seen


def test_a_registry_that_nobody_asks_is_not_opened():
    async def nothing(_registry):
        pass

    assert seen(nothing) == []


def test_a_registry_is_opened_once_and_closed_in_the_end():
    async def everything(registry):
        plain = (registry.tags, registry.digest, registry.outline, registry.facts)
        asked = [one(REF) for one in (*plain, registry.document, registry.referrers)]
        answers = await asyncio.gather(*asked)
        assert answers == [REF] * 6
        await registry.blob(REF, "sha256:0", 1, print)

    assert seen(everything) == ["opening", *[1] * 6, 5, "closed"]


def test_a_registry_that_cannot_be_opened_says_so_to_who_asks():
    @asynccontextmanager
    async def broken():
        raise ConfigError("no such credentials")
        yield

    async def run():
        async with lazily(broken) as registry:
            await registry.facts(REF)

    with pytest.raises(ConfigError, match="no such credentials"):
        asyncio.run(run())
