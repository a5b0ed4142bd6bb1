"""Published cases of Wikimedia's tools, and of apko, melange and ko: no peer reads these files."""

B = ".pipeline/blubber.yaml"
HOST = "docker-registry.wikimedia.org"
FRONTEND = f"# syntax={HOST}/repos/releng/blubber/buildkit:v1.6.0\n"
UNREAD = "better: no peer reads blubber"
PKG = "better: no peer reads docker-pkg"


def blubber(rest, version="v4"):
    return f"{FRONTEND}version: {version}\n{rest}"


FRONT = f"syntax {HOST}/repos/releng/blubber/buildkit:v1.6.0"

BLUBBER = [
    ("wikimedia 1.2/1", "better: the frontend moves by tag alone; a digest there hangs the builder's own reader", B,
     blubber("base: debian:12\nvariants:\n  a: {}\n"), [FRONT, "base debian:12"],
     blubber("base: debian:99@sha256:new\nvariants:\n  a: {}\n").replace("v1.6.0", "v99")),
    ("wikimedia 1.2/2", UNREAD, B, blubber(f"base: {HOST}/bookworm:20260222\nvariants:\n  a: {{}}\n"), [FRONT, f"base {HOST}/bookworm:20260222"]),
    ("wikimedia 1.2/3", UNREAD, B, blubber("variants:\n  a:\n    base: debian:12\n  b:\n    base: node:22-slim\n"),
     [FRONT, "base debian:12", "base node:22-slim"]),
    ("wikimedia 1.2/4", UNREAD, B, blubber("base: debian:12\nvariants:\n  a: {}\n  b:\n    copies: [local, a, {from: acme/tool:1}]\n"),
     [FRONT, "base debian:12", "variant local", "variant a", "copy acme/tool:1"]),
    ("wikimedia 1.2/5", UNREAD, B, blubber("base: debian:12\nvariants:\n  a:\n    builders:\n      - custom:\n          requirements: [{from: acme/tool:1, source: /a}]\n"),
     [FRONT, "base debian:12", "copy acme/tool:1"]),
    ("wikimedia 1.2/6", UNREAD, B, blubber("base: debian:12\nvariants:\n  a:\n    builders:\n      - custom:\n          mounts: [{from: acme/tool:1, destination: /a}]\n"),
     [FRONT, "base debian:12", "mount acme/tool:1"]),
    ("wikimedia 1.3", UNREAD, B, blubber("base: debian:12\nvariants:\n  a:\n    base: ~\n"), [FRONT, "base debian:12"]),
    ("wikimedia 1.1", "better: a version that nothing builds any more is said", B, "version: v3\nbase: debian:9\nvariants:\n  a: {}\n", ["dead-config debian:9"]),
    ("wikimedia 1.6", UNREAD, ".pipeline/revertrisk/multilingual.yaml", blubber("base: debian:12\nvariants:\n  a: {}\n"), [FRONT, "base debian:12"]),
    ("wikimedia 1.6", "better: a page about blubber is none", "data/documents/blubber.yaml", "title: Blubber\ntags: [build]\n", None),
    ("wikimedia 1.6", "better: the interface of a service is none", "api/openapi-spec/blubberoid.yaml", "openapi: 3.0.0\ninfo: {title: b, version: v1}\n", None),
    ("wikimedia 1.7", UNREAD, B, blubber("base: &b debian:12\nvariants:\n  base:\n    base: node:22\n"), [FRONT, "base debian:12", "base node:22"]),
    ("wikimedia 1.7", UNREAD, B, blubber("base: 'debian:12'\nvariants: { a: { apt: { packages: [gcc] } } }"), [FRONT, "base debian:12"],
     blubber("base: 'debian:99@sha256:new'\nvariants: { a: { apt: { packages: [gcc] } } }").replace("v1.6.0", "v99")),
    ("wikimedia 1.8", UNREAD, B, blubber("base: arm64v8/debian:stable\nvariants:\n  a: {}\n"), [FRONT, "base arm64v8/debian:stable"]),
    ("wikimedia finding 1", "better: untagged bases are read; every peer leaves them out", B,
     blubber(f"base: {HOST}/nodejs20-slim\nvariants:\n  a: {{}}\n"), [FRONT, f"base {HOST}/nodejs20-slim"]),
    ("wikimedia 1.2 syntax", "better: a directive behind another comment is none, and is said", B, "# note\n" + blubber("base: debian:12\nvariants:\n  a: {}\n"),
     [f"comment {HOST}/repos/releng/blubber/buildkit:v1.6.0", "base debian:12"]),
    ("wikimedia 1.4 bake", "better: the frontend that a bake file names is found too", "bake.hcl",
     f'target "a" {{\n  args = {{\n    BUILDKIT_SYNTAX = "{HOST}/repos/releng/blubber/buildkit:v1.6.0"\n  }}\n}}\n', [FRONT]),
]  # fmt: skip

