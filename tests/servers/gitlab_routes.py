"""What the fake GitLab does about each request, and what it refuses, as docs.gitlab.com says."""

import base64
import re
from urllib.parse import unquote

from tests.servers.gitlab_git import RefusedError, changes_of
from tests.servers.gitlab_http import Answer

API = "/api/v4"
PAGING = {"page", "per_page"}
QUICK = re.compile(r"^[ \t]*/(close|merge|label)\b", re.MULTILINE)
REPORTER, DEVELOPER, MAINTAINER = 20, 30, 40
ROUTES = []
FOR_JOBS = {"job", "merge_requests", "merge_request", "branches", "commit"}


class Call:
    """A request with who makes it."""

    def __init__(self, server, request):
        self.server, self.request = server, request
        headers = {name.lower(): value for name, value in request.headers.items()}
        given = headers.get("private-token") or headers.get("job-token")
        self.token = server.tokens.get(given)
        as_job = "job-token" in headers
        if given and (self.token is None or self.token.job != as_job):
            raise Answer(401, {"message": "401 Unauthorized"})
        if self.token and request.writes and "api" not in self.token.scopes:
            raise Answer(403, {"error": "insufficient_scope", "scope": "api"})

    @property
    def user(self):
        if self.token is None:
            raise Answer(401, {"message": "401 Unauthorized"})
        return self.token.user

    def given(self, names, required=()):
        """The parameters, of which it knows no others."""
        found = self.request.json if self.request.writes else self.request.query
        if unknown := set(found) - set(names) - set(required):
            raise Answer(400, {"error": f"unknown parameters: {', '.join(sorted(unknown))}"})
        if missing := set(required) - set(found):
            raise Answer(400, {"error": f"{', '.join(sorted(missing))} is missing"})
        return found

    def project(self, slug, role=0):
        project = self.server.projects.get(slug)
        mine = project.role(self.token.user) if project and self.token else 0
        if project is None or (project.private and mine < REPORTER):
            raise Answer(404, {"message": "404 Project Not Found"})
        if mine < role or (role and project.archived):
            raise Answer(403, {"message": "403 Forbidden"})
        return project

    def paged(self, items):
        items = list(items)
        page, size = (int(self.request.query.get(n, d)) for n, d in (("page", 1), ("per_page", 20)))
        size = min(size, 100)
        more = len(items) > page * size
        headers = {"X-Page": page, "X-Per-Page": size, "X-Next-Page": page + 1 if more else ""}
        return Answer(200, items[(page - 1) * size : page * size], headers)


def answer_of(server, request):
    call = Call(server, request)
    for method, pattern, act in ROUTES:
        found = re.fullmatch(pattern, request.path.removeprefix(API))
        if found and request.method in method:
            if call.token and call.token.job and act.__name__ not in FOR_JOBS:
                raise Answer(401, {"message": "401 Unauthorized"})
            return act(call, *map(unquote, found.groups()))
    raise Answer(404, {"error": "404 Not Found"})


def route(method, path):
    pattern = re.sub(r"<\w+>", "([^/]+)", path)

    def taken(act):
        ROUTES.append((method.split("|"), pattern, act))
        return act

    return taken


# ---------------------------------------------------------------- people and projects


@route("GET", "/user")
def user(call):
    call.given(())
    return Answer(
        200, call.user.shown() | {"email": call.user.email, "commit_email": call.user.email}
    )


@route("GET", "/job")
def job(call):
    return Answer(200, {"id": 7, "user": call.user.shown()})


@route("GET", "/users")
def users(call):
    wanted = call.given({"username", *PAGING})["username"].lower()
    return call.paged(u.shown() for u in call.server.users.values() if u.username.lower() == wanted)


def shown(call, project):
    level = call.token and project.members.get(call.user.username)
    return {
        "id": project.id, "path_with_namespace": project.slug, "archived": project.archived,
        "default_branch": "main", "empty_repo": not project.tip(),
        "visibility": "private" if project.private else "public", "topics": list(project.topics),
        "http_url_to_repo": f"{call.server.url}/{project.slug}.git",
        "merge_requests_access_level": "enabled" if project.proposals else "disabled",
        "issues_access_level": "enabled" if project.tracked else "disabled",
        "permissions": {"project_access": {"access_level": level} if level else None, "group_access": None},
        **({"forked_from_project": {"id": 1}} if project.forked else {}),
    }  # fmt: skip


