"""
The part of the fake GitLab's GraphQL API that tells the notes below merge requests.

https://docs.gitlab.com/api/graphql/ and its reference have what is here; no more of it is there, so
that another field is refused as GitLab refuses one that it does not know.
"""

from graphql import build_schema, graphql_sync

from tests.servers.gitlab_http import Answer

PATH = "/api/graphql"
LONGEST, MOST = 10_000, 100
REPORTER = 20

SCHEMA = build_schema("""
    scalar Time
    scalar UserID
    scalar NoteID
    type Query { project(fullPath: ID!): Project }
    type Project {
        mergeRequests(iids: [String!], first: Int, after: String): MergeRequestConnection
    }
    type MergeRequestConnection { nodes: [MergeRequest], pageInfo: PageInfo! }
    type MergeRequest { iid: String!, notes(first: Int, after: String): NoteConnection! }
    type NoteConnection { nodes: [Note], pageInfo: PageInfo! }
    type Note {
        id: NoteID!, body: String!, system: Boolean!, createdAt: Time!, updatedAt: Time!,
        author: UserCore
    }
    type UserCore { id: UserID!, username: String! }
    type PageInfo { hasNextPage: Boolean!, endCursor: String }
""")


def refused(status, message):
    return Answer(status, {"errors": [{"message": message}]})


def answer_of(server, request):
    """What a question is answered with; GitLab takes it posted, and the token as a bearer's."""
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    token = server.tokens.get(given)
    if token is None or token.job or kind != "Bearer":
        return refused(401, "Invalid token")
    if request.method != "POST":
        return refused(404, "Not found!")
    if len(request.json["query"]) > LONGEST:
        return refused(422, "Query too large")
    if not {"api", "read_api"} & set(token.scopes):
        return refused(403, "insufficient_scope")
    found = graphql_sync(
        SCHEMA,
        request.json["query"],
        Root(server, token.user),
        variable_values=request.json.get("variables"),
    )
    return Answer(200, found.formatted)


class Root:
    def __init__(self, server, user):
        self.server, self.user = server, user

    def project(self, _info, fullPath):  # noqa: N803 -- as it is called there
        project = self.server.projects.get(fullPath)
        hidden = project and project.private and project.role(self.user) < REPORTER
        return None if project is None or hidden else Seen(project)


class Seen:
    def __init__(self, project):
        self.project = project

    def mergeRequests(self, _info, iids=None, first=MOST, after=None):
        # The newest first, as by default.
        found = [request for _, request in sorted(self.project.requests.items(), reverse=True)]
        return page(
            [Noted(each) for each in found if iids is None or str(each.iid) in iids], first, after
        )


class Noted:
    def __init__(self, request):
        self.iid, self.told = str(request.iid), request.notes

    def notes(self, _info, first=MOST, after=None):
        return page([shown(note) for note in self.told], first, after)


def shown(note):
    author = note["author"]
    return {
        "id": f"gid://gitlab/{note.get('type') or 'Note'}/{note['id']}", "body": note["body"],
        "system": note["system"], "createdAt": note["created_at"], "updatedAt": note["updated_at"],
        "author": {"id": f"gid://gitlab/User/{author['id']}", "username": author["username"]},
    }  # fmt: skip


def page(items, first, after):
    start = int(after or 0)
    end = start + min(first, MOST)
    more = {"hasNextPage": end < len(items), "endCursor": str(end)}
    return {"nodes": items[start:end], "pageInfo": more}
