"""Published cases about compose, Kubernetes, Kustomize, Helm and builders: of many makers."""

C = "compose.yaml"
K = "deploy/app.yaml"
V = "chart/values.yaml"
KU = "kustomization.yaml"
OLD = "@sha256:old"
POD = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n"


def pod(*images):
    return POD + "".join(f"    - name: c\n      image: {image}\n" for image in images)


def services(*images):
    return "services:\n" + "".join(
        f"  s{n}:\n    image: {image}\n" for n, image in enumerate(images)
    )


WITHIN = (
    "services:\n  app:\n    build:\n      dockerfile_inline: |\n        FROM {}\n        RUN make\n"
)
UNTAGGED = "better: untagged images are read and can be pinned; theirs are left out in silence"
PLACE = "invalid-reference"
PARTS = "better: the digest is written where the chart has a field for it"

COMPOSE = [
    ("renovate docker-compose null", "same", C, "", None),
    ("renovate docker-compose null", "same", C, "nothing here\n", None),
    ("renovate docker-compose malformed", "better: said, where theirs is silent", C, "services:\n  a: {image: [\n", ["unparsable services:"]),
    ("renovate docker-compose v1", "same", "docker-compose.yml", "db:\n  image: postgres:9.6\nweb:\n  image: nginx:1.19\n  links: [db]\n",
     ["image postgres:9.6", "image nginx:1.19"]),
    ("renovate docker-compose v3", "same", "docker-compose.yml", 'version: "3"\n' + services("redis:alpine", "postgres:9.4.0"),
     ["image redis:alpine", "image postgres:9.4.0"]),
    ("renovate docker-compose no version", "same", C, services("redis:alpine"), ["image redis:alpine"], services("redis:alpine@sha256:new")),
    ("renovate docker-compose default", "same", C, services(f"${{REDIS:-redis:5.0.0{OLD}}}"), ["image redis:5.0.0@sha256:old"],
     services("${REDIS:-redis:99@sha256:new}")),
    ("renovate docker-compose !reset", "same", C, "services:\n  a:\n    image: nginx:1.19\n    ports: !reset []\n", ["image nginx:1.19"]),
    ("renovate docker-compose Jinja", "same", C, "services:\n  a:\n    image: nginx:1.19\n    {% if x %}\n    ports: []\n    {% endif %}\n",
     ["image nginx:1.19"]),
    ("renovate docker-compose extension", "same", C, "x-shared: &a\n  image: redis:6\nservices:\n  one: *a\n  two: *a\n", ["image redis:6"],
     "x-shared: &a\n  image: redis:99@sha256:new\nservices:\n  one: *a\n  two: *a\n"),
    ("renovate docker-compose build", "same", C, "services:\n  a:\n    build: .\n    image: acme/app:1\n", ["built acme/app:1"]),
    ("renovate run 15", "better: a default within the value is read", C, services("nginx:${V:-1.25}"), ["image nginx:1.25"],
     services("nginx:${V:-99@sha256:new}")),
    ("renovate run 15", "better: a Dockerfile within is read", C, WITHIN.format("alpine:3"), ["from alpine:3"],
     WITHIN.format("alpine:99@sha256:new")),
    ("dependabot compose bare", UNTAGGED, C, services("ubuntu"), ["image ubuntu"]),
    ("dependabot compose digest", "same", C, services(f"ubuntu{OLD}"), ["image ubuntu@sha256:old"], services("ubuntu@sha256:new")),
    ("dependabot compose digest_and_tag", "same", C, services(f"ubuntu:12.04.5{OLD}"), ["image ubuntu:12.04.5@sha256:old"]),
    ("dependabot compose folded_digest", "same", C, "services:\n  a:\n    image: >-\n      ubuntu@sha256:old\n", ["image ubuntu@sha256:old"],
     "services:\n  a:\n    image: >-\n      ubuntu@sha256:new\n"),
    ("dependabot compose literal_digest", "same", C, "services:\n  a:\n    image: |\n      ubuntu@sha256:old\n", ["image ubuntu@sha256:old"],
     "services:\n  a:\n    image: |\n      ubuntu@sha256:new\n"),
    ("dependabot compose inline_dockerfile", "same", C, WITHIN.format("ubuntu:17.04"), ["from ubuntu:17.04"]),
    ("dependabot compose inline with parameter", "better: the variable has a value where the file gives one", C,
     WITHIN.format("$$IMG").replace("FROM", "ARG IMG=ubuntu:17.04\n        FROM"), ["from ubuntu:17.04"]),
    ("dependabot compose inline with parameter", "same", C, WITHIN.format("$IMG"), ["unparsable FROM "]),
    ("dependabot compose lock_with_symbols", "same", "docker-compose.yml", "services:\n  a:\n    image: nginx:1.19\n    x: !<tag:a.example.org,2026:b> c\n", ["image nginx:1.19"]),
    ("dependabot compose multiple_identical", "same", C, services("node:10.9-alpine", "node:10.9-alpine"),
     ["image node:10.9-alpine", "image node:10.9-alpine"], services("node:99-alpine@sha256:new", "node:99-alpine@sha256:new")),
    ("dependabot compose namespace", "same", C, services("my-fork/ubuntu:17.04"), ["image my-fork/ubuntu:17.04"]),
    ("dependabot compose non_numeric_version", "same", C, services("ubuntu:artful"), ["image ubuntu:artful"]),
    ("dependabot compose private_tag", "same", C, services("reg.example.org:3000/my/ubuntu:17.04"), ["image reg.example.org:3000/my/ubuntu:17.04"]),
    ("dependabot compose tag_quoted", "same", C, services('"ubuntu:17.04"'), ["image ubuntu:17.04"], services('"ubuntu:99@sha256:new"')),
    ("dependabot compose v1_tag", "same", C, services("docker.io/acme/ubuntu:17.04"), ["image docker.io/acme/ubuntu:17.04"]),
    ("dependabot compose variable", "same", C, services("ubuntu:${TAG}"), ["variable-without-default ubuntu:${TAG}"]),
    ("dependabot compose mixed", "same", C, services("ubuntu:${TAG}", "nginx:1.19"), ["variable-without-default ubuntu:${TAG}", "image nginx:1.19"]),
    ("dependabot compose default", "same", C, services("${IMG:-ubuntu:17.04}"), ["image ubuntu:17.04"], services("${IMG:-ubuntu:99@sha256:new}")),
    ("dependabot compose sequence", "same", C, "- a\n- b\n", None),
    ("wikimedia compose build", "same", "docker-compose.yml",
     "services:\n  app:\n    build:\n      dockerfile: .pipeline/x/blubber.yaml\n      target: production\n", []),
]  # fmt: skip

