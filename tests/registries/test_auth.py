import asyncio
import base64

import httpx
import pytest

from bot.errors import RegistryError
from bot.image import ImageRef
from bot.registries import Credential, HostSettings, KnownCredentials, auth
from tests.canaries import canary
from tests.servers.claims import Claims, answers, document, listing

REF = ImageRef.parse("registry.r.example/a:1")
TAGS = "https://registry.r.example/v2/a/tags/list"
REALM = "https://auth.r.example/token"
HOUSE = r".*r\.example|login\.other\.example"
MINE = Credential("me", canary("registry-login", suffix="/+ü", hosts=HOUSE))
KNOWN = KnownCredentials({"registry.r.example": MINE})


def challenge(realm=REALM, scope=None, scheme="Bearer"):
    words = f'{scheme} realm="{realm}",service="svc"' + (f',scope="{scope}"' if scope else "")
    return httpx.Response(401, headers={"www-authenticate": words})


def guarded(*wanted, ask=None, answer=None):
    """A route that says 401 until it hears one of these headers."""

    def route(request):
        if request.headers.get("authorization") in wanted:
            return answer or listing("1")
        return ask or challenge()

    return route


def token(value="t", **more):
    return httpx.Response(200, json={"token": value, **more})


def tags(routes, **options):
    return answers(routes, lambda r: r.tags(REF), **options).tags


def refused(routes, **options):
    with pytest.raises(RegistryError) as error:
        tags(routes, **options)
    text = str(error.value)
    assert text.splitlines() == [text]
    assert "canary" not in text
    return text


# ---------------------------------------------------------------- the usual way in


def test_a_token_is_asked_for_with_service_and_scope():
    claims = Claims({TAGS: guarded("Bearer t"), REALM: token()})
    assert tags(claims) == ("1",)
    assert dict(claims.asked[1].url.params) == {"service": "svc", "scope": "repository:a:pull"}
    assert "authorization" not in claims.asked[1].headers


def test_what_the_realm_already_asks_stays_there():
    realm = f"{REALM}?account=x"
    claims = Claims({TAGS: guarded("Bearer t", ask=challenge(realm)), REALM: token()})
    tags(claims)
    assert claims.asked[1].url.params["account"] == "x"


@pytest.mark.parametrize(
    "said",
    [
        {"access_token": "t"},
        {"token": "t", "access_token": "u"},
        {"token": "", "access_token": "t"},
    ],
)
def test_a_token_may_have_either_name(said):
    routes = {TAGS: guarded("Bearer t"), REALM: httpx.Response(200, json=said)}
    assert tags(routes) == ("1",)


def test_bearer_is_preferred_to_basic():
    both = httpx.Response(401, headers=[("www-authenticate", 'Basic realm="x"'),
                                        ("www-authenticate", f'Bearer realm="{REALM}"')])  # fmt: skip
    assert tags({TAGS: guarded("Bearer t", ask=both), REALM: token()}) == ("1",)


def test_each_repository_costs_one_token_and_only_the_first_a_401():
    claims = Claims({"registry.r.example": guarded("Bearer t"), REALM: token()})

    async def many(registries):
        images = [ImageRef.parse(f"registry.r.example/{name}") for name in "abcde"]
        return await asyncio.gather(*(registries.tags(image) for image in images * 3))

    answers(claims, many)
    sent = claims.sent()
    assert sum(REALM in each for each in sent) == 5
    assert len(sent) == 5 + 5 + 1


def test_a_registry_that_lets_everybody_in_is_shown_no_credentials():
    claims = Claims({TAGS: listing("1")})
    assert tags(claims, credentials=KNOWN) == ("1",)
    assert claims.heard() == [(TAGS, None)]


# ---------------------------------------------------------------- credentials


def test_credentials_go_to_the_token_service_of_the_same_house():
    claims = Claims({TAGS: guarded("Bearer t"), REALM: token()})
    assert tags(claims, credentials=KNOWN) == ("1",)
    assert claims.heard() == [(TAGS, None), (REALM, MINE.basic()), (TAGS, "Bearer t")]


def test_credentials_of_the_settings_come_before_all_others():
    own = Credential("own", canary("registry-own", hosts=HOUSE))
    claims = Claims({TAGS: guarded("Bearer t"), REALM: token()})
    tags(claims, hosts={"registry.r.example": HostSettings(credential=own)}, credentials=KNOWN)
    assert claims.heard()[1] == (REALM, own.basic())


