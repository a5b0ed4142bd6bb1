"""The main job from end to end, on a bundled repository and a registry on the loopback."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.demo.bundle import bundled
from bot.demo.images import Shelf, load
from bot.demo.registry import DemoRegistry
from bot.demo.setting import DAY, HOSTS, OPERATOR, REPOSITORY, committed, configure, working_in
from bot.errors import PlatformError
from bot.git import Git, branches

Write = Callable[[str], None]
Command = Callable[[Sequence[str]], int]

_OUT = "proposals"
_SHOWN = "20.18.1-alpine"  # the proposal whose body is printed names this in its title
_CONFIG = ("--config", OPERATOR)


def run(write: Write, command: Command) -> int:
    """
    Show the main job step by step, each by the very command that a user types.

    `write` takes a line; `command` runs `basewatch` with some arguments and prints what it prints.
    Gives 0; raises `RepoError` where git is missing, `PlatformError` where a run did not do what
    it is there to show.
    """
    data = bundled()
    shelves = load(data / "registry.yaml")
    with TemporaryDirectory(prefix="basewatch-demo-") as name, DemoRegistry(shelves) as registry:
        folder = Path(name).resolve()
        git = committed(data / "repository", folder)
        configure(folder, registry.url)
        with working_in(folder):
            _Show(write, command, git).play(registry, shelves)
    return 0


class _Show:
    """The steps of the demo, and what to say at each."""

    def __init__(self, write: Write, command: Command, git: Git) -> None:
        self._write = write
        self._command = command
        self._git = git
        self._number = 0

    def play(self, registry: DemoRegistry, shelves: Mapping[str, Shelf]) -> None:
        self._opening(registry)
        self._plan()
        first = self._proposals()
        self._body()
        self._rebuild(registry, shelves, first)
        self._write("")
        self._write(f"That was all. {len(registry.requests)} requests, every one to 127.0.0.1.")
        self._write("On a repository of yours: `basewatch init`, then `basewatch check`.")

    def _opening(self, registry: DemoRegistry) -> None:
        self._step("A repository and a registry")
        self._say(
            f"`{REPOSITORY}` is a small product of a few services, in a temporary folder.",
            f"A registry of invented images listens on {registry.host}. `{OPERATOR}` sends there",
            f"whatever is asked of {', '.join(HOSTS[:-1])} and {HOSTS[-1]}.",
            f"It is {DAY:%Y-%m-%d} here, as what is known of these images is of that time.",
        )

    def _plan(self) -> None:
        self._step("What do its builds pull?")
        self._type("scan", REPOSITORY, *_CONFIG)
        self._step("What would change, and what would not, and why?")
        code = self._type("check", REPOSITORY, *_CONFIG)
        self._say(
            f"Exit code {code}: an image that cannot be looked up is told, and never taken for",
            "current. Everything else goes on.",
        )

    def _proposals(self) -> dict[str, str]:
        self._step("A branch for each line of tags")
        tips = self._run()
        if not tips:
            raise PlatformError("the demo's first run proposed nothing")
        if self._git.run("status", "--porcelain"):
            raise PlatformError("the demo's first run touched the working tree")
        self._say("The working tree and the index are as they were: `git status` is clean.")
        return tips

    def _body(self) -> None:
        self._step("One of the proposals, as its reviewer reads it")
        for title in sorted(Path(_OUT).glob("*/title.txt")):
            heading = title.read_text(encoding="utf-8").strip()
            if _SHOWN in heading:
                self._say(f"{title.parent}/body.md", "")
                self._write(f"# {heading}")
                self._write("")
                self._write(title.with_name("body.md").read_text(encoding="utf-8").rstrip())

    def _rebuild(
        self, registry: DemoRegistry, shelves: Mapping[str, Shelf], first: dict[str, str]
    ) -> None:
        self._step("Meanwhile python:3.12-slim was rebuilt: same tag, another image")
        for repository, shelf in shelves.items():
            for tag, build in shelf.moves.items():
                registry.move(repository, tag, build)
        second = self._run()
        moved = [name for name in second if second[name] != first.get(name)]
        if len(moved) != 1 or second.keys() != first.keys():
            raise PlatformError(f"the demo's second run moved {len(moved)} branches, not one")
        self._say(
            f"{moved[0]} went from {first[moved[0]][:7]} to {second[moved[0]][:7]},",
            f"in place. The other {len(first) - 1} branches are where they were.",
        )
        self._summary(moved[0])
        self._step("Nothing has moved since")
        if self._run() != second:
            raise PlatformError("the demo's third run changed branches, and was to change none")

    def _summary(self, branch: str) -> None:
        """The first paragraph of a proposal, where there is one to read."""
        for body in Path(_OUT, branch.replace("/", "+")).glob("body.md"):
            self._say("Its proposal now begins:", "")
            self._write(body.read_text(encoding="utf-8").partition("\n\n")[0])

    def _run(self) -> dict[str, str]:
        """Run the bot; the tip of each of its branches."""
        self._type("run", REPOSITORY, *_CONFIG, "--out", _OUT)
        return {name: branch.tip for name, branch in branches(self._git, "basewatch/").items()}

    def _step(self, title: str) -> None:
        self._number += 1
        line = f"── {self._number}. {title} "
        self._write("")
        self._write(line.ljust(88, "─"))

    def _say(self, *lines: str) -> None:
        for line in lines:
            self._write(line)

    def _type(self, *arguments: str) -> int:
        """Run `basewatch` with some arguments; its exit code."""
        self._write(f"$ basewatch {' '.join(arguments)}")
        return self._command(arguments)
