import asyncio

import pytest

from bot.config.settings import PackagesSettings, Settings
from bot.errors import ConfigError
from bot.wiring.registries import packages


def entered(*keys):
    async def enter():
        async with packages(Settings(packages=PackagesSettings(keys))) as asked:
            return asked

    return asyncio.run(enter())


def test_the_operators_keys_are_read_by_the_name_that_signatures_have(tmp_path):
    (tmp_path / "alpine@example.rsa.pub").write_bytes(b"PEM")
    asked = entered(str(tmp_path / "alpine@example.rsa.pub"))
    assert asked._keys.known == {"alpine@example": b"PEM"}


def test_a_key_that_cannot_be_read_is_said_before_anything_is_asked(tmp_path):
    with pytest.raises(ConfigError, match=r"packages\.keys: .*none\.rsa\.pub: No such file"):
        entered(str(tmp_path / "none.rsa.pub"))
