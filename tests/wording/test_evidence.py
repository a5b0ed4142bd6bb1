"""The golden set: bodies with all that was read inside, each looked at by a person."""

import datetime as dt
import re

import pytest
from markdown_it import MarkdownIt
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from bot.diff import difference
from bot.model import (
    Attachment,
    Difference,
    ImageConfig,
    Note,
    OsRelease,
    Provenance,
    Row,
    ScannerWord,
    SourceChange,
    Unavailable,
    Vulnerabilities,
)
from bot.steps.propose import propose
from bot.wording import diff
from bot.wording.body import LIMIT
from bot.wording.lacking import not_looked_at
from bot.wording.provenance import provenance_row, worries
from bot.wording.warnings import warnings, warnings_of
from tests.altered import replace
from tests.diff.made import apk, deb, digest, finding, image, scanned
from tests.fakes.shelf import Shelf
from tests.wording.made import OLD, case_of, opened

OCI = "org.opencontainers.image."


class Markdown(SingleFileSnapshotExtension):
    file_extension = "md"
    _write_mode = WriteMode.TEXT


@pytest.fixture
def golden(snapshot):
    return snapshot.use_extension(Markdown)


def told(case):
    proposal = propose(case)
    return f"# {proposal.title}\n\n{proposal.body}"


# ---------------------------------------------------------------- the cases

DEBIAN = [
    deb("base-files", "12.4+deb12u7"),
    deb("bash", "5.2.15-2+b2", "bash", "5.2.15-2"),
    deb("libc-bin", "2.36-9+deb12u7", "glibc"),
    deb("libc6", "2.36-9+deb12u7", "glibc"),
    deb("libssl3", "3.0.13-1", "openssl"),
    deb("tzdata", "2024a-0"),
    deb("wget", "1.21.3-1"),
]
REFRESHED = [
    deb("base-files", "12.4+deb12u8"),
    deb("bash", "5.2.15-2+b7", "bash", "5.2.15-2"),
    deb("libc-bin", "2.36-9+deb12u9", "glibc"),
    deb("libc6", "2.36-9+deb12u9", "glibc"),
    deb("libssl3", "3.0.13-1", "openssl"),
    deb("tzdata", "2024b-0"),
]
DOCKERFILE = f"""\
FROM debian:bookworm-slim@{OLD}
RUN apt-get update \\
 && apt-get install -y --no-install-recommends ca-certificates=20230311+deb12u1 \\
 && wget -q https://example.org/tool
"""


def glibc(name, version, **more):
    return finding(name, "glibc", version, **more)


def made(day, **more):
    return ImageConfig(created=f"{day}T00:00:00Z", **more)


def rootfs(day):
    return (f"# debian.sh --arch 'amd64' out/ 'bookworm-slim' '@{day}'", 'CMD ["bash"]')


def debian_refresh(tmp_path):
    old = image(
        "a",
        DEBIAN,
        stack=("1",),
        size=29_126_484,
        config=made("2024-10-16", command=("bash",)),
        history=rootfs("1729036800"),
        programs=frozenset({"usr/bin/wget", "bin/sh"}),
    )
    new = image(
        "b",
        REFRESHED,
        stack=("2",),
        size=28_232_009,
        config=made("2024-11-11", command=("bash",)),
        history=rootfs("1731283200"),
        programs=frozenset({"bin/sh"}),
    )
    openssl = finding("CVE-2024-33333", "openssl", "3.0.13-1", severity="low")
    olds = [
        glibc("CVE-2024-11111", "2.36-9+deb12u7", severity="critical", state="fixed", fixed_in="2.36-9+deb12u9", exploited=True, epss=0.42),
        glibc("CVE-2024-22222", "2.36-9+deb12u7", severity="high", state="fixed", fixed_in="2.36-9+deb12u8"),
        finding("CVE-2024-44444", "wget", "1.21.3-1", severity="medium", state="wont-fix"),
        openssl,
    ]  # fmt: skip
    words = {
        "trivy": scanned(olds, [openssl], packages=(7, 6), database="2024-12-01"),
        "grype": scanned(olds, [openssl], packages=(7, 6), database="2024-12-02"),
    }
    return opened(
        tmp_path,
        {"Dockerfile": DOCKERFILE},
        Shelf({"debian": ["bookworm-slim"]}),
        {OLD: old, "debian:bookworm-slim": new},
        words=words,
    )


