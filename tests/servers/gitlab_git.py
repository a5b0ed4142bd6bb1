"""A bare git repository as a forge keeps it: real git, driven as GitLab's own service drives it."""

import datetime as dt
import os
import shutil
import subprocess
from pathlib import Path

FIELDS = "%H%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B%x00%x01"
NAMES = [
    "id",
    "parents",
    "author_name",
    "author_email",
    "authored_date",
    "committer_name",
    "committer_email",
    "committed_date",
    "message",
]


CONFIG = """\
[core]
	repositoryformatversion = 0
	bare = true
[http]
	receivepack = false
[uploadpack]
	allowFilter = true
	allowAnySHA1InWant = true
"""


class RefusedError(Exception):
    """What GitLab's service says of a commit that it does not make."""


class Bare:
    """A repository in a folder; dates are given, so that nothing hangs on the clock."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self._ends, self._told, self._modes = {}, {}, {}
        # What `git init --bare` makes, without the time that it takes.
        for name in ("objects", "refs/heads"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "HEAD").write_text("ref: refs/heads/main\n")
        (self.folder / "config").write_text(CONFIG)

    def like(self, other):
        """What another one has, at the cost of copying files."""
        for name in ("objects", "refs"):
            shutil.copytree(other.folder / name, self.folder / name, dirs_exist_ok=True)
        self._ends = other.branches()

    def git(self, *words, given=None, at=None, ok=True):
        environment = {
            "PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1",
        }  # fmt: skip
        done = subprocess.run(
            ["git", *words], cwd=at or self.folder, env=environment, input=given,
            capture_output=True,
        )  # fmt: skip
        if ok and done.returncode:
            raise AssertionError(done.stderr.decode())
        return done.stdout

    def branches(self):
        """The commit at the end of each branch; nobody but this object moves one."""
        return dict(self._ends)

    def commits(self, ids):
        """What there is to tell of commits, by their ids."""
        if new := [each for each in ids if each not in self._told]:
            self._told.update(self._read_commits(new))
        return {each: self._told[each] for each in ids}

    def _read_commits(self, ids):
        told = self.git("log", "--no-walk=unsorted", f"--format={FIELDS}", *ids).decode()
        rows = [row.lstrip("\n").split("\0")[:-1] for row in told.split("\1")[:-1]]
        found = [dict(zip(NAMES, row, strict=True)) for row in rows]
        return {each["id"]: each | {"parents": each["parents"].split()} for each in found}

    def is_commit(self, name):
        return name in self._told or self.git("cat-file", "-t", name, ok=False).strip() == b"commit"

    def files(self, revision):
        """Mode and bytes of each file."""
        return {path: (mode, self.git("cat-file", "blob", f"{revision}:{path}"))
                for path, mode in self.modes(revision).items()}  # fmt: skip

    def modes(self, revision):
        if revision not in self._modes or len(revision) < 40:
            self._modes[revision] = self._read_modes(revision)
        return self._modes[revision]

    def _read_modes(self, revision):
        told = self.git("ls-tree", "-r", "-z", revision).decode()
        rows = [row.split("\t") for row in told.split("\0") if row]
        return {path: about.split()[0] for about, path in rows}

    def put(self, branch, changes, message, people, when, start=None):
        """
        A commit upon `start` (else upon the branch): `changes` are mode and bytes by path.

        `people`: author and committer, each `(name, email)`; `when`: both dates, or one for each.
        """
        author, committer = people
        authored, committed = when if isinstance(when, tuple) else (when, when)
        parent = start or self.branches().get(branch)
        lines = [
            f"commit refs/heads/{branch}\nmark :1\n".encode(),
            f"author {signature(author, authored)}\n".encode(),
            f"committer {signature(committer, committed)}\n".encode(),
            data(message.encode()),
            f"from {parent}\n".encode() if parent else b"",
        ]
        for path, (mode, content) in changes.items():
            lines += [f"M {mode} inline {path}\n".encode(), data(content)]
        lines += [b"get-mark :1\n"]
        made = self.git("fast-import", "--quiet", "--force", given=b"".join(lines))
        self._ends = {**self.branches(), branch: made.decode().strip()}
        return self._ends[branch]

    def delete(self, branch):
        self.git("update-ref", "-d", f"refs/heads/{branch}")
        self._ends = {name: tip for name, tip in self.branches().items() if name != branch}


def signature(person, when):
    name, email = person
    return f"{name} <{email}> {int(when.timestamp())} +0000"


def data(content):
    return f"data {len(content)}\n".encode() + content + b"\n"


def changes_of(actions, modes, content_of):
    """
    What the actions of a commit come to, given what is there.

    Refuses as Gitaly does: https://gitlab.com/gitlab-org/gitaly (UserCommitFiles).
    """
    found = {}
    for action in actions:
        path, kind = action["file_path"], action["action"]
        there = found.get(path, (modes[path],) if path in modes else None)
        if kind == "create" and there:
            raise RefusedError("A file with this name already exists")
        if kind in {"update", "chmod"} and not there:
            raise RefusedError("A file with this name doesn't exist")
        if kind == "chmod":
            content = there[1] if len(there) > 1 else content_of(path)
            found[path] = ("100755" if action["execute_filemode"] else "100644", content)
        else:
            found[path] = (there[0] if there else "100644", action["bytes"])
    return found


def backend(folder, request, user):
    """Have `git http-backend` answer; gives status, headers and body."""
    environment = {
        "PATH": os.environ["PATH"],
        "GIT_PROJECT_ROOT": str(folder.parent),
        "GIT_HTTP_EXPORT_ALL": "1",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": "*",
        "PATH_INFO": f"/{folder.name}/{request.inside}",
        "REQUEST_METHOD": request.method,
        "QUERY_STRING": request.raw_query,
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
        "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
        "REMOTE_USER": user,
    }
    done = subprocess.run(["git", "http-backend"], env=environment, input=request.body,
                          capture_output=True, check=True)  # fmt: skip
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
    return int(headers.pop("Status", "200").split()[0]), headers, body


def at(seconds):
    """A moment of the fake's own clock."""
    return dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)