KUBERNETES = [
    ("renovate kubernetes kind", "same", K, "image: nginx:1.19\n", None),
    ("renovate kubernetes arrays", "same", K, POD + "    - image: nginx:1.19\n    - image: redis:6\n", ["image nginx:1.19", "image redis:6"]),
    ("renovate kubernetes underscore", "same", K, pod("acme/app:1.2_3"), ["image acme/app:1.2_3"]),
    ("renovate kubernetes ConfigMap", "same", K, "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: b\n", None),
    ("renovate kubernetes templated", "same", K, "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    {{- range .x }}\n    - image: nginx:1.19\n    {{- end }}\n",
     ["image nginx:1.19"]),
    ("renovate kubernetes image volume", "same", K, POD + "    - image: nginx:1.19\n  volumes:\n    - name: v\n      image:\n        reference: acme/data:2\n",
     ["image nginx:1.19", "image acme/data:2"]),
    ("renovate kubernetes malformed volume", "better: said, where theirs is silent", K, POD + "    - image: nginx:1.19\n  volumes: [1, {image: x}, {image: {reference: [a]}}]\n",
     ["image nginx:1.19", "invalid-reference [a]"]),
    ("dependabot kubernetes unexpected_image", "same", K, POD + "    - image: <<VAR>>\n", ["invalid-reference <<VAR>>"]),
    ("dependabot kubernetes bare", UNTAGGED, K, pod("nginx"), ["image nginx"]),
    ("dependabot kubernetes digest", "same", K, pod(f"ubuntu{OLD}"), ["image ubuntu@sha256:old"], pod("ubuntu@sha256:new")),
    ("dependabot kubernetes digest_and_tag", "same", K, pod(f"ubuntu:12{OLD}"), ["image ubuntu:12@sha256:old"], pod("ubuntu:99@sha256:new")),
    ("dependabot kubernetes hyphen", "same", K, POD + "    - image: nginx:1.14.2\n      name: n\n", ["image nginx:1.14.2"],
     POD + "    - image: nginx:99@sha256:new\n      name: n\n"),
    ("dependabot kubernetes multiple-resources", "same", K, pod("nginx:1.14.2") + "---\n" + pod("nginx:1.14.2"),
     ["image nginx:1.14.2", "image nginx:1.14.2"]),
    ("dependabot kubernetes multiple_identical", "same", K, pod("nginx:1", "nginx:1"), ["image nginx:1", "image nginx:1"]),
    ("dependabot kubernetes initContainers", "same", K, "apiVersion: v1\nkind: Pod\nspec:\n  initContainers:\n    - image: busybox:1\n", ["image busybox:1"]),
    ("dependabot kubernetes namespace", "same", K, pod("my-repo/nginx:1.14.2"), ["image my-repo/nginx:1.14.2"]),
    ("dependabot kubernetes non-numeric", "same", K, pod("nginx:artful"), ["image nginx:artful"]),
    ("dependabot kubernetes private_tag", "same", K, pod("reg.example.org:3000/my/nginx:1"), ["image reg.example.org:3000/my/nginx:1"]),
    ("dependabot kubernetes v1_tag", "same", K, pod("docker.io/acme/nginx:1"), ["image docker.io/acme/nginx:1"], pod("docker.io/acme/nginx:99@sha256:new")),
    ("dependabot kubernetes with_bom", "same", K, "\ufeff" + pod("nginx:1"), ["image nginx:1"], "\ufeff" + pod("nginx:99@sha256:new")),
    ("wikimedia ko", "same", K, pod("ko://example.org/cmd/app"), ["built ko://example.org/cmd/app"]),
]  # fmt: skip

