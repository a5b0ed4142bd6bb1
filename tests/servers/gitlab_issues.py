"""Issues of the fake GitLab, as https://docs.gitlab.com/api/issues/ has them."""

from dataclasses import dataclass

from tests.servers.gitlab_http import Answer
from tests.servers.gitlab_routes import PAGING, QUICK, REPORTER, route

STATES = {"opened", "closed", "all"}
ORDERS = {"created_at", "updated_at"}


@dataclass
class Issue:
    iid: int
    project: object
    author: object
    title: str
    description: str
    created: object
    updated: object
    state: str = "opened"

    def shown(self):
        return {
            "id": 5000 * self.project.id + self.iid, "iid": self.iid,
            "project_id": self.project.id, "title": self.title, "state": self.state,
            "description": self.description, "author": self.author.shown(),
            "created_at": self.created.isoformat(), "updated_at": self.updated.isoformat(),
            "web_url": f"{self.project.server.url}/{self.project.slug}/-/issues/{self.iid}",
        }  # fmt: skip


def opened(project, author, title, description=""):
    now = project.server.now()
    issue = Issue(len(project.issues) + 1, project, author, title, description, now, now)
    project.issues[issue.iid] = issue
    return issue


@route("GET", "/projects/<id>/issues")
def issues(call, slug):
    asked = call.given({"author_username", "state", "scope", "order_by", "sort", *PAGING})
    if asked["state"] not in STATES or asked["order_by"] not in ORDERS or asked["scope"] != "all":
        raise Answer(400, {"error": "state, order_by or scope does not have a valid value"})
    project = call.project(slug)
    found = [
        issue
        for issue in (project.issues.values() if project.tracked else ())
        if asked["author_username"] == issue.author.username
        and asked["state"] in {"all", issue.state}
    ]
    by = asked["order_by"].removesuffix("_at")
    found.sort(key=lambda each: getattr(each, by), reverse=asked["sort"] == "desc")
    return call.paged(each.shown() for each in found)


@route("GET", "/projects/<id>/issues/<iid>")
def issue(call, slug, iid):
    call.given(())
    return Answer(200, issue_of(call.project(slug), iid).shown())


@route("POST", "/projects/<id>/issues")
def open_issue(call, slug):
    asked = call.given({"description"}, {"title"})
    project = call.project(slug)
    if not project.tracked or project.role(call.user) < REPORTER:
        raise Answer(403, {"message": "403 Forbidden"})
    made = opened(project, call.user, asked["title"], asked.get("description", ""))
    obeyed(made)
    return Answer(201, made.shown())


@route("PUT", "/projects/<id>/issues/<iid>")
def edit_issue(call, slug, iid):
    asked = call.given({"title", "description", "state_event"})
    if not asked or asked.get("state_event", "close") not in {"close", "reopen"}:
        raise Answer(400, {"error": "state_event does not have a valid value"})
    found = issue_of(call.project(slug, REPORTER), iid)
    if event := asked.get("state_event"):
        found.state = "closed" if event == "close" else "opened"
    found.title = asked.get("title", found.title)
    found.description = asked.get("description", found.description)
    found.updated = call.server.now()
    obeyed(found)
    return Answer(200, found.shown())


def issue_of(project, iid):
    if not project.tracked or int(iid) not in project.issues:
        raise Answer(404, {"message": "404 Not found"})
    return project.issues[int(iid)]


def obeyed(issue):
    """Quick actions: https://docs.gitlab.com/user/project/quick_actions/."""
    if "close" in QUICK.findall(issue.description):
        issue.state = "closed"
