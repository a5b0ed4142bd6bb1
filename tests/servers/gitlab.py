"""
A GitLab that is none: the REST API (v4) of projects, branches, commits, merge requests, issues over
real bare repositories, and of GraphQL the notes, as https://docs.gitlab.com/api/ describes them. No
real GitLab was at hand to compare it with.

    with gitlab.serve(folder) as server:
        bot = server.user("basewatch")              # name and email follow from it
        token = server.token(bot)                   # scopes=("api",); job=True for a CI job's
        app = server.project("team/app", {"Dockerfile": b"FROM node\\n"}, members={"basewatch": 30})
        server.url                                  # what the adapter is given; also clones by git
        app.git, app.requests, app.push(...)        # the bare repository, merge requests by number
        server.fail(status=502, method="POST")      # a Fault for the next request that fits
        server.writes(), server.reads()             # what it was asked since the last `forget()`

It is stricter than GitLab: a parameter that it does not know is refused with 400.
"""

import itertools
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.canaries import canary
from tests.servers import gitlab_graphql, gitlab_issues
from tests.servers.gitlab_git import Bare, at
from tests.servers.gitlab_http import Answer, Fault, password, serving
from tests.servers.gitlab_routes import answer_of

DEVELOPER, MAINTAINER = 30, 40
FIRSTS = {}


@dataclass
class User:
    id: int
    username: str
    name: str
    email: str
    state: str = "active"

    def shown(self):
        return {"id": self.id, "username": self.username, "name": self.name, "state": self.state}


@dataclass
class Token:
    user: User
    scopes: tuple
    job: bool


@dataclass
class Project:
    """
    `invited` are members by a group that was invited: GitLab tells of no role of theirs. `tracked`:
    whether it has issues.
    """

    id: int
    slug: str
    git: Bare
    server: "GitLab"
    members: dict
    private: bool = True
    archived: bool = False
    topics: tuple = ()
    forked: bool = False
    proposals: bool = True
    pipeline: str = ""
    refusals: int = 0
    invited: dict = field(default_factory=dict)
    protected: set = field(default_factory=lambda: {"main"})
    requests: dict = field(default_factory=dict)
    milestones: dict = field(default_factory=dict)
    issues: dict = field(default_factory=dict)
    tracked: bool = True

    def role(self, user):
        return max(self.members.get(user.username, 0), self.invited.get(user.username, 0))

    def push(self, branch, files, author="kim", message="By hand\n", **more):
        """A commit that somebody makes on their own machine."""
        user = self.server.users[author]
        person = (user.name, user.email)
        changes = {path: content if isinstance(content, tuple) else ("100644", content)
                   for path, content in files.items()}  # fmt: skip
        when = more.pop("when", None) or self.server.now()
        return self.git.put(branch, changes, message, (person, person), when, **more)

    def tip(self, branch="main"):
        return self.git.branches().get(branch)

    def track(self, title, body="", author="kim"):
        """An issue."""
        return gitlab_issues.opened(self, self.server.users[author], title, body)

    def say(self, number, text, author="kim", *, system=False):
        """A note below a merge request."""
        return self.requests[number].say(
            self.server, self.server.users[author], text, system=system
        )


@dataclass
class MergeRequest:
    iid: int
    project: Project
    author: User
    title: str
    source: str
    target: str
    description: str
    state: str = "opened"
    sha: str = ""
    labels: list = field(default_factory=list)
    assignees: list = field(default_factory=list)
    reviewers: list = field(default_factory=list)
    milestone: str = ""
    auto: bool = False
    remove_source: bool = False
    source_project: int = 0
    notes: list = field(default_factory=list)
    created: object = None
    updated: object = None
    ended: object = None
    ended_by: User | None = None

    def say(self, server, author, body, *, system=False):
        self.updated = server.now()
        note = {
            "id": server.number(), "body": body, "author": author.shown(), "system": system,
            "created_at": self.updated.isoformat(), "updated_at": self.updated.isoformat(),
        }  # fmt: skip
        self.notes.append(note)
        return note

    def end(self, server, state, user):
        self.sha = self.project.tip(self.source) or self.sha
        self.state, self.auto = state, False
        self.ended, self.ended_by = server.now(), user

    def shown(self):
        ended = self.ended and self.ended.isoformat()
        by = self.ended_by and self.ended_by.shown()
        open_ = self.state == "opened"
        return {
            "id": 1000 * self.project.id + self.iid, "iid": self.iid, "project_id": self.project.id,
            "title": self.title, "description": self.description, "state": self.state,
            "draft": self.title.startswith("Draft: "),
            "source_branch": self.source, "target_branch": self.target,
            "source_project_id": self.source_project or self.project.id,
            "target_project_id": self.project.id,
            "sha": (self.project.tip(self.source) if open_ else None) or self.sha,
            "labels": list(self.labels), "author": self.author.shown(),
            "assignees": [user.shown() for user in self.assignees],
            "reviewers": [user.shown() for user in self.reviewers],
            "milestone": {"id": 1, "title": self.milestone} if self.milestone else None,
            "merge_when_pipeline_succeeds": self.auto,
            "user_notes_count": sum(not note["system"] for note in self.notes),
            "web_url": f"{self.project.server.url}/{self.project.slug}/-/merge_requests/{self.iid}",
            "created_at": self.created.isoformat(), "updated_at": self.updated.isoformat(),
            "closed_at": ended if self.state == "closed" else None,
            "closed_by": by if self.state == "closed" else None,
            "merged_at": ended if self.state == "merged" else None,
            "merge_user": by if self.state == "merged" else None,
        }  # fmt: skip