KUSTOMIZE = [
    ("renovate kustomize newTag", "same", KU, "images:\n  - name: node\n    newTag: v0.1.0\n", ["image node:v0.1.0"]),
    ("renovate kustomize newName", "same", KU, "images:\n  - name: x\n    newName: acme/node:v0.1.0\n", ["image acme/node:v0.1.0"]),
    ("renovate kustomize newName newTag", "same", KU, "images:\n  - name: x\n    newName: acme/node\n    newTag: v0.1.0\n", ["image acme/node:v0.1.0"]),
    ("renovate kustomize digest", "same", KU, "images:\n  - name: node\n    digest: sha256:old\n", ["image node@sha256:old"],
     "images:\n  - name: node\n    digest: sha256:new\n"),
    ("renovate kustomize both", "better: the reader takes the digest, so that is read and written, with the tag",
     KU, "images:\n  - name: node\n    newTag: v0.1.0\n    digest: sha256:old\n", ["image node:v0.1.0@sha256:old"]),
    ("renovate kustomize sha256 in newTag", "same", KU, "images:\n  - name: node\n    newTag: sha256:old\n", ["invalid-reference node"]),
    ("renovate kustomize name only", "same", KU, "images:\n  - name: node\n", []),
    ("renovate kustomize port", "same", KU, "images:\n  - name: reg.example.org:5000/a/b/c\n    newTag: v1\n", ["image reg.example.org:5000/a/b/c:v1"]),
]  # fmt: skip