NODE = "https://github.com/nodejs/docker-node.git#"


def node(name, version, alpine, packages, **more):
    """An image as Docker builds them: what it was built from is in its annotations."""
    notes = {
        f"{OCI}source": f"{NODE}{digest(version)[7:47]}:20/alpine{alpine[:4]}",
        f"{OCI}revision": digest(version)[7:47],
        f"{OCI}version": f"{version}-alpine",
        f"{OCI}base.name": f"alpine:{alpine[:4]}",
        f"{OCI}base.digest": digest(f"alpine {alpine}"),
    }
    steps = (
        f"ADD alpine-minirootfs-{alpine}-x86_64.tar.gz / # buildkit",
        'CMD ["/bin/sh"]',
        f"ENV NODE_VERSION={version}",
        "RUN /bin/sh -c addgroup -g 1000 node && adduser -u 1000 -G node -s /bin/sh -D node # buildkit",
        "COPY docker-entrypoint.sh /usr/local/bin/ # buildkit",
        'ENTRYPOINT ["docker-entrypoint.sh"]',
        'CMD ["node"]',
        *more.pop("steps", ()),
    )
    return image(
        name,
        packages,
        stack=(f"alpine {alpine}", f"node {version}", f"entry {alpine}"),
        size=16_000_000,
        os=OsRelease("alpine", alpine),
        databases=("lib/apk/db/installed",),
        config=made(
            more["day"],
            environment={"NODE_VERSION": version},
            entrypoint=("docker-entrypoint.sh",),
            command=("node",),
        ),
        history=steps,
        annotations=notes,
    )


def alpine_minor_bump(tmp_path):
    old = node("a", "20.11.0", "3.19.1", [apk("musl", "1.2.4-r2"), apk("busybox", "1.36.1-r15"), apk("yarn", "1-r0")], day="2024-01-26")  # fmt: skip
    new = node("b", "20.18.1", "3.20.3", [apk("musl", "1.2.5-r0"), apk("busybox", "1.36.1-r29"), apk("icu-libs", "74-r0", "icu")], day="2024-11-20", steps=("RUN /bin/sh -c apk add --no-cache icu-libs | cat # buildkit",))  # fmt: skip
    seen = finding("CVE-2024-55555", "busybox", "1.36.1-r15", family="apk", severity="medium")
    came = finding("CVE-2024-66666", "icu", "74-r0", family="apk", severity="high")
    words = {
        "osv": scanned([seen], [came], packages=(3, 3), database="2024-12-02"),
        "grype": Unavailable("grype: no such program"),
    }
    source = "https://github.com/nodejs/docker-node"
    signed = (Attachment("signature", "cosign tag", "ci@nodejs.example"),)
    origins = {
        "node:20.11.0-alpine": Provenance(signed, source, base_name="alpine:3.19"),
        "node:20.18.1-alpine": Provenance(
            (Attachment("attestation", "buildkit"),), f"{source}.git#abc", base_name="alpine:3.20"
        ),
    }
    return opened(
        tmp_path,
        {"app/Dockerfile": "FROM node:20.11.0-alpine\n"},
        Shelf({"node": ["20.11.0-alpine", "20.18.1-alpine"]}),
        {"node:20.11.0-alpine": old, "node:20.18.1-alpine": new},
        words=words,
        silent=("nodejs/node: its releases could not be asked for: too many requests (403).",),
        origins=origins,
    )


