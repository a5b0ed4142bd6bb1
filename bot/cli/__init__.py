"""The command line: arguments in; text, JSON and an exit code out."""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TypeAlias

from bot import __version__
from bot.cli.options import Parser, folder, given, path, with_config, with_findings, with_reports
from bot.cli.stopping import ended
from bot.cli.text import note, speak
from bot.errors import BasewatchError

DONE, FOUND, FAILED = 0, 1, 2

Command = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 is done, 1 is findings where `--exit-code` asked, 2 is could not do it."""
    # What is found in files is kept to the end and has no cycles: Python's default, a look through
    # all of it for every 700 new objects, costs a scan a fortieth of its work and frees nothing.
    gc.set_threshold(100_000, 50, 50)
    # pydantic looks through all that is installed for plugins, which could change what is read:
    # https://docs.pydantic.dev/latest/concepts/plugins/#disabling-plugins
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # httpx loads a command line of its own where what that needs is installed (rich, pygments),
    # which takes longer than the rest of it. What is None here is as if it were not there:
    # https://docs.python.org/3/reference/import.html#the-module-cache
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
    speak()
    arguments = _parser(argv).parse_args(argv)
    try:
        command: Command = getattr(import_module(arguments.module), arguments.function)
        code = command(arguments)
        sys.stdout.flush()
    except BasewatchError as error:
        note(f"basewatch: {error}")
        return FAILED
    except BrokenPipeError:
        # The reader has gone (`| head`).
        _hush()
        return DONE
    except OSError as error:
        # The steps tell of files in repositories themselves; this is our own output.
        _hush()
        note(f"basewatch: {error.filename or 'the output'}: {error.strerror or error}")
        return FAILED
    except KeyboardInterrupt:
        return ended()
    return code


def _hush() -> None:
    """Let what is still to be printed vanish: Python must not fail again when it closes stdout."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser(argv: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """Of one command alone where it is named first: to describe all of them takes longer."""
    parser: argparse.ArgumentParser = Parser(
        prog="basewatch",
        description="Keeps container base images pinned and current, by pull request.",
        epilog="Exit codes: 0 done, 1 findings where --exit-code asked for it, 2 could not do it.",
    )
    parser.add_argument("--version", action="version", version=f"basewatch {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    named = sys.argv[1:2] if argv is None else argv[:1]
    for add in _asked(*named) or _COMMANDS:
        add(commands)
    return parser


# argparse has no public name for what `add_subparsers` returns.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001


def _command(commands: Commands, name: str, module: str, help_: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help_, description=f"{help_[0].upper()}{help_[1:]}.")
    parser.set_defaults(module=f"bot.cli.{module}", function=name.replace("-", "_"))
    return parser


def _with_path(parser: argparse.ArgumentParser, what: str = "a folder or a file") -> None:
    parser.add_argument(
        "path", nargs="?", default=".", type=path, metavar="PATH", help=f"{what} (default: .)"
    )


def _with_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON document instead")


def _with_skips(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--skips", action="store_true", help="list every place left alone, and why")


def _scan(commands: Commands) -> None:
    parser = _command(commands, "scan", "scan", "list every use of a base image, without network")
    _with_path(parser)
    with_config(parser)
    _with_skips(parser)
    _with_json(parser)


def _classify(commands: Commands) -> None:
    parser = _command(commands, "classify", "classify", "say what each tag is, and why")
    parser.add_argument("references", nargs="+", metavar="REF", help="an image reference")
    parser.add_argument(
        "--explain",
        action="store_true",
        help="name the claim that decided, and how a tag is read",
    )
    parser.add_argument(
        "--online",
        action="store_true",
        help="ask registries and the ledger what each points at, and since when",
    )
    with_config(parser)
    _with_json(parser)


def _check(commands: Commands) -> None:
    parser = _planning(commands, "check", "show what would move, and what is held and why")
    with_reports(parser)
    with_findings(parser)


def _fix(commands: Commands) -> None:
    _planning(commands, "fix", "write what would move into the files")


def _planning(commands: Commands, name: str, help_: str) -> argparse.ArgumentParser:
    parser = _command(commands, name, "check", help_)
    _with_path(parser)
    with_config(parser)
    _with_skips(parser)
    parser.add_argument(
        "--exit-code", action="store_true", help="exit with 1 if something would change"
    )
    _with_json(parser)
    return parser


def _diff(commands: Commands) -> None:
    parser = _command(commands, "diff", "diff", "show what changed between two images")
    parser.add_argument("old", metavar="OLD", help="an image reference")
    parser.add_argument("new", metavar="NEW", help="the one in its place")
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--platform",
        action="append",
        type=given,
        metavar="NAME",
        help="the platform to open, as linux/arm64; again for more",
    )
    which.add_argument(
        "--all-platforms", action="store_true", help="open every platform that both have"
    )
    parser.add_argument(
        "--used-by", type=path, metavar="PATH", help="hold it against what build files there need"
    )
    parser.add_argument(
        "--format",
        choices=("text", "markdown", "json", "sarif", "cyclonedx"),
        default="text",
        help="(default: text)",
    )
    parser.add_argument(
        "--side", choices=("old", "new"), default="new", help="whose packages cyclonedx lists"
    )
    with_config(parser)
    parser.add_argument("--exit-code", action="store_true", help="exit with 1 if they differ")
    _with_json(parser)


def _run(commands: Commands) -> None:
    parser = _command(commands, "run", "run", "create, update and retire proposals")
    parser.add_argument(
        "path",
        nargs="?",
        type=path,
        metavar="PATH",
        help="a git repository, instead of the configured one",
    )
    with_config(parser)
    parser.add_argument(
        "--platform",
        choices=("local", "github", "gitlab"),
        help="where proposals go, if no configuration says so (default: local)",
    )
    parser.add_argument(
        "--repo",
        action="append",
        type=given,
        default=[],
        metavar="PATH",
        help="only this repository of the forge, as team/app, or several; again for more",
    )
    parser.add_argument(
        "--out", type=folder, metavar="DIR", help="a folder for the title and body of each"
    )
    parser.add_argument(
        "--branch", type=given, metavar="NAME", help="the branch to propose against"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, do nothing")
    _with_json(parser)
    with_reports(parser)


def _ledger(commands: Commands) -> None:
    parser = commands.add_parser("ledger", help="show, prune or export what was seen of tags")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    show = _command(actions, "show", "ledger", "show where tags were seen to point, and when")
    show.add_argument("references", nargs="*", metavar="REF", help="a tag, or all of an image's")
    prune = _command(actions, "prune", "ledger", "forget what nobody has seen for a while")
    prune.add_argument(
        "--older-than", default="400d", metavar="DAYS", help="how long that is (default: 400d)"
    )
    export = _command(actions, "export", "ledger", "print all of it as one JSON document")
    for action in (show, prune, export):
        with_config(action)
    for action in (show, prune):
        _with_json(action)


def _cache(commands: Commands) -> None:
    parser = commands.add_parser("cache", help="show, prune or clear what was fetched of images")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    show = _command(actions, "show", "cache", "show where it is and how much there is")
    prune = _command(actions, "prune", "cache", "remove what was longest unused")
    prune.add_argument(
        "--to",
        type=given,
        metavar="SIZE",
        help="how much stays, as 500MiB (default: `evidence.cache_size`)",
    )
    clear = _command(actions, "clear", "cache", "remove all of it, and what scanners said")
    for action in (show, prune, clear):
        with_config(action)
        _with_json(action)


def _lifecycle(commands: Commands) -> None:
    parser = commands.add_parser("lifecycle", help="show until when releases are supported, or ask")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    show = _command(actions, "show", "lifecycle", "show until when releases are supported")
    show.add_argument("names", nargs="*", metavar="NAME", help="a product, or an image reference")
    learn = _command(actions, "refresh", "lifecycle", "ask endoflife.date when releases end")
    learn.add_argument(
        "--api",
        default="https://endoflife.date/api/v1",
        metavar="URL",
        help="(default: %(default)s)",
    )
    for action in (show, learn):
        with_config(action)
        _with_json(action)


def _init(commands: Commands) -> None:
    parser = _command(commands, "init", "setup", "write a first basewatch.yaml")
    _with_path(parser, "the repository's folder")


def _config(commands: Commands) -> None:
    parser = commands.add_parser("config", help="check a configuration, or print its JSON Schema")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    check = _command(actions, "check", "setup", "read the configurations that would be used")
    check.set_defaults(function="config_check")
    _with_path(check, "the repository's folder")
    with_config(check)
    _with_json(check)
    schema = _command(actions, "schema", "setup", "print the JSON Schema of a configuration")
    schema.set_defaults(function="config_schema")
    schema.add_argument(
        "--operator", action="store_true", help="of the operator's, not of the repository's"
    )


def _demo(commands: Commands) -> None:
    _command(commands, "demo", "demo", "show the whole main job on bundled data, on loopback only")


_COMMANDS = (
    _scan, _classify, _check, _fix, _diff, _run, _ledger, _lifecycle, _cache, _init, _config, _demo,
)  # fmt: skip


def _asked(name: str = "") -> tuple[Callable[[Commands], None], ...]:
    return tuple(add for add in _COMMANDS if add.__name__ == f"_{name}")