def listing(call, projects, least):
    mine = call.token and call.user
    seen = [p for p in projects if not p.private or (mine and p.role(mine) >= REPORTER)]
    return call.paged(shown(call, p) for p in seen if not least or p.role(mine) >= int(least))


@route("GET", "/projects")
def projects(call):
    asked = call.given({"membership", "min_access_level", "order_by", "sort", *PAGING})
    found = [
        p for p in call.server.projects.values() if p.role(call.user) or "membership" not in asked
    ]
    return listing(call, found, asked.get("min_access_level"))


@route("GET", "/groups/<id>/projects")
def of_group(call, group):
    asked = call.given(
        {"include_subgroups", "with_shared", "min_access_level", "order_by", "sort", *PAGING}
    )
    found = [p for slug, p in call.server.projects.items() if slug.startswith(f"{group}/")]
    if not found or group in call.server.users:
        raise Answer(404, {"message": "404 Group Not Found"})
    if asked.get("include_subgroups") != "true":
        found = [p for p in found if p.slug.count("/") == 1]
    return listing(call, found, asked.get("min_access_level"))


@route("GET", "/users/<id>/projects")
def of_user(call, name):
    asked = call.given({"min_access_level", "order_by", "sort", *PAGING})
    if name not in call.server.users:
        raise Answer(404, {"message": "404 User Not Found"})
    found = [p for slug, p in call.server.projects.items() if slug.startswith(f"{name}/")]
    return listing(call, found, asked.get("min_access_level"))


@route("GET", "/projects/<id>")
def project(call, slug):
    call.given(())
    return Answer(200, shown(call, call.project(slug)))


@route("GET", "/projects/<id>/members/all/<user>")
def member(call, slug, id_):
    found = call.project(slug)
    level = max((found.role(u) for u in call.server.users.values() if u.id == int(id_)), default=0)
    if not level:
        raise Answer(404, {"message": "404 Not found"})
    return Answer(200, {"id": int(id_), "access_level": level, "state": "active"})


@route("GET", "/projects/<id>/milestones")
def milestones(call, slug):
    title = call.given({"state", "include_ancestors", *PAGING}, {"title"})["title"]
    found = call.project(slug).milestones
    return call.paged({"id": id_, "title": name} for name, id_ in found.items() if name == title)


# ---------------------------------------------------------------- branches and commits


def told(commit):
    kept = {name: value for name, value in commit.items() if name != "parents"}
    return kept | {"parent_ids": commit["parents"], "title": commit["message"].partition("\n")[0]}


@route("GET", "/projects/<id>/repository/branches")
def branches(call, slug):
    search = call.given({"search", *PAGING}).get("search", "")
    found = call.project(slug)
    ends = {
        name: tip for name, tip in sorted(found.git.branches().items()) if matches(name, search)
    }
    commits = found.git.commits(list(ends.values()))
    return call.paged({"name": name, "commit": told(commits[tip])} for name, tip in ends.items())


def matches(name, search):
    return name.startswith(search[1:]) if search.startswith("^") else search in name


@route("GET", "/projects/<id>/repository/branches/<name>")
def branch(call, slug, name):
    found = call.project(slug)
    tip = found.tip(name)
    if not tip:
        raise Answer(404, {"message": "404 Branch Not Found"})
    return Answer(200, {"name": name, "commit": told(found.git.commits([tip])[tip])})


@route("DELETE", "/projects/<id>/repository/branches/<name>")
def delete_branch(call, slug, name):
    found = call.project(slug, DEVELOPER)
    if not found.tip(name):
        raise Answer(404, {"message": "404 Branch Not Found"})
    if name in found.protected:
        raise Answer(403, {"message": "403 Forbidden - Branch is protected"})
    remember(found, name)
    found.git.delete(name)
    return Answer(204)


def remember(project, branch):
    for request in project.requests.values():
        if request.source == branch and request.state == "opened":
            request.sha = project.tip(branch)


@route("GET", "/projects/<id>/repository/commits/<sha>")
def commit(call, slug, sha):
    call.given({"stats"})
    found = call.project(slug)
    if not found.git.is_commit(sha):
        raise Answer(404, {"message": "404 Commit Not Found"})
    return Answer(200, told(found.git.commits([sha])[sha]))


@route("HEAD", "/projects/<id>/repository/files/<path>")
def file(call, slug, path):
    ref = call.given((), {"ref"})["ref"]
    return Answer(200 if path in call.project(slug).git.modes(ref) else 404)