def distroless(tmp_path):
    static = {"databases": ("var/lib/dpkg/status.d",), "size": 200_000}
    old = image("a", [deb("tzdata", "2024a-0")], stack=("1", "2", "3"), **static)
    new = image("b", [deb("tzdata", "2024b-0")], stack=("1", "4", "3"), **static)
    name = "gcr.io/distroless/static-debian12:nonroot"
    keyless = "keyless@distroless.iam.gserviceaccount.com"
    signed = Provenance((Attachment("signature", "cosign tag", keyless),))
    return opened(
        tmp_path,
        {"Dockerfile": f"FROM {name}@{OLD}\n"},
        Shelf({"gcr.io/distroless/static-debian12": ["nonroot"]}),
        {OLD: old, name: new},
        words={name: scanned(packages=(1, 1), database="2024-12-02") for name in ("osv", "trivy")},
        origins={
            OLD: replace(signed, verified=f"verified by cosign as signed by {keyless}"),
            name: replace(signed, refused=f"It is not signed by {keyless}, says cosign: no matching signatures."),
        },
    )  # fmt: skip


def platform_dropped(tmp_path):
    every = ("linux/amd64", "linux/arm64", "linux/s390x")
    shelf = Shelf(
        {"node": ["1.0.0", "1.1.0"]},
        platforms={"1.0.0": every, "1.1.0": (*every[:2], "linux/riscv64")},
    )
    for tag, kept in (("1.0.0", every), ("1.1.0", (*every[:2], "linux/riscv64"))):
        at = shelf.digest_at(f"node:{tag}")
        words = {"linux/arm64": "the same"}
        shelf.children[at] = tuple((p, digest(words.get(p, f"{tag} {p}"))) for p in kept)
    old, new = (
        image("a", DEBIAN, stack=("1", "x"), size=5_000_000),
        image("b", DEBIAN, stack=("1", "y"), size=5_000_200),
    )
    return opened(
        tmp_path,
        {"Dockerfile": "FROM node:1.0.0\n"},
        shelf,
        {"node:1.0.0": old, "node:1.1.0": new},
        words={"osv": scanned(packages=(7, 7), database="2024-12-02")},
    )


def another_platform(tmp_path):
    shelf = Shelf(
        {"node": ["1.0.0", "1.1.0"]},
        platforms={
            "1.0.0": ("linux/amd64", "linux/arm64"),
            "1.1.0": ("linux/arm64", "linux/riscv64"),
        },
    )
    old, new = (
        image("a", DEBIAN, stack=("1",), size=5_000_000),
        image("b", REFRESHED, stack=("2",), size=5_100_000),
    )
    return opened(
        tmp_path,
        {"Dockerfile": "FROM node:1.0.0\n"},
        shelf,
        {"node:1.0.0": old, "node:1.1.0": new},
        words={"osv": scanned(packages=(7, 6), database="2024-12-02")},
    )


def user_changed(tmp_path):
    old = ImageConfig(user="", environment={"PATH": "/app/bin:/bin"}, ports=frozenset({"80/tcp"}))
    new = ImageConfig(
        user="app",
        environment={"PATH": "/bin", "API_TOKEN": "hunter2", "LD_PRELOAD": "/x.so"},
        entrypoint=("/entry.sh",),
        labels={"maintainer": "team|x `y` <b>", f"{OCI}created": "now"},
    )
    files = {"Dockerfile": "FROM node:1.0.0\nUSER node\nCOPY --chown=node:node . /app\n"}
    steps = ("COPY rootfs / # buildkit", "RUN /bin/sh -c adduser node # buildkit")
    sides = (
        image("a", DEBIAN, stack=("1", "2"), config=old, history=steps, users=frozenset({"node"})),
        image(
            "b",
            DEBIAN,
            stack=("1", "3", "4"),
            config=new,
            history=(
                steps[0],
                "RUN /bin/sh -c adduser app # buildkit",
                "ENV API_TOKEN=hunter2",
                "RUN /bin/sh -c curl -fsS https://example.org/x.so | tee /x.so @team #12 # buildkit",
            ),
            users=frozenset({"app"}),
        ),
    )
    return opened(
        tmp_path,
        files,
        Shelf({"node": ["1.0.0", "1.1.0"]}),
        {"node:1.0.0": sides[0], "node:1.1.0": sides[1]},
        words={"osv": scanned(packages=(7, 7), database="2024-12-02")},
    )


