"""Targets: what forges answer, and what people write into pull requests and comments."""

import datetime as dt
import io
import json

from requests import Response
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse

from bot.errors import ConfigError, PlatformError, RepoError
from bot.git.branches import complaint_about
from bot.git.commits import _commit, _moment
from bot.git.complaints import explained, is_unreached
from bot.git.origin import Credential, Origin
from bot.git.program import complaint_in
from bot.model import Comment, NewFile, Pull
from bot.platforms.github import GitHub, Token
from bot.platforms.github.patience import Manners, pause_after
from bot.platforms.github.refusals import Refusal
from bot.platforms.gitlab import GitLab
from bot.platforms.gitlab.writing import inert
from bot.pulls.commands import asked_in, is_ticked
from bot.pulls.differences import difference, text_difference
from bot.pulls.marker import Marker, marker_in, said_in, told_of, with_marker, without_marker
from bot.pulls.schedules import schedule
from bot.pulls.templates import complaint_about as complaint_about_template
from bot.pulls.templates import content_told, one_line
from bot.wording.dashboard.boxes import ticked
from bot.wording.dashboard.marks import is_same, was_closed_by_us
from bot.wording.markdown import code, comment, folded, link, plain, prose, quoted
from tests.fuzz.target import Target, given, parts, words

TODAY = dt.date(2026, 11, 22)
SHA = "0123456789" * 4
FILE = "100644"
PULL = Pull(7, "basewatch/node", "main", "t", "b", created=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))


class Answers(BaseAdapter):
    """
    Answers divided by NUL, the last again and again: a status, headers, and behind an empty line
    a body, as `tests.fuzz.answers.Host` has them.
    """

    def __init__(self, data):
        super().__init__()
        self._answers, self._asked = data.split(b"\0")[:6], 0

    def send(self, request, **_options):
        said = self._answers[min(self._asked, len(self._answers) - 1)]
        self._asked += 1
        assert self._asked < 2_000, "it is asked without end"
        top, _, body = said.partition(b"\n\n")
        status, *lines = top.split(b"\n")
        pairs = [line.decode("latin-1").partition(": ")[::2] for line in lines[:20]]
        response = Response()
        response.status_code = int(status) if status.isdigit() and len(status) == 3 else 200
        response.headers = CaseInsensitiveDict((k, v) for k, v in pairs if k and v.isprintable())
        response.raw = HTTPResponse(io.BytesIO(body), preload_content=False, status=200)
        response.request, response.url = request, request.url
        return response

    def close(self):
        pass


def of_github(question):
    def read(data):
        manners = Manners(patience=0, between_writes=0, sleep=lambda _: None)
        forge = GitHub(Token("t0ken"), me="bot", manners=manners)
        forge._link.line.session.mount("https://", Answers(data))
        return question(forge)

    return read


def of_gitlab(question):
    def read(data):
        forge = GitLab("t0ken", patience=0, pause=0)
        forge._api._client.session.mount("https://", Answers(data))
        return question(forge)

    return read


def pulls(forge):
    for pull in forge.pulls("a/b", ""):
        marker_in(pull.body)


def comments(forge):
    found = forge.comments("a/b", [PULL], None)
    asked_in(found, 0, "bot", TODAY)


def more_comments(forge):
    forge.comments("a/b", [PULL, Pull(8, "x", "main", "t", "b")], PULL.created)


def listed(forge):
    forge.named("a/b")
    list(forge.owned_by("a"))


QUESTIONS = {
    "pulls": pulls,
    "past": lambda forge: forge.past("a/b", "x"),
    "comments": comments,
    "more comments": more_comments,
    "projects": listed,
    "branches": lambda forge: forge.branches("a/b", "basewatch/"),
    "branch": lambda forge: forge.branch("a/b", "basewatch/x", SHA, "main"),
    "issues": lambda forge: list(forge.issues("a/b", closed=False)),
    "me": lambda forge: forge.me(),
}


def answer(*documents, headers=""):
    bodies = (each if isinstance(each, str) else json.dumps(each) for each in documents)
    return b"\0".join(f"200\n{headers}\n\n{body}".encode() for body in bodies)