def test_credentials_never_go_to_a_token_service_of_somebody_else():
    evil = "https://evil.example/token"
    claims = Claims({TAGS: guarded("Bearer t", ask=challenge(evil)), evil: token()})
    assert tags(claims, credentials=KNOWN) == ("1",)
    assert (evil, None) in claims.heard()


def test_that_credentials_were_held_back_is_said_when_nothing_else_helps():
    evil = "https://evil.example/token"
    routes = {TAGS: challenge(evil), evil: token()}
    text = refused(routes, credentials=KNOWN)
    assert "were not sent to evil.example, which is another's (configure it as `realm`" in text
    routes = {TAGS: challenge(evil), evil: httpx.Response(401)}
    assert "were not sent to evil.example" in refused(routes, credentials=KNOWN)


def test_a_realm_that_the_operator_configured_gets_them():
    other = "https://login.other.example/token"
    claims = Claims({TAGS: guarded("Bearer t", ask=challenge(other)), other: token()})
    hosts = {
        "registry.r.example": HostSettings(credential=MINE, realm="https://login.other.example/")
    }
    tags(claims, hosts=hosts)
    assert (other, MINE.basic()) in claims.heard()


def test_credentials_for_the_pull_host_are_not_sent_to_its_mirror():
    mirror = "https://m.example/v2/a/tags/list"
    claims = Claims({mirror: challenge("https://m.example/t"), "https://m.example/t": token()})
    hosts = {"registry.r.example": HostSettings(lookup="https://m.example")}
    refused(claims, hosts=hosts, credentials=KNOWN)
    assert not any(MINE.basic() == value for _, value in claims.heard())


def test_an_identity_token_is_traded_by_post():
    secret = canary("registry-identity-token", hosts=HOUSE, traded=True)
    identity = Credential("", secret, identity=True)
    claims = Claims(
        {
            TAGS: guarded("Bearer t"),
            f"POST {REALM}": httpx.Response(200, json={"access_token": "t"}),
        }
    )
    assert tags(claims, credentials=KnownCredentials({"registry.r.example": identity})) == ("1",)
    form = dict(httpx.QueryParams(claims.asked[1].content.decode()))
    assert form == {
        "grant_type": "refresh_token",
        "service": "svc",
        "scope": "repository:a:pull",
        "client_id": "basewatch",
        "refresh_token": secret,
    }


def test_a_token_service_that_redirects_elsewhere_takes_no_credentials_along():
    routes = {
        TAGS: guarded("Bearer t"),
        REALM: httpx.Response(307, headers={"location": "https://evil.example/x"}),
        "https://evil.example/x": token(),
    }
    claims = Claims(routes)
    assert tags(claims, credentials=KNOWN) == ("1",)
    assert claims.heard()[2] == ("https://evil.example/x", None)


# ---------------------------------------------------------------- Basic

BASIC = httpx.Response(401, headers={"www-authenticate": 'Basic realm="x"'})


def test_basic_credentials_are_sent_once_they_are_asked_for():
    claims = Claims({TAGS: guarded(MINE.basic(), ask=BASIC)})
    assert tags(claims, credentials=KNOWN) == ("1",)
    assert claims.heard() == [(TAGS, None), (TAGS, MINE.basic())]


def test_without_credentials_basic_is_a_refusal_after_one_question():
    claims = Claims({TAGS: BASIC})
    assert "asks for credentials: there are none for it" in refused(claims)
    assert len(claims.asked) == 1


def test_basic_credentials_that_are_refused_are_said_to_be():
    assert "those that there are were refused" in refused({TAGS: BASIC}, credentials=KNOWN)


def test_a_token_that_is_refused_though_it_was_given_for_credentials_is_said_to_be():
    claims = Claims({TAGS: challenge(), REALM: token()})
    text = refused(claims, credentials=KNOWN)
    assert "asks for credentials: a token was given for those that there are" in text
    assert "there are none" not in text


def test_an_identity_token_is_of_no_use_with_basic():
    identity = KnownCredentials(
        {"registry.r.example": Credential("", canary("registry-identity-token"), identity=True)}
    )
    text = refused({TAGS: BASIC}, credentials=identity)
    assert "the identity token that there is cannot be used with Basic" in text


