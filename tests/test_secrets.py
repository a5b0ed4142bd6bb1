"""Secrets and where they must not be: in no representation, whatever shows one of what holds them."""

import dataclasses
import datetime as dt
import importlib
import pkgutil
import re
from pathlib import Path

import httpx
import pytest
from github.Auth import Token as TokenAuth
from pydantic import BaseModel

import bot
from bot.git import Credential as GitCredential
from bot.git.origin import Origin
from bot.git.program import Git
from bot.git.running import Command
from bot.http import Answer, Question
from bot.notes.forges import Wanted
from bot.platforms.github import App, Token, accounts, asking, line
from bot.platforms.gitlab.api import Access
from bot.programs import Call
from bot.registries import Credential, DockerConfig, HostSettings, KnownCredentials
from bot.registries.auth import _Token
from tests.canaries import canary, is_in

SECRET = canary("held")
LOGIN = Credential(SECRET, SECRET)
OF_GIT = GitCredential.basic("oauth2", SECRET)
HOLDERS = [
    LOGIN,
    Credential("", SECRET, identity=True),
    KnownCredentials({"a.example": LOGIN}),
    DockerConfig({"a.example": LOGIN}, {}, "", {"AWS_SECRET_ACCESS_KEY": SECRET}),
    HostSettings(credential=LOGIN),
    _Token(f"Bearer {SECRET}", 0.0, 1.0),
    OF_GIT,
    GitCredential.bearer(SECRET),
    Origin("https://h/a", OF_GIT),
    Origin("https://h/a", OF_GIT).command(["fetch"], Path("/none")),
    Command(["true"], {"TOKEN": SECRET}, SECRET.encode()),
    Git(Path("/none"), env={"TOKEN": SECRET}),
    Call(("true",), {"TOKEN": SECRET}),
    Token(SECRET),
    App("1", SECRET),
    accounts._Held(SECRET, dt.datetime.now(dt.UTC), TokenAuth(SECRET)),
    asking.Answer({"token": SECRET}),
    line.Answered(201, {}, f'{{"token": "{SECRET}"}}'),
    Access("https://gitlab.example", SECRET),
    Question("https://a.example", authorization=f"Bearer {SECRET}", form={"token": SECRET}),
    Answer(200, httpx.Headers(), SECRET.encode(), httpx.URL("https://a.example")),
    Wanted("a", "https://a.example", "text/plain", f"Bearer {SECRET}"),
]


@pytest.mark.parametrize("holder", HOLDERS, ids=lambda holder: type(holder).__qualname__)
def test_what_holds_a_secret_does_not_show_it(holder):
    assert not is_in(repr(holder))
    assert not is_in(f"{holder}")


# ---------------------------------------------------------------- and those that are added later

SUSPECT = re.compile(
    r"token|passw|secret|authori[sz]ation|credential|private_key|^env$|environ", re.IGNORECASE
)
NAMES_ONLY = re.compile(r"_env$")
HARMLESS = {
    "Ties.env": "what a file of a repository says of its builds",
    "Glob.tokens": "the parts of a pattern",
    "Origin.credential": "it hides itself",
    "HostSettings.credential": "it hides itself",
    "ImageConfig.environment": "an image's, which who shows it censors (bot/diff/config)",
}


def shown_fields(kind):
    """The names of the fields that a representation shows."""
    if dataclasses.is_dataclass(kind):
        return [field.name for field in dataclasses.fields(kind) if field.repr]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [name for name, field in kind.model_fields.items() if field.repr]
    return getattr(kind, "_fields", ())


def test_no_class_shows_a_field_that_has_the_name_of_a_secret():
    modules = [each.name for each in pkgutil.walk_packages(bot.__path__, "bot.")]
    kinds = [
        kind
        for module in map(importlib.import_module, modules)
        for kind in vars(module).values()
        if isinstance(kind, type) and kind.__module__ == module.__name__
    ]
    suspect = {
        f"{kind.__name__}.{name}"
        for kind in kinds
        for name in shown_fields(kind)
        if SUSPECT.search(name) and not NAMES_ONLY.search(name)
    }
    assert suspect - HARMLESS.keys() == set()
    assert len(kinds) > 300