@route("POST", "/projects/<id>/repository/commits")
def make_commit(call, slug):
    names = {"branch", "commit_message", "actions"}
    asked = call.given({"start_sha", "force", "stats"}, names)
    found = call.project(slug, DEVELOPER)
    branch, start = asked["branch"], asked.get("start_sha")
    if branch in found.protected and found.role(call.user) < MAINTAINER:
        raise Answer(403, {"message": "You are not allowed to push into this branch"})
    if start and found.tip(branch) and not asked.get("force"):
        said = "already exists. Switch to that branch in order to make changes"
        raise Answer(400, {"message": f"A branch called '{branch}' {said}"})
    if start and not (re.fullmatch("[0-9a-f]{40}", start) and found.git.is_commit(start)):
        raise Answer(400, {"message": f"Cannot find start_sha '{start}'"})
    if not start and not found.tip(branch):
        raise Answer(400, {"message": "You can only create or edit files when you are on a branch"})
    tip = made(call, found, asked, start or found.tip(branch))
    return Answer(201, told(found.git.commits([tip])[tip]))


def made(call, project, asked, parent):
    try:
        actions = [known_action(action) for action in asked["actions"]]
        content = lambda path: project.git.files(parent)[path][1]  # noqa: E731 -- reads as it is
        changes = changes_of(actions, project.git.modes(parent), content)
    except RefusedError as error:
        raise Answer(400, {"message": str(error)}) from None
    author = (call.user.name, call.user.email)
    people = (author, ("GitLab", "noreply@gitlab.example.org") if call.server.signs else author)
    message, now = asked["commit_message"], call.server.now()
    return project.git.put(asked["branch"], changes, message, people, now, start=parent)


def known_action(action):
    allowed = {"action", "file_path", "content", "encoding", "execute_filemode"}
    if set(action) - allowed or action["action"] not in {"create", "update", "chmod"}:
        raise Answer(400, {"error": "actions does not have a valid value"})
    content = action.get("content", "")
    plain = base64.b64decode(content) if action.get("encoding") == "base64" else content.encode()
    return action | {"bytes": plain}


# ---------------------------------------------------------------- merge requests


@route("GET", "/projects/<id>/merge_requests")
def merge_requests(call, slug):
    asked = call.given({"state", "order_by", "sort", "source_branch", *PAGING})
    if asked.get("state") not in {"opened", "closed", "locked", "merged", "all"}:
        raise Answer(400, {"error": "state does not have a valid value"})
    by = asked.get("order_by", "created_at").removesuffix("_at")
    found = [
        request for request in call.project(slug).requests.values()
        if asked["state"] in {"all", request.state}
        and asked.get("source_branch") in {None, request.source}
    ]  # fmt: skip
    found.sort(key=lambda each: getattr(each, by), reverse=asked.get("sort", "desc") == "desc")
    return call.paged(each.shown() for each in found)


def request_of(call, slug, iid, role=0):
    project = call.project(slug, role)
    if int(iid) not in project.requests:
        raise Answer(404, {"message": "404 Not found"})
    return project.requests[int(iid)]


@route("GET", "/projects/<id>/merge_requests/<iid>")
def merge_request(call, slug, iid):
    call.given(())
    return Answer(200, request_of(call, slug, iid).shown())


WORN = {"labels", "assignee_ids", "reviewer_ids", "milestone_id"}


@route("POST", "/projects/<id>/merge_requests")
def open_request(call, slug):
    from tests.servers.gitlab import MergeRequest

    names = {"source_branch", "target_branch", "title"}
    asked = call.given({"description", "remove_source_branch", *WORN}, names)
    project, source = call.project(slug, DEVELOPER), asked["source_branch"]
    if not project.tip(source):
        raise Answer(400, {"message": {"source_branch": ["does not exist"]}})
    refuse_second(project, source, asked["target_branch"])
    now = call.server.now()
    request = MergeRequest(
        len(project.requests) + 1, project, call.user, asked["title"], source,
        asked["target_branch"], asked.get("description", ""), created=now, updated=now,
        remove_source=asked.get("remove_source_branch", False),
    )  # fmt: skip
    project.requests[request.iid] = request
    wear(call, request, asked)
    obeyed(call, request, request.description)
    return Answer(201, request.shown())