HELM = [
    ("renovate helm-values bare and nested", "same", V,
     "image:\n  repository: nginx\n  tag: 1.19.0\nsidecar:\n  proxyImage:\n    repository: envoy\n    tag: v1.2.3\n",
     ["image nginx:1.19.0", "image envoy:v1.2.3"]),
    ("renovate helm-values inline", "same", V, "image: nginx:1.19.0\n", ["image nginx:1.19.0"]),
    ("renovate helm-values registry", "same", V, "image:\n  registry: reg.example.org\n  repository: acme/app\n  tag: 1.0.0\n",
     ["image reg.example.org/acme/app:1.0.0"]),
    ("renovate helm-values multi-doc", "same", V, "image: nginx:1.19.0\n---\nimage: redis:6.0.0\n", ["image nginx:1.19.0", "image redis:6.0.0"]),
    ("renovate helm-values numeric version", "better: a number that a template would print otherwise is said, not looked up", V,
     "image:\n  repository: nginx\n  version: 3.10\n", ["invalid-reference nginx"]),
    ("renovate helm-values digest in tag", "same", V, f"image:\n  repository: nginx\n  tag: 1.19.0{OLD}\n", ["image nginx:1.19.0@sha256:old"],
     "image:\n  repository: nginx\n  tag: 99@sha256:new\n"),
    ("dependabot helm digest", "same", V, "image:\n  repository: nginx\n  tag: sha256:old\n", ["image nginx@sha256:old"]),
    ("dependabot helm double-quotes", "same", V, 'image:\n  repository: "nginx"\n  tag: "1.14.2"\n', ["image nginx:1.14.2"],
     'image:\n  repository: "nginx"\n  tag: "99"\n'),
    ("dependabot helm single-quotes", "same", V, "image:\n  repository: 'nginx'\n  tag: '1.14.2'\n", ["image nginx:1.14.2"],
     "image:\n  repository: 'nginx'\n  tag: '99'\n"),
    ("dependabot helm empty", "same", V, "", None),
    ("dependabot helm mixed-image", "same", V, "a:\n  image:\n    repository: nginx\n    tag: 1.14.2\nb:\n  image: redis:6.0.1\n",
     ["image nginx:1.14.2", "image redis:6.0.1"]),
    ("dependabot helm no-registry", "same", V, "image:\n  repository: acme/nginx\n  tag: v1.14.2\n", ["image acme/nginx:v1.14.2"]),
    ("dependabot helm no-tag", "same", V, "image:\n  repository: nginx\n", ["elsewhere nginx"]),
    ("dependabot helm version", "same", V, "image:\n  repository: nginx\n  version: v1.14.2\n", ["image nginx:v1.14.2"]),
    ("dependabot helm bad version", "same", V, "a:\n  image:\n    repository: nginx\n    tag: 1.14.2\nb:\n  image:\n    repository: redis\n    tag: not a tag\n",
     ["image nginx:1.14.2", "invalid-reference redis"]),
    ("dependabot helm registry twice", "same", V, "image:\n  registry: reg.example.org\n  repository: reg.example.org/acme/app\n  tag: 1.0.0\n",
     ["image reg.example.org/acme/app:1.0.0"]),
    ("dependabot helm values-production", "same", "chart/values-production.yaml", "image: nginx:1.19.0\n", ["image nginx:1.19.0"]),
    ("wikimedia B5", PARTS, V, 'image:\n  registry: docker.io\n  repository: bitnami/redis\n  tag: 7.0.1-debian-11-r8\n  digest: ""\n',
     ["image docker.io/bitnami/redis:7.0.1-debian-11-r8"],
     'image:\n  registry: docker.io\n  repository: bitnami/redis\n  tag: 99-debian-11-r8\n  digest: "sha256:new"\n'),
    ("wikimedia B5", "better: the list of a chart is kept in step", "chart/Chart.yaml",
     "apiVersion: v2\nname: redis\nversion: 1.0.0\nannotations:\n  images: |\n    - name: redis\n      image: docker.io/bitnami/redis:7.0.1-debian-11-r8\n",
     ["image docker.io/bitnami/redis:7.0.1-debian-11-r8"]),
    ("wikimedia B10", "same", V, "volumePermissions:\n  image:\n    repository: bitnami/os-shell\n    tag: 11-debian-11-r1\n",
     ["image bitnami/os-shell:11-debian-11-r1"]),
]  # fmt: skip

