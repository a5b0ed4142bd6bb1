"""
How GitHub's runner reads what a step prints: which lines of it are commands.

After `ActionCommand.cs` and `ActionCommandManager.cs` of https://github.com/actions/runner: a line
that begins with `::` after blanks, and the older `##[` anywhere in a line.
"""

import re
from dataclasses import dataclass, field

KNOWN = {"error", "warning", "notice", "debug", "group", "endgroup", "add-mask", "set-output"}
KNOWN |= {"save-state", "set-env", "add-path", "add-matcher", "remove-matcher", "echo"}
KNOWN |= {"stop-commands"}
NEW = re.compile(r"\s*::([^ :]+)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)", re.DOTALL)
OLD = re.compile(r"##\[([^ \]]+)(?: ([^\]]*))?\](.*)", re.DOTALL)


@dataclass
class Runner:
    """Takes lines, and keeps the commands among them as (name, properties, text)."""

    commands: list = field(default_factory=list)
    stopped: str = ""

    def read(self, line):
        if self.stopped:
            if line.strip() == f"::{self.stopped}::":
                self.stopped = ""
            return
        match = NEW.fullmatch(line) or OLD.search(line)
        if match and match[1].lower() in KNOWN:
            if match[1].lower() == "stop-commands":
                self.stopped = match[3]
                return
            self.commands.append((match[1].lower(), _properties(match[2] or ""), _text(match[3])))

    def read_all(self, output):
        for line in re.split(r"\r\n|\r|\n", output):
            self.read(line)
        return self.commands


def _properties(text):
    pairs = (pair.partition("=") for pair in text.split(",") if pair)
    return {name: _text(value.replace("%3A", ":").replace("%2C", ",")) for name, _, value in pairs}


def _text(text):
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