PIPELINE = [
    ("wikimedia 2.1", "better: no peer reads PipelineLib", ".pipeline/config.yaml",
     "pipelines:\n  test:\n    blubberfile:\n      version: v4\n      base: debian:12\n      variants:\n        test: {}\n    stages:\n      - name: test\n", ["base debian:12"]),
    ("wikimedia 2.1", "better: the other product that has this file's name is told apart", ".pipeline/config.yaml",
     "general:\n  a: b\nsteps:\n  mavenBuild:\n    dockerImage: maven:3\n", None),
    ("wikimedia 2.3 JJB", "better: no peer reads Jenkins Job Builder", "jjb/jobs.yaml",
     f"- job-template:\n    name: 'a-{{name}}'\n    image: '{HOST}/releng/node20:20.1.0-s2'\n", [f"image {HOST}/releng/node20:20.1.0-s2"]),
    ("wikimedia 2.3 zuul", "better: the anchor before a name stays", "zuul.d/providers.yaml",
     f"- image:\n    name: &trixie {HOST}/trixie:20260503\n    type: cloud\n", [f"image {HOST}/trixie:20260503"]),
    ("wikimedia 2.3 devcontainer", "same", ".devcontainer/devcontainer.json", f'{{"image": "{HOST}/releng/node20:20.1.0"}}\n', [f"image {HOST}/releng/node20:20.1.0"]),
    ("wikimedia 2.3 charts", "better: fields of their own kind are read together", "helmfile.d/values.yaml",
     f"docker:\n  registry: {HOST}\nmain_app:\n  image: wikimedia/app\n  version: 2026-08-17-094555-production\n",
     [f"image {HOST}/wikimedia/app:2026-08-17-094555-production"]),
    ("wikimedia 2.3 charts", "better: a name whose registry another file says is told, and not looked up elsewhere", "charts/a/values.yaml",
     "common_images:\n  statsd:\n    exporter: prometheus-statsd-exporter:0.26.1-2-20240804\n", ["elsewhere prometheus-statsd-exporter:0.26.1-2-20240804"]),
    ("wikimedia 2.3 charts", "better: a version without a name is told", "helmfile.d/values.yaml", "mesh:\n  image_version: 1.35.9-1\n", ["elsewhere 1.35.9-1"]),
    ("wikimedia 2.3 JJB", "better: a placeholder is no image", "jjb/jobs.yaml",
     f"- job:\n    name: a\n    docker_image: '{HOST}/releng/python2-build-{{distribution}}:0.3.2'\n",
     [f"template {HOST}/releng/python2-build-{{distribution}}:0.3.2"]),
]  # fmt: skip

DOCKER_PKG = [
    ("wikimedia 3.2 image_tag", PKG, "images/a/Dockerfile.template", 'FROM {{ "bookworm" | image_tag }}\nRUN make\n', ['elsewhere {{ "bookworm" | image_tag }}']),
    ("wikimedia 3.2 quotes", PKG, "images/a/Dockerfile.template", "FROM {{  'bookworm'  | image_tag  }} AS b\n", ["elsewhere {{  'bookworm'  | image_tag  }}"]),
    ("wikimedia 3.2 literal", PKG, "images/a/Dockerfile.template", f"FROM {HOST}/bookworm:20260823\n", [f"from {HOST}/bookworm:20260823"]),
    ("wikimedia 3.2 scratch", PKG, "images/a/Dockerfile.template", "FROM scratch\nADD {{ x }} /\n", ["scratch scratch"]),
    ("wikimedia 3.2 digest", PKG, "images/a/Dockerfile.template", "FROM scratch\nCOPY --from=moby/buildkit@sha256:old /a /\n",
     ["scratch scratch", "copy moby/buildkit@sha256:old"]),
    ("wikimedia 3.5/6", "better: a digest that its reader would skip in silence is not written", "config.yaml",
     f"registry: {HOST}\nbase_images:\n  - {HOST}/bookworm:20260823\n", [f"base {HOST}/bookworm:20260823"],
     f"registry: {HOST}\nbase_images:\n  - {HOST}/bookworm:99\n"),
    ("wikimedia 3.2 registry", PKG, "images/a/Dockerfile.template", "FROM {{ registry }}/golang1.24:latest\n", ["template {{ registry }}/golang1.24:latest"]),
    ("wikimedia 3.2 ARG", PKG, "ml/a/Dockerfile.template", "ARG BASE_IMAGE=amd-common\nFROM {{ registry }}/${BASE_IMAGE}\n",
     ["template {{ registry }}/${BASE_IMAGE}"]),
    ("wikimedia 3.2 comment", "better: a commented line is no edge of the graph", "images/a/Dockerfile.template",
     '#FROM {{ "ci-buster" | image_tag }}\n{% set p = 1 -%}\nFROM scratch\n', ["scratch scratch"]),
]  # fmt: skip

APK = [
    ("wikimedia 6.1 baseimage", "better: a folder is no image of a registry", "app.apko.yaml",
     "contents:\n  packages: [busybox]\n  baseimage:\n    image: ./base\n    apkindex: ./index\n", ["built ./base"]),
    ("wikimedia 6.5", "same", ".ko.yaml", "defaultBaseImage: cgr.dev/acme/static:1\nbaseImageOverrides:\n  example.org/cmd/a: alpine:3\n",
     ["base cgr.dev/acme/static:1", "base alpine:3"]),
    ("wikimedia 6.5 ko.local", "same", ".ko.yaml", "defaultBaseImage: ko.local/base:1\n", ["built ko.local/base:1"]),
    ("wikimedia 6.5 kos", "better: no peer reads GoReleaser's bases", ".goreleaser.yaml", "version: 2\nkos:\n  - base_image: alpine:3\n", ["base alpine:3"]),
]  # fmt: skip

WIKIMEDIA = BLUBBER + PIPELINE + DOCKER_PKG + APK