def scanners_disagree(tmp_path):
    old, new = image("a", DEBIAN, stack=("1",)), image("b", REFRESHED, stack=("2",))
    shared = glibc("CVE-2026-11111", "2.36-9+deb12u7", severity="high")
    own = glibc("CVE-2026-22222", "2.36-9+deb12u7", severity="negligible")
    ghost = finding("CVE-2026-77777", "openssl", "3.0.13-1", severity="medium")
    words = {
        "grype": scanned([shared, own, ghost], [], packages=(7, 6), suppressed=(3, 2)),
        "osv": scanned([shared._replace(severity="critical")], [], packages=(7, 6)),
        "trivy": scanned([shared], [], packages=(7, 0)),
    }
    return opened(
        tmp_path,
        {"Dockerfile": f"FROM debian:bookworm-slim@{OLD}\n"},
        Shelf({"debian": ["bookworm-slim"]}),
        {OLD: old, "debian:bookworm-slim": new},
        words=words,
        day=dt.date(2026, 11, 22),
    )


def nothing_readable(tmp_path):
    old, new = (
        image("a", stack=("1",)),
        image("b", stack=("2",), missing=("Layer 1 is not published.",)),
    )
    return opened(
        tmp_path,
        {"Dockerfile": f"FROM example.org/static:1.0.0@{OLD}\n"},
        Shelf({"example.org/static": ["1.0.0"]}),
        {OLD: old, "example.org/static:1.0.0": new},
        words={"osv": scanned(packages=(0, 0)), "trivy": Unavailable("it timed out")},
    )


def not_to_be_had(tmp_path):
    return case_of(
        tmp_path,
        {"Dockerfile": f"FROM debian:bookworm-slim@{OLD}\n"},
        Shelf({"debian": ["bookworm-slim"]}),
        difference=Unavailable("layer sha256:1 is larger than 4 GB; @everyone"),
        vulnerabilities=Unavailable("the images could not be opened"),
        provenance=Unavailable("no"),
    )


CASES = [
    debian_refresh,
    alpine_minor_bump,
    distroless,
    platform_dropped,
    another_platform,
    user_changed,
    scanners_disagree,
    nothing_readable,
    not_to_be_had,
]


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_a_body(make, tmp_path, golden):
    assert told(make(tmp_path)) == golden


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_a_diff_as_markdown_and_text(make, tmp_path, golden):
    (evidence,) = make(tmp_path).evidence
    assert f"{diff.markdown(evidence)}\n\n===== text =====\n\n{diff.text(evidence)}" == golden


# ---------------------------------------------------------------- what holds of all of them


def test_the_age_of_data_alone_is_no_reason_to_edit(tmp_path):
    case = debian_refresh(tmp_path)
    (evidence,) = case.evidence
    scanners = tuple(replace(s, database="tomorrow") for s in evidence.vulnerabilities.scanners)
    later = replace(evidence, vulnerabilities=replace(evidence.vulnerabilities, scanners=scanners))
    one, other = told(case), told(replace(case, evidence=(later,)))
    assert one != other
    assert one.splitlines()[-1] == other.splitlines()[-1]


def test_how_long_a_registry_wants_to_be_left_alone_is_no_reason_to_edit(tmp_path):
    def waiting(what):
        said = Unavailable(f"docker.io limits how often it is asked; {what}")
        case = not_to_be_had(tmp_path)
        (evidence,) = case.evidence
        return told(replace(case, evidence=(replace(evidence, difference=said),)))

    one, other, later = (
        waiting(f"try again {when}, or log in") for when in ("in 27 s", "in 1200 s", "tomorrow")
    )
    assert one != other
    assert one.splitlines()[-1] == other.splitlines()[-1] != later.splitlines()[-1]