def test_a_registry_may_ask_for_a_token_after_a_password():
    def changes_its_mind(request):
        said = request.headers.get("authorization")
        return listing("1") if said == "Bearer t" else challenge() if said else BASIC

    claims = Claims({TAGS: changes_its_mind, REALM: token()})
    assert tags(claims, credentials=KNOWN) == ("1",)


def test_a_401_from_where_a_redirect_led_gets_no_credentials():
    elsewhere = "https://elsewhere.example/v2/a/tags/list"
    claims = Claims({TAGS: httpx.Response(307, headers={"location": elsewhere}), elsewhere: BASIC})
    refused(claims, credentials=KNOWN)
    assert all(value is None for _, value in claims.heard())


# ---------------------------------------------------------------- credentials that cannot be read


class Broken:
    def for_host(self, host):
        raise RegistryError(f"docker-credential-x failed for {host} (exit code 1)")


def test_a_broken_helper_does_not_stand_in_the_way_of_what_is_public():
    assert tags({TAGS: guarded("Bearer t"), REALM: token()}, credentials=Broken()) == ("1",)


def test_a_broken_helper_is_the_reason_given_where_credentials_were_needed():
    text = refused({TAGS: challenge(), REALM: token()}, credentials=Broken())
    assert "docker-credential-x failed for registry.r.example" in text


# ---------------------------------------------------------------- tokens that are refused


def test_a_fresh_token_that_is_refused_is_not_asked_for_again():
    claims = Claims({TAGS: challenge(), REALM: token()})
    assert "asks for credentials" in refused(claims)
    assert len(claims.asked) == 3


INDEX = b'{"schemaVersion": 2, "manifests": []}'


def content(request):
    """What is behind the gate: a list of tags, or a manifest."""
    return listing("1") if "/tags/" in request.url.path else document(INDEX)


def test_a_token_that_was_good_once_is_renewed(monkeypatch):
    monkeypatch.setattr(auth, "_RENEW_AFTER", -1)
    values = iter("abc")
    good = {"Bearer a"}
    claims = Claims(
        {
            "registry.r.example": lambda request: (
                content(request) if request.headers.get("authorization") in good else challenge()
            ),
            REALM: lambda _: token(next(values)),
        }
    )

    async def twice(registries):
        await registries.tags(REF)
        good.clear()
        good.add("Bearer b")
        return await registries.digest(REF)

    assert answers(claims, twice).startswith("sha256:")
    assert sum(REALM in each for each in claims.sent()) == 2


def test_several_who_hold_an_old_token_renew_it_once(monkeypatch):
    monkeypatch.setattr(auth, "_RENEW_AFTER", -1)
    values = iter("abc")
    good = {"Bearer a"}
    claims = Claims(
        {
            "registry.r.example": lambda request: (
                content(request) if request.headers.get("authorization") in good else challenge()
            ),
            REALM: lambda _: token(next(values)),
        }
    )

    async def many(registries):
        await registries.tags(REF)
        good.clear()
        good.add("Bearer b")
        images = [ImageRef.parse(f"registry.r.example/a:{number}") for number in range(5)]
        return await asyncio.gather(*map(registries.digest, images))

    assert len(answers(claims, many)) == 5
    assert sum(REALM in each for each in claims.sent()) == 2


def test_a_token_that_has_run_out_is_replaced(monkeypatch):
    monkeypatch.setattr(auth, "_SHORTEST", 0.0)
    claims = Claims({"registry.r.example": guarded("Bearer t"), REALM: token(expires_in=1)})

    async def twice(registries):
        await registries.tags(REF)
        return await registries.tags(ImageRef.parse("registry.r.example/a/b"))

    async def same_repository(registries):
        await registries.tags(REF)
        with pytest.raises(RegistryError):
            await registries.facts(REF)

    answers(claims, same_repository)
    assert sum(REALM in each for each in claims.sent()) == 2


@pytest.mark.parametrize("expires_in", [1e999, -5, 10**400, True, "soon", None, [1]])
def test_how_long_a_token_lasts_may_be_nonsense(expires_in):
    assert 60 <= auth._seconds(expires_in) <= 3600


# ---------------------------------------------------------------- scopes


def scoped(wanted):
    """Wants one more scope than the usual one."""

    def route(request):
        return (
            listing("1")
            if request.headers.get("authorization") == "Bearer wide"
            else challenge(scope=wanted)
        )

    def issue(request):
        return token("wide" if wanted in request.url.params.get_list("scope") else "narrow")

    return {TAGS: route, REALM: issue}