class GitLab:
    """All that there is, and what was asked of it."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.users, self.tokens, self.projects = {}, {}, {}
        self.signs = False  # whether it commits in its own name what is made through its API
        self.single = False  # whether it takes one assignee and one reviewer only, as the free one
        self._numbers = itertools.count(1)
        self._seconds = itertools.count(1)
        self._forgotten = 0
        self.http = None

    # ------------------------------------------------------------ what a test puts there

    def user(self, username, name="", email="", state="active"):
        user = User(self.number(), username, name or username.title(),
                    email or f"{username}@example.org", state)  # fmt: skip
        self.users[username] = user
        return user

    def token(self, user, scopes=("api",), *, job=False):
        token = canary(f"gitlab-token-{self.number()}", "glpat-")
        self.tokens[token] = Token(user, tuple(scopes), job)
        return token

    def project(self, slug, files=None, members=None, **more):
        """A project with a commit on `main`; without `files`, none."""
        number = self.number()
        bare = Bare(self.folder / f"{number}.git")
        project = Project(number, slug, bare, self, dict(members or {}), **more)
        self.projects[slug] = project
        if files:
            self._first(project, files)
        return project

    def _first(self, project, files):
        """The commit that most have on `main` is made once for them all."""
        author = next(iter(self.users.values()))
        key = repr((files, author.name, author.email))
        if key in FIRSTS and FIRSTS[key].folder.exists():
            project.git.like(FIRSTS[key])
            return
        project.push("main", files, author.username, "First\n")
        FIRSTS[key] = Bare(self.folder / f"{self.number()}.git")
        FIRSTS[key].like(project.git)

    def fail(self, **fault):
        self.http.faults.append(Fault(**fault))

    # ------------------------------------------------------------ what it was asked

    @property
    def url(self):
        return f"{self.http.scheme}://127.0.0.1:{self.http.server_port}"

    @property
    def heard(self):
        return self.http.heard[self._forgotten :]

    def forget(self):
        self._forgotten = len(self.http.heard)

    def writes(self):
        return [str(request) for request in self.heard if request.writes]

    def reads(self):
        return [str(request) for request in self.heard if not request.writes]

    # ------------------------------------------------------------ inside

    def number(self):
        return next(self._numbers)

    def now(self):
        return at(next(self._seconds))

    def answering(self, request):
        if request.path.startswith("/api/v4/"):
            return answer_of(self, request)
        if request.path == gitlab_graphql.PATH:
            return gitlab_graphql.answer_of(self, request)
        return self.git_answer(request)

    def git_answer(self, request):
        from tests.servers.gitlab_git import backend

        slug, _, request.inside = request.path.strip("/").partition(".git/")
        project, token = self.projects.get(slug), self.tokens.get(password(request.headers))
        if project is None or (project.private and not (token and project.role(token.user) >= 20)):
            raise Answer(401, b"denied", {"WWW-Authenticate": 'Basic realm="GitLab"'})
        status, headers, body = backend(project.git.folder, request, "git")
        return Answer(status, body, headers)


@contextmanager
def serve(folder, certificate=None):
    """`certificate`: a file of it and its key in PEM, by which it is served over TLS."""
    server = GitLab(folder)
    with serving(server.answering, certificate) as server.http:
        yield server