def test_another_finding_is_a_reason_to_edit(tmp_path):
    case = debian_refresh(tmp_path)
    (evidence,) = case.evidence
    fewer = replace(evidence.vulnerabilities, rows=evidence.vulnerabilities.rows[1:])
    other = replace(case, evidence=(replace(evidence, vulnerabilities=fewer),))
    assert told(case).splitlines()[-1] != told(other).splitlines()[-1]


def test_what_was_left_out_is_told_where_nothing_is_left(tmp_path):
    (evidence,) = debian_refresh(tmp_path).evidence

    def said(*words):
        found = replace(evidence, vulnerabilities=Vulnerabilities(words, ()))
        return " ".join(diff.text(found).split())

    clean, less = ScannerWord("osv"), ScannerWord("trivy", suppressed=(2, 1))
    assert "No vulnerability is known in either image. " in said(clean)
    both = said(clean, less)
    assert "known in either image beyond what scanners were to leave out. " in both
    assert (
        "Trivy: its word counts; it left out 2 of the old and 1 of the new image, by lists" in both
    )
    assert "Vulnerabilities: inconclusive No scanner was asked." in said()


HOSTILE = (
    "@team #12 !34 fixes org/repo#1 <img src=x> [a](http://b) `c` | \n/close\n# x\u202e\x1b[31m"
)


def hostile(tmp_path):
    """Foreign text of every kind that evidence can hold."""
    pack = replace(
        deb("libc6", "1"), name=HOSTILE, version=HOSTILE, source=HOSTILE, source_version=HOSTILE
    )
    config = ImageConfig(user=HOSTILE, entrypoint=(HOSTILE,), environment={HOSTILE: HOSTILE}, labels={HOSTILE: HOSTILE}, ports=frozenset({HOSTILE}))  # fmt: skip
    os = OsRelease(HOSTILE, HOSTILE, name=HOSTILE)
    old, new = (
        image("a", DEBIAN, stack=("1",)),
        image("b", [pack], stack=("2",), config=config, os=os),
    )
    row = Row(HOSTILE, HOSTILE, HOSTILE, "introduced", (HOSTILE,), "high", old=HOSTILE, new=HOSTILE, fixed_in=HOSTILE, title=HOSTILE, url=f"javascript:{HOSTILE}")  # fmt: skip
    words = (ScannerWord(HOSTILE, HOSTILE, HOSTILE), ScannerWord("x", unavailable=HOSTILE), ScannerWord("y", inconclusive=(HOSTILE,)))  # fmt: skip
    return case_of(
        tmp_path,
        {"Dockerfile": f"FROM debian:bookworm-slim@{OLD}\n"},
        Shelf({"debian": ["bookworm-slim"]}),
        difference=difference(old, new),
        vulnerabilities=Vulnerabilities(words, (row, replace(row, id="CVE-2026-11111\n@x"))),
        notes=(Note(HOSTILE, HOSTILE, f"https://x/{HOSTILE}", HOSTILE), Note("a", "b", "https://x/y z)", "")),
        silent=(HOSTILE,),
        provenance=(
            Provenance((Attachment("signature", HOSTILE, HOSTILE),), HOSTILE, base_name=HOSTILE, verified=HOSTILE),
            Provenance((Attachment("signature", HOSTILE, "other"),), "https://x"),
        ),
    )  # fmt: skip


def test_no_foreign_text_gets_out_of_its_place(tmp_path):
    case = hostile(tmp_path)
    for text in (told(case), diff.markdown(case.evidence[0])):
        html = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
        assert "<img" not in html
        assert 'href="http://b"' not in html
        assert 'href="javascript' not in html
        assert "\u202e" not in text
        assert "\x1b" not in text
        assert not [line for line in text.splitlines() if line.startswith("/")]
        outside = re.sub("<code>.*?</code>", "", html, flags=re.DOTALL)
        assert "@team" not in outside
        assert "#12" not in outside


def many_rows(kind, number):
    return tuple(
        Row(
            f"CVE-2026-{10_000 + n}",
            "glibc",
            "deb",
            kind,
            ("osv",),
            "low",
            old="1" * 60,
            new="2" * 60,
        )
        for n in range(number)
    )


