"""The demo's data is found in a checkout and in a wheel."""

import pytest

from bot.demo import bundle
from bot.errors import ConfigError


def test_a_checkout_has_it_under_examples():
    assert bundle.bundled().parts[-2:] == ("examples", "demo")
    assert (bundle.bundled() / "repository" / "services").is_dir()


def test_the_wheel_s_copy_comes_first(tmp_path, monkeypatch):
    inside, beside = tmp_path / "in" / "demo", tmp_path / "beside" / "demo"
    monkeypatch.setattr(bundle, "_PLACES", (inside, beside))
    for place in (beside, inside):
        place.mkdir(parents=True)
        (place / "registry.yaml").touch()
        assert bundle.bundled() == place


def test_where_it_is_missing_one_line_says_so(monkeypatch):
    monkeypatch.setattr(bundle, "_PLACES", ())
    with pytest.raises(ConfigError, match="the demo's data is missing"):
        bundle.bundled()