WHEN = "2024-01-01T00:00:00Z"
GITHUB = {
    "pulls": [
        {
            "number": 7,
            "title": "t",
            "body": "b",
            "state": "open",
            "html_url": "https://github.com/a/b/pull/7",
            "user": {"login": "bot"},
            "head": {"ref": "x", "sha": SHA, "repo": {"id": 1}, "label": "a:x"},
            "base": {"ref": "main", "repo": {"id": 1, "owner": {"login": "a"}}, "label": "a:main"},
            "labels": [{"name": "l"}],
            "requested_teams": [{"slug": "t"}],
            "requested_reviewers": [{"login": "r"}],
            "created_at": WHEN,
            "closed_at": None,
            "merged_at": None,
            "auto_merge": None,
            "milestone": {"title": "m"},
        }
    ],
    "comments": [
        {
            "id": 9,
            "issue_url": "https://api.github.com/repos/a/b/issues/7",
            "user": {"login": "kim"},
            "body": "/basewatch rebase",
            "created_at": WHEN,
        }
    ],
    "projects": {
        "full_name": "a/b",
        "default_branch": "main",
        "archived": False,
        "permissions": {"push": True},
        "topics": ["x"],
    },
    "branches": [{"ref": "refs/heads/basewatch/x", "object": {"sha": SHA}}],
    "branch": {
        "sha": SHA,
        "parents": [{"sha": SHA}],
        "author": {"login": "bot"},
        "committer": {"login": "bot"},
        "commit": {
            "message": "t\n\nBasewatch: 00ff",
            "author": {"date": WHEN},
            "committer": {"date": WHEN},
        },
    },
    "issues": [{"number": 3, "title": "t", "body": "b", "state": "open", "user": {"login": "bot"}}],
    "me": {"login": "bot", "id": 1},
}
GITLAB = {
    "pulls": [
        {
            "iid": 7,
            "title": "Draft: t",
            "description": "b",
            "state": "opened",
            "source_branch": "x",
            "target_branch": "main",
            "source_project_id": 1,
            "target_project_id": 1,
            "sha": SHA,
            "author": {"username": "bot"},
            "labels": ["l"],
            "reviewers": [{"username": "r"}],
            "created_at": WHEN,
            "updated_at": WHEN,
            "user_notes_count": 1,
            "draft": True,
        }
    ],
    "comments": [
        {
            "id": 9,
            "author": {"id": 2, "username": "kim"},
            "body": "/basewatch hold until 2027-01-01",
            "system": False,
            "created_at": WHEN,
            "updated_at": WHEN,
        }
    ],
    "more comments": {
        "data": {
            "project": {
                "mergeRequests": {
                    "nodes": [
                        {
                            "iid": "7",
                            "notes": {
                                "nodes": [
                                    {
                                        "id": "gid://gitlab/Note/9",
                                        "body": "x",
                                        "createdAt": WHEN,
                                        "author": {"id": "gid://gitlab/User/2", "username": "k"},
                                    }
                                ],
                                "pageInfo": {"hasNextPage": False},
                            },
                        }
                    ]
                }
            }
        }
    },
    "projects": {
        "id": 1,
        "path_with_namespace": "a/b",
        "http_url_to_repo": "https://gitlab.com/a/b.git",
        "default_branch": "main",
        "permissions": {"project_access": {"access_level": 40}, "group_access": None},
        "visibility": "private",
        "topics": [],
    },
    "branches": [{"name": "basewatch/x", "commit": {"id": SHA, "parent_ids": [SHA]}}],
    "branch": {
        "name": "basewatch/x",
        "id": SHA,
        "parent_ids": [SHA],
        "message": "t\n\nBasewatch: 00ff",
        "author_name": "b",
        "author_email": "b@x",
        "committer_name": "b",
        "committer_email": "b@x",
        "committed_date": WHEN,
        "authored_date": WHEN,
    },
    "issues": [
        {"iid": 3, "title": "t", "description": "b", "state": "opened", "author": {"username": "b"}}
    ],
    "me": {"id": 1, "username": "bot", "email": "b@x", "commit_email": "b@x", "name": "b"},
}


def on_github(name):
    told = GITHUB.get(name) or GITHUB["pulls" if name == "past" else "comments"]
    whose = {"login": "a", "type": "Organization"}
    further = {"permission": "admin"}
    return given(
        *(answer(told), answer([told] * 2, []), answer(told, further), answer(told, whose, [told])),
        b"403\nretry-after: 1\n\n{}",
    )