def test_what_is_introduced_survives_where_the_rest_gives_way(tmp_path):
    case = debian_refresh(tmp_path)
    (evidence,) = case.evidence
    rows = many_rows("introduced", 130) + many_rows("present", 500) + many_rows("fixed", 500)
    names = [f"package-with-a-long-name-{n}" for n in range(900)]
    changes = tuple(SourceChange(n, "upgraded", "1" * 40, "2" * 40, (deb(n, "1"),)) for n in names)
    longer = replace(
        evidence,
        vulnerabilities=replace(evidence.vulnerabilities, rows=rows),
        difference=replace(evidence.difference, packages=changes),
        notes=tuple(Note("s", f"n{n}", "https://x/y", "text " * 50) for n in range(90)),
    )
    body = propose(replace(case, evidence=(longer,))).body
    assert len(body) <= LIMIT
    assert "Vulnerabilities introduced (130)" in body
    assert "… and 10 more" in body
    assert "**Fixes 500 vulnerabilities, introduces 130.**" in body
    assert body.count("<details>") == body.count("</details>")
    assert body.rstrip().endswith("-->")


def test_several_moves_are_told_apart(tmp_path):
    case = debian_refresh(tmp_path)
    (evidence,) = case.evidence
    other = replace(
        evidence, bump=replace(evidence.bump, old=evidence.bump.old.at("bullseye-slim"))
    )
    text = told(replace(case, evidence=(evidence, other)))
    assert "`debian:bullseye-slim`: **Fixes 2" in text
    assert "**`debian:bullseye-slim` → `debian:bookworm-slim`**" in text


def test_more_warnings_than_anyone_reads_are_counted(tmp_path):
    case = user_changed(tmp_path)
    (evidence,) = case.evidence
    loud = replace(evidence.difference, warnings=tuple(f"Warning {n}." for n in range(60)))
    needs = evidence.broken * 14
    text = told(replace(case, evidence=(replace(evidence, difference=loud, broken=needs),)))
    assert "2 more things that build files ask for are missing." in text
    assert "more warnings of this kind." in text


SIGNED = Provenance(
    (Attachment("signature", "cosign tag", "a@x"),), "https://x/a", base_name="debian:12"
)
ORIGINS = [
    (SIGNED, SIGNED, []),
    (SIGNED, replace(SIGNED, attachments=()), ["**The new image has no signature**, and the old one had."]),
    (Provenance((Attachment("sbom", "buildkit"),)), Provenance(), []),
    (Provenance((Attachment("sbom", "cosign tag"),)), Provenance(), ["**The new image has no SBOM**, and the old one had."]),
    (SIGNED, replace(SIGNED, attachments=(Attachment("signature", "notation", "b@x"),)), ["**The signer changed** from `a@x` to `b@x`, as the certificates say."]),
    (SIGNED, replace(SIGNED, attachments=(Attachment("signature", "notation"),)), ["**The signature names nobody**; the old one was by `a@x`."]),
    (SIGNED, replace(SIGNED, source="https://x/b"), ["**The source repository changed** from `https://x/a` to `https://x/b`."]),
    (SIGNED, replace(SIGNED, source="https://X/a.git#1:d"), []),
    (SIGNED, replace(SIGNED, base_name="debian:13"), []),
    (SIGNED, replace(SIGNED, base_name="alpine:3"), ["**The base image changed** from `debian` to `alpine`."]),
    (SIGNED, replace(SIGNED, base_name=""), ["**The base image is no longer named**; it was `debian`."]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "sentences"), ORIGINS)
def test_what_an_origin_lost_is_warned_of(tmp_path, old, new, sentences):
    (evidence,) = not_to_be_had(tmp_path).evidence
    assert [*worries(replace(evidence, provenance=(old, new)))] == sentences