def refuse_second(project, source, target):
    for each in project.requests.values():
        if (each.source, each.target, each.state) == (source, target, "opened"):
            said = "Another open merge request already exists for this source branch"
            raise Answer(409, {"message": [f"{said}: !{each.iid}"]})


def wear(call, request, asked):
    by_id = {user.id: user for user in call.server.users.values()}
    if "labels" in asked:
        request.labels = sorted(set(asked["labels"]))
    request.labels = sorted({*request.labels, *asked.get("add_labels", [])})
    request.labels = [each for each in request.labels if each not in asked.get("remove_labels", [])]
    for name in ("assignee", "reviewer"):
        if f"{name}_ids" in asked:
            known = [by_id[id_] for id_ in asked[f"{name}_ids"] if id_ in by_id]
            setattr(request, f"{name}s", known[:1] if call.server.single else known)
    if "milestone_id" in asked:
        titles = {id_: title for title, id_ in request.project.milestones.items()}
        request.milestone = titles[asked["milestone_id"]]


def obeyed(call, request, text):
    """Quick actions: https://docs.gitlab.com/user/project/quick_actions/."""
    for action in QUICK.findall(text):
        if action == "label":
            request.labels.append("by-quick-action")
        else:
            request.end(call.server, {"close": "closed", "merge": "merged"}[action], call.user)


@route("PUT", "/projects/<id>/merge_requests/<iid>")
def edit_request(call, slug, iid):
    asked = call.given(
        {"title", "description", "state_event", "add_labels", "remove_labels", *WORN}
    )
    request = request_of(call, slug, iid, DEVELOPER)
    if not asked or asked.get("state_event", "close") not in {"close", "reopen"}:
        raise Answer(400, {"error": "state_event does not have a valid value"})
    if asked.get("state_event") == "reopen" and request.state == "closed":
        refuse_second(request.project, request.source, request.target)
        if request.project.tip(request.source):
            request.state = "opened"
    elif asked.get("state_event") == "close" and request.state == "opened":
        request.end(call.server, "closed", call.user)
    request.title = asked.get("title", request.title)
    request.description = asked.get("description", request.description)
    request.updated = call.server.now()
    wear(call, request, asked)
    obeyed(call, request, asked.get("description", ""))
    return Answer(200, request.shown())


@route("PUT", "/projects/<id>/merge_requests/<iid>/merge")
def merge(call, slug, iid):
    asked = call.given({"auto_merge", "merge_when_pipeline_succeeds", "sha"})
    request = request_of(call, slug, iid, DEVELOPER)
    project, tip = request.project, request.project.tip(request.source)
    if request.target in project.protected and project.role(call.user) < MAINTAINER:
        raise Answer(401, {"message": "401 Unauthorized"})
    project.refusals -= 1
    auto = asked.get("auto_merge") and asked.get("merge_when_pipeline_succeeds")
    if request.state != "opened" or project.refusals >= 0 or (auto and not project.pipeline):
        raise Answer(405, {"message": "405 Method Not Allowed"})
    if asked.get("sha") != tip:
        raise Answer(409, {"message": f"SHA does not match HEAD of source branch: {tip}"})
    if auto and project.pipeline == "running":
        request.auto = True
    else:
        request.end(call.server, "merged", call.user)
    request.updated = call.server.now()
    return Answer(200, request.shown())


@route("POST", "/projects/<id>/merge_requests/<iid>/cancel_merge_when_pipeline_succeeds")
def cancel(call, slug, iid):
    request = request_of(call, slug, iid, DEVELOPER)
    if not request.auto:
        raise Answer(406, {"message": "Can't cancel the automatic merge"})
    request.auto = False
    return Answer(201, {"status": "success"})


@route("GET", "/projects/<id>/merge_requests/<iid>/notes")
def notes(call, slug, iid):
    asked = call.given({"order_by", "sort", "activity_filter", *PAGING})
    found = sorted(
        request_of(call, slug, iid).notes, key=lambda note: note[asked["order_by"]],
        reverse=asked["sort"] == "desc",
    )  # fmt: skip
    only = asked.get("activity_filter") == "only_comments"
    return call.paged(note for note in found if not (only and note["system"]))


@route("POST", "/projects/<id>/merge_requests/<iid>/notes")
def add_note(call, slug, iid):
    body = call.given((), {"body"})["body"]
    request = request_of(call, slug, iid)
    obeyed(call, request, body)
    return Answer(201, request.say(call.server, call.user, body))
