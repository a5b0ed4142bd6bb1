"""Published cases about files of continuous integration: Renovate's specs, and gaps users name."""

GL = ".gitlab-ci.yml"
GH = ".github/workflows/ci.yml"
OLD = "@sha256:old"
GROUP = "CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIX"
DIRECT = "CI_DEPENDENCY_PROXY_DIRECT_GROUP_IMAGE_PREFIX"


def job(image, key="image"):
    return f"test:\n  {key}: {image}\n  script: [make]\n"


def jobs(text):
    return "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n" + text


GITLAB = [
    ("renovate gitlabci image", "same", GL, job("node:20"), ["image node:20"], job("node:99@sha256:new")),
    ("renovate gitlabci image", "same", GL, f"image: node:20{OLD}\n" + job("alpine:3"), ["image node:20@sha256:old", "image alpine:3"]),
    ("renovate gitlabci object", "same", GL, "test:\n  image:\n    name: node:20\n    entrypoint: ['']\n  script: [make]\n", ["image node:20"]),
    ("renovate gitlabci services", "same", GL, "test:\n  services:\n    - postgres:16\n    - name: redis:7\n      alias: r\n  script: [make]\n",
     ["image postgres:16", "image redis:7"]),
    *[("renovate gitlabci proxy", "same", GL, job(f"{prefix}/node:20"), ["image docker.io/node:20"], job(f"{prefix}/node:99@sha256:new"))
      for prefix in (f"${GROUP}", f"${{{GROUP}}}", f"${DIRECT}", f"${{{DIRECT}}}")],
    ("renovate gitlabci variables", "same", GL, job("$CI_REGISTRY_IMAGE/app:1"), ["variable-without-default $CI_REGISTRY_IMAGE/app:1"]),
    ("renovate gitlabci variables", "better: a variable that the file gives a value is read and written", GL,
     "variables:\n  V: '20'\n" + job("node:$V"), ["image node:20"]),
    ("renovate gitlabci several documents", "same", GL, "spec:\n  inputs: {}\n---\n" + job("node:20"), ["image node:20"]),
    ("renovate gitlabci included file", "same", "ci/build.gitlab-ci.yml", job("node:20"), ["image node:20"]),
    ("wikimedia kokkuri", "better: the frontend that a variable names moves too, by tag", GL,
     "build:\n  extends: .kokkuri:build-image\n  variables:\n    BUILD_FRONTEND: docker-registry.wikimedia.org/repos/releng/blubber/buildkit:v1.6.0\n",
     ["syntax docker-registry.wikimedia.org/repos/releng/blubber/buildkit:v1.6.0"]),
    ("wikimedia kokkuri", "same", GL, job("docker-registry.wikimedia.org/releng/composer-test-php82:0.1.2-s2"),
     ["image docker-registry.wikimedia.org/releng/composer-test-php82:0.1.2-s2"]),
]  # fmt: skip

GITHUB = [
    ("our reading of renovate github-actions docker://", "same", GH, jobs("    steps:\n      - uses: docker://alpine:3.19\n"), ["image alpine:3.19"],
     jobs("    steps:\n      - uses: docker://alpine:99@sha256:new\n")),
    ("our reading of renovate github-actions container", "same", GH, jobs("    container: node:20\n    steps: []\n"), ["image node:20"]),
    ("our reading of renovate github-actions container", "same", GH, jobs("    container:\n      image: node:20\n    steps: []\n"), ["image node:20"]),
    ("our reading of renovate github-actions services", "same", GH, jobs("    services:\n      db:\n        image: postgres:16\n    steps: []\n"), ["image postgres:16"]),
    ("our reading of renovate github-actions quotes", "same", GH, jobs("    container: \"node:20\"\n    steps:\n      - uses: 'docker://alpine:3'\n"),
     ["image node:20", "image alpine:3"]),
    ("our reading of renovate github-actions not an image", "same", GH, jobs("    steps:\n      - uses: actions/checkout@v4\n"), None),
    ("our reading of renovate github-actions action", "same", "action.yml",
     "name: a\nruns:\n  using: composite\n  steps:\n    - uses: docker://alpine:3.19\n", ["image alpine:3.19"]),
    ("our reading of renovate github-actions runs.image", "better: what the action itself runs in is found", "action.yml",
     "name: a\nruns:\n  using: docker\n  image: docker://alpine:3.19\n", ["image alpine:3.19"]),
]  # fmt: skip