def test_what_a_program_verified_is_told(tmp_path):
    (evidence,) = not_to_be_had(tmp_path).evidence
    sides = (SIGNED, replace(SIGNED, attachments=(), verified=""))
    assert [*provenance_row(replace(evidence, provenance=sides))] == [
        ["Published with it", "signed (cosign tag, by `a@x`); not verified", "nothing"]
    ]
    sides = (SIGNED, replace(SIGNED, verified="verified by cosign"))
    ((_, _, new),) = provenance_row(replace(evidence, provenance=sides))
    assert new.endswith("; verified by cosign")


@pytest.mark.parametrize(("found", "cell"), [
    (Provenance(verified="verified by cosign as signed by ci"), "verified by cosign as signed by ci"),
    (Provenance(refused="No."), "**the signature does not hold**"),
    (Provenance(unverified="No."), "could not be verified"),
])  # fmt: skip
def test_what_came_of_verifying_is_told_where_nothing_was_found_attached(tmp_path, found, cell):
    (evidence,) = not_to_be_had(tmp_path).evidence
    evidence = replace(evidence, provenance=(Provenance(), found))
    assert [*provenance_row(evidence)] == [["Published with it", "nothing", cell]]
    assert f"\nPublished with it: nothing → {cell.strip('*')}\n" in diff.text(evidence)


@pytest.mark.parametrize(("found", "warning"), [
    (Provenance(refused="Not by a."), "**The signature of the new image does not hold.** Not by a."),
    (Provenance(unverified="No answer."), "**The signature of the new image could not be verified.** No answer."),
])  # fmt: skip
def test_a_signature_that_is_not_verified_is_warned_of_before_all_else(tmp_path, found, warning):
    case = user_changed(tmp_path)
    (evidence,) = case.evidence
    (calm, loud) = (replace(evidence, provenance=(SIGNED, each)) for each in (SIGNED, found))
    assert next(warnings_of(loud)) == warning
    assert len([*warnings_of(calm)]) > 1
    assert warnings(replace(case, evidence=(calm, loud))).startswith(f"> ⚠️ {warning}\n")


def test_origins_that_could_not_be_read_are_said_to_be_so_in_a_line(tmp_path):
    (evidence,) = not_to_be_had(tmp_path).evidence
    evidence = replace(evidence, provenance=Unavailable("registry.example is down"))
    said = "Signatures and attestations are not known: registry.example is down"
    assert f"\n{said}\n" in diff.text(evidence)
    assert said in diff.markdown(evidence).replace("**", "")
    assert said in told(replace(not_to_be_had(tmp_path / "b"), evidence=(evidence,))).replace(
        "**", ""
    )


def test_only_what_nobody_looked_at_is_said_to_be_so(tmp_path):
    (evidence,) = not_to_be_had(tmp_path).evidence
    evidence = replace(evidence, provenance=None)
    assert not_looked_at((evidence,)) == "**Release notes were not looked at**."
    assert not_looked_at((replace(evidence, notes=()),)) == ""
    bare = replace(evidence, difference=None)
    assert not_looked_at((bare,)) == "**Packages and release notes were not looked at**."


def test_a_package_count_of_one_side_only(tmp_path):
    (evidence,) = not_to_be_had(tmp_path).evidence
    found = Difference("linux/amd64", "unknown", "x", unknown="No.", counts=(7, 0))
    assert "| Packages | 7 | not known |" in diff.markdown(replace(evidence, difference=found))


@pytest.mark.parametrize("number", [0, 3])
def test_packages_that_are_as_they_were_have_their_line_in_plain_text(tmp_path, number):
    (evidence,) = not_to_be_had(tmp_path).evidence
    found = Difference("linux/amd64", "unknown", "x", packages=(), counts=(number, number))
    assert f"\nPackages: {number} → {number}, all as they were\n" in diff.text(
        replace(evidence, difference=found)
    )


def test_a_list_of_notes_has_an_end(tmp_path):
    (evidence,) = not_to_be_had(tmp_path).evidence
    notes = tuple(Note("s", f"n{n}", "https://x/y") for n in range(130))
    assert "… and 30 more" in diff.markdown(replace(evidence, notes=notes))