@pytest.mark.parametrize("wanted", ["repository:a:metadata_read", "aws"])
def test_a_scope_that_only_reads_this_repository_is_asked_for_as_wished(wanted):
    assert tags(scoped(wanted)) == ("1",)


@pytest.mark.parametrize(
    "wanted",
    [
        "repository:a:push",
        "repository:a:pull,push",
        "repository:other:pull",
        "registry:catalog:*",
        "*",
    ],
)
def test_no_token_is_asked_for_that_could_do_more(wanted):
    claims = Claims(scoped(wanted))
    refused(claims, credentials=KNOWN)
    scopes = {scope for request in claims.asked for scope in request.url.params.get_list("scope")}
    assert scopes == {"repository:a:pull"}


def test_a_registry_that_always_wants_something_else_is_left_after_three_questions():
    wishes = iter(["repository:a:pull", "repository:a:metadata_read", "aws", "more"])
    values = iter("abcd")
    claims = Claims(
        {TAGS: lambda _: challenge(scope=next(wishes)), REALM: lambda _: token(next(values))}
    )
    refused(claims)
    assert sum(each.startswith(f"GET {TAGS}") for each in claims.sent()) == 3


def test_a_token_that_cannot_be_had_is_asked_for_once():
    claims = Claims({"registry.r.example": challenge(), REALM: httpx.Response(403)})

    async def many(registries):
        images = [ImageRef.parse(f"registry.r.example/a:{number}") for number in range(5)]
        return await asyncio.gather(*map(registries.digest, images), return_exceptions=True)

    errors = answers(claims, many)
    assert {type(error) for error in errors} == {RegistryError}
    assert sum(REALM in each for each in claims.sent()) == 1


# ---------------------------------------------------------------- evil realms


@pytest.mark.parametrize(
    ("realm", "why"),
    [
        ("http://169.254.169.254/latest/meta-data/iam/", "link-local or metadata"),
        ("https://2852039166/", "link-local or metadata"),
        ("https://metadata.google.internal/", "link-local or metadata"),
        ("file:///etc/passwd", "no web address"),
        ("http://auth.r.example/token", "not https"),
        ("https://127.0.0.1:8080/", "private address"),
        ("https://10.0.0.1/", "private address"),
        ("https://me:pw@auth.r.example/", "user name"),
        ("gopher://auth.r.example/", "no web address"),
        ("token", "no web address"),
    ],
)
def test_an_evil_realm_is_refused_and_not_asked(realm, why):
    claims = Claims({TAGS: challenge(realm)})
    text = refused(claims, credentials=KNOWN)
    assert "says to get a token at" in text
    assert why in text
    assert {request.url.host for request in claims.asked} == {"registry.r.example"}


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (
            httpx.Response(401),
            "gives none without credentials; run `docker login registry.r.example`",
        ),
        (httpx.Response(403), "gives none without credentials"),
        (httpx.Response(404), "auth.r.example answered status 404"),
        (httpx.Response(500), "auth.r.example answered status 500"),
        (httpx.Response(200, text="<html>"), "sent what is not JSON"),
        (httpx.Response(200, json=[]), "sent something else"),
        (httpx.Response(200, json={}), "sent something else"),
        (httpx.Response(200, json={"token": 5}), "sent something else"),
        (httpx.Response(200, json={"token": "a\r\nX: y"}), "sent something else"),
        (httpx.Response(200, json={"token": "ä"}), "sent something else"),
        (httpx.Response(200, json={"token": "x" * 70_000}), "sent something else"),
        (httpx.Response(200, content=b" " * ((1 << 20) + 1)), "sent more than"),
        (httpx.Response(302, headers={"location": "http://evil.example/"}), "from https to http"),
    ],
)
def test_what_a_token_service_says_is_a_token_or_an_error(answer, why):
    text = refused({TAGS: challenge(), REALM: answer})
    assert text.startswith("registry.r.example/a: no token for registry.r.example: ")
    assert why in text


def test_nothing_of_credentials_shows_where_they_are_refused():
    routes = {TAGS: challenge(), REALM: httpx.Response(401, text=MINE.basic())}
    text = refused(routes, credentials=KNOWN)
    assert "auth.r.example refused the credentials" in text
    assert base64.b64encode(b"me:canary").decode() not in text