OTHERS = [
    ("our reading of renovate circleci", "same", ".circleci/config.yml",
     "version: 2.1\njobs:\n  a:\n    docker:\n      - image: cimg/node:20.1\n      - image: postgres:16\n    steps: [checkout]\n",
     ["image cimg/node:20.1", "image postgres:16"]),
    ("our reading of renovate circleci executors", "same", ".circleci/config.yml",
     "version: 2.1\nexecutors:\n  e:\n    docker:\n      - image: cimg/node:20.1\n", ["image cimg/node:20.1"]),
    ("our reading of renovate circleci orbs", "same", ".circleci/config.yml",
     "version: 2.1\norbs:\n  o:\n    jobs:\n      a:\n        docker:\n          - image: cimg/node:20.1\n        steps: []\n", ["image cimg/node:20.1"]),
    ("our reading of renovate circleci aliases", "same", ".circleci/config.yml",
     "version: 2\naliases:\n  - &d\n    docker:\n      - image: cimg/node:20.1\njobs:\n  a:\n    <<: *d\n    steps: []\n", ["image cimg/node:20.1"]),
    ("our reading of renovate droneci", "same", ".drone.yml",
     "kind: pipeline\ntype: docker\nname: a\nsteps:\n  - name: t\n    image: golang:1.22\nservices:\n  - name: d\n    image: redis:7\n",
     ["image golang:1.22", "image redis:7"]),
    ("our reading of renovate droneci quotes", "same", ".drone.yml",
     'kind: pipeline\ntype: docker\nname: a\nsteps:\n  - name: t\n    image: "golang:1.22"\n', ["image golang:1.22"]),
    ("our reading of renovate woodpecker", "same", ".woodpecker.yml", "steps:\n  t:\n    image: golang:1.22\n    commands: [make]\n", ["image golang:1.22"]),
    ("our reading of renovate woodpecker pipeline", "same", ".woodpecker/a.yaml", "pipeline:\n  t:\n    image: golang:1.22\n", ["image golang:1.22"]),
    ("our reading of renovate woodpecker list, services, clone", "same", ".woodpecker.yml",
     "clone:\n  git:\n    image: acme/git:1\nsteps:\n  - name: t\n    image: golang:1.22\nservices:\n  db:\n    image: postgres:16\n",
     ["image acme/git:1", "image golang:1.22", "image postgres:16"]),
    ("our reading of renovate crow", "same", ".crow.yml", "steps:\n  t:\n    image: golang:1.22\n", ["image golang:1.22"]),
    ("our reading of renovate azure-pipelines", "same", "azure-pipelines.yml",
     "resources:\n  containers:\n    - container: linux\n      image: ubuntu:22.04\njobs:\n  - job: a\n    container: linux\n",
     ["image ubuntu:22.04", "elsewhere linux"]),
    ("our reading of renovate azure-pipelines", "better: the image of a job is found", "azure-pipelines.yml",
     "jobs:\n  - job: a\n    container: ubuntu:22.04\n    steps: []\n", ["image ubuntu:22.04"]),
    ("our reading of renovate bitbucket-pipelines", "same", "bitbucket-pipelines.yml",
     "image: node:20\npipelines:\n  default:\n    - step:\n        image:\n          name: golang:1.22\n        script:\n          - make\n",
     ["image node:20", "image golang:1.22"]),
    ("our reading of renovate bitbucket-pipelines pipe", "same", "bitbucket-pipelines.yml",
     "pipelines:\n  default:\n    - step:\n        script:\n          - pipe: docker://acme/pipe:1.2\n", ["image acme/pipe:1.2"]),
    ("our reading of renovate bitbucket-pipelines services", "same", "bitbucket-pipelines.yml",
     "definitions:\n  services:\n    db:\n      image: postgres:16\npipelines:\n  default:\n    - step:\n        script: [make]\n", ["image postgres:16"]),
    ("our reading of renovate cloudbuild", "same", "cloudbuild.yaml",
     "steps:\n  - name: gcr.io/cloud-builders/docker:19.03.8\n    args: [build, .]\n  - name: node:12\n",
     ["image gcr.io/cloud-builders/docker:19.03.8", "image node:12"]),
    ("renovate run 1.1", "better: files of Buildkite's are read", ".buildkite/pipeline.yml",
     "steps:\n  - command: make\n    plugins:\n      - docker#v5.0.0:\n          image: node:20\n", ["image node:20"]),
    ("renovate run 1.1", "better: files of Jenkins's are read", "Jenkinsfile", "pipeline {\n  agent { docker { image 'maven:3.9' } }\n}\n", ["image maven:3.9"],
     "pipeline {\n  agent { docker { image 'maven:99@sha256:new' } }\n}\n"),
    ("digestabot shell", "better: only where a comment asks, so that no text is taken for a name", "run.sh",
     "# basewatch: image\ndocker run --rm alpine:3.19 true\n", ["image alpine:3.19"]),
]  # fmt: skip

PIPELINES = GITLAB + GITHUB + OTHERS