def on_gitlab(name):
    told = GITLAB.get(name) or GITLAB["pulls"]
    me, role = GITLAB["me"], {"access_level": 40}
    return given(
        *(answer(told), answer(told, []), answer(told, me, role), answer(told, [told])),
        answer(me, told),
        b'404\n\n{"message": {"base": ["x"]}}',
    )


def marked(data):
    text = words(data)
    marker = marker_in(text)
    assert marker_in(with_marker(text, marker)) == marker_in(with_marker("", marker))
    assert isinstance(without_marker(text), str)
    told_of(text, SHA)
    said_in(text)


def spoken(data):
    told = [
        Comment(n, 7, "kim", words(part), may_write=True)
        for n, part in enumerate(data.split(b"\0")[:9])
    ]
    asked_in(told, 0, "me", TODAY)
    is_ticked(words(data))


def boxed(data):
    text = words(data)
    ticked(text)
    was_closed_by_us(text)
    is_same(text, text)


def refused(data):
    status, headers, body = parts(data, 3)
    pairs = dict(each.partition(": ")[::2] for each in headers.split(";")[:9])
    code = int(status) if status.isascii() and status.isdigit() and len(status) == 3 else 403
    refusal = Refusal(code, body, pairs)
    refusal.sentence("the token")
    pause_after(refusal, 1, 0.0)


def branch(data):
    name = words(data)
    complaint_about(name)


def committed(data):
    found = _commit(data)
    content_told(found.message)
    _moment(str(found.committed))


def complained(data):
    told = complaint_in(data)
    explained(told, with_token=True)
    is_unreached(told)


def address(data):
    dict(Origin(words(data), Credential.basic("a", "b"))._own())


def shown(data):
    text = words(data)
    assert "\n" not in one_line(text)
    for worded in (plain, prose, code, quoted, comment):
        assert isinstance(worded(text), str)
    link(text, f"https://x/{text}")
    folded(text, text)
    inert(text)
    complaint_about_template(text)


def compared(data):
    old, _, new = data.partition(b"\0")
    list(text_difference(words(old), words(new)))
    list(difference({"a": NewFile(new, FILE)}, {"a": old}))


NO = (PlatformError, RepoError)
FULL = Marker(
    "docker.io/library/node:20", "sha256:2f", "7c", "00", heard=9, hold=TODAY, ignore="image"
)
BODY = "Text.\n\n- [x] <!-- basewatch-box rebase --> Make this branch anew\n"
TARGETS = [
    *(Target(f"github:{n}", of_github(q), on_github(n), NO) for n, q in QUESTIONS.items()),
    *(Target(f"gitlab:{n}", of_gitlab(q), on_gitlab(n), NO) for n, q in QUESTIONS.items()),
    Target("marker", marked, given(with_marker(BODY, FULL), "<!-- basewatch said=a:b -->")),
    Target(
        "commands",
        spoken,
        given(
            "/basewatch rebase\n> x\n```\n/basewatch\n```\n/basewatch hold until 2027-01-01\n"
            + BODY
        ),
    ),
    Target(
        "boxes",
        boxed,
        given(
            "- [x] <!-- basewatch-box ask=basewatch/a%2Db --> a\n\n"
            "<!-- basewatch dashboard hash=0123456789ab closed -->\n"
        ),
    ),
    Target(
        "refusal of github",
        refused,
        given(
            '403\nx-github-sso: required; url=https://x;retry-after: 3\n{"message":"a","errors":[{}]}'
        ),
    ),
    Target("name of a branch", branch, given("basewatch/docker.io-library-node")),
    Target(
        "commit",
        committed,
        given(
            f"tree {SHA}\nparent {SHA}\nauthor A <a@b> 1700000000 +0000\n\nt\n\nBasewatch: 00ff\n"
        ),
    ),
    Target(
        "complaint of git", complained, given("hint: a\nfatal: unable to access 'https://x/': b\n")
    ),
    Target(
        "address of a repository",
        address,
        given("https://git.example/a/b.git"),
        (ConfigError, RepoError),
    ),
    Target("text", shown, given("# a @b #1 !2 <img> [x](y) `c`\n/close\n| d |\n\u202e {image}")),
    Target("difference", compared, given("a\nb\n\0a\nc\n")),
    Target(
        "schedule",
        lambda data: schedule(words(data)).opens(dt.datetime(2026, 11, 22, tzinfo=dt.UTC)),
        given("after 10pm and before 5am every weekday", "before 6:30am on monday and friday"),
        (ConfigError,),
    ),
]