BUILDERS = [
    ("our reading of renovate devcontainer", "same", ".devcontainer/devcontainer.json", '{"image": "mcr.example.org/base:1"}\n', ["image mcr.example.org/base:1"]),
    ("our reading of renovate devcontainer", "same", ".devcontainer.json", '{"image": "node:20"}\n', ["image node:20"]),
    ("our reading of renovate devcontainer", "same", ".devcontainer/api/devcontainer.json", '{\n  // ours\n  "image": "node:20",\n}\n', ["image node:20"]),
    ("our reading of renovate devcontainer features", "better: a feature is no image, and is said to be none", ".devcontainer/devcontainer.json",
     '{"image": "node:20", "features": {"ghcr.io/acme/features/go:1": {}}}\n', ["image node:20", "artifact ghcr.io/acme/features/go:1"]),
    ("renovate quadlet", "same", "app.container", "[Container]\nImage=docker.io/acme/app:1.2\n", ["image docker.io/acme/app:1.2"]),
    ("renovate quadlet docker://", "same", "app.container", "[Container]\nImage=docker://docker.io/acme/app:1.2\n", ["image docker.io/acme/app:1.2"]),
    ("renovate quadlet docker-daemon:", "same", "app.container", "[Container]\nImage=docker-daemon:docker.io/acme/app:1.2\n",
     ["invalid-reference docker-daemon:docker.io/acme/app:1.2"]),
    *[("renovate quadlet places", "same", "app.container", f"[Container]\nImage={place}\n", [f"{reason} {place}"])
      for place, reason in (
          ("dir:/a", PLACE), ("oci:/a:1", PLACE), ("docker-archive:/a.tar", PLACE), ("containers-storage:a:1", PLACE),
          ("sif:/a.sif", PLACE), ("app.image", "elsewhere"), ("app.build", "elsewhere"),
      )],
    ("renovate quadlet image", "same", "app.image", "[Image]\nImage=quay.io/acme/app:1\n", ["image quay.io/acme/app:1"]),
    ("renovate quadlet volume", "same", "app.volume", "[Volume]\nDriver=image\nImage=quay.io/acme/data:1\n", ["image quay.io/acme/data:1"]),
    ("renovate#44500", "better: a digest has been written from the start", "app.container", "[Container]\nImage=quay.io/acme/app:1\n",
     ["image quay.io/acme/app:1"], "[Container]\nImage=quay.io/acme/app:99@sha256:new\n"),
    ("renovate bazel tag and digest", "same", "MODULE.bazel",
     'oci.pull(\n    name = "a",\n    image = "index.docker.io/acme/app",\n    tag = "1.2",\n    digest = "sha256:old",\n)\n',
     ["base index.docker.io/acme/app:1.2@sha256:old"]),
    ("renovate bazel tag", "same", "MODULE.bazel", 'oci.pull(name = "a", image = "acme/app", tag = "1.2")\n', ["base acme/app:1.2"]),
    ("renovate bazel digest", "same", "MODULE.bazel", 'oci.pull(name = "a", image = "acme/app", digest = "sha256:old")\n', ["base acme/app@sha256:old"]),
    ("renovate bazel neither", "same", "MODULE.bazel", 'oci.pull(name = "a", image = "acme/app")\n', ["base acme/app"]),
    ("our reading of renovate buildpacks", "same", "project.toml", '[_]\nschema-version = "0.2"\n[io.buildpacks]\nbuilder = "acme/builder:1.2"\n', ["base acme/builder:1.2"]),
    ("our reading of renovate nuget", "same", "app.csproj",
     "<Project><PropertyGroup><ContainerBaseImage>mcr.example.org/aspnet:8.0</ContainerBaseImage></PropertyGroup></Project>\n",
     ["base mcr.example.org/aspnet:8.0"]),
    ("our reading of renovate ansible", "same", "roles/a/tasks/main.yml",
     "- name: run\n  docker_container:\n    name: app\n    image: acme/app:1.2\n", ["image acme/app:1.2"]),
    ("our reading of renovate tekton", "same", K, "apiVersion: tekton.dev/v1\nkind: Task\nspec:\n  steps:\n    - name: a\n      image: acme/app:1.2\n", ["image acme/app:1.2"]),
    ("renovate#8871 bake", "better: found with no pattern of one's own", "docker-bake.hcl",
     'target "app" {\n  contexts = {\n    base = "docker-image://alpine:3.19"\n  }\n}\n', ["from alpine:3.19"]),
    ("our reading of renovate Earthfile", "better: found with no pattern of one's own", "Earthfile", "VERSION 0.8\nFROM alpine:3.19\n", ["from alpine:3.19"],
     "VERSION 0.8\nFROM alpine:99@sha256:new\n"),
    ("our reading of renovate skaffold", "better: found with no pattern of one's own", "skaffold.yaml",
     "apiVersion: skaffold/v4beta1\nkind: Config\nbuild:\n  artifacts:\n    - image: acme/app\n      buildpacks:\n        builder: acme/builder:1\n",
     ["built acme/app", "base acme/builder:1"]),
    ("updatecli ko", "same", ".ko.yaml", "defaultBaseImage: cgr.dev/acme/static:1\n", ["base cgr.dev/acme/static:1"]),
    ("our reading of maven jib", "better: found with no pattern of one's own", "pom.xml",
     ("<project><build><plugins><plugin><artifactId>jib-maven-plugin</artifactId><configuration><from><image>eclipse-temurin:21</image></from>"
     "</configuration></plugin></plugins></build></project>\n"), ["base eclipse-temurin:21"]),
]  # fmt: skip

MANIFESTS = COMPOSE + KUBERNETES + KUSTOMIZE + HELM + BUILDERS
