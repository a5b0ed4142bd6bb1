"""Published cases in which one file gives a value to another: `(source, verdict, texts, found, written)`."""

UNFOLLOWED = "better: the value is followed, and the file that has it is edited"

MEETINGS = [
    ("renovate run 15: arguments of a build", UNFOLLOWED,
     {"compose.yaml": "services:\n  app:\n    build:\n      context: .\n      args:\n        V: '20'\n",
      "Dockerfile": "ARG V\nFROM node:$V\n"},
     ["compose.yaml arg node:20"],
     {"compose.yaml": "services:\n  app:\n    build:\n      context: .\n      args:\n        V: '99'\n"}),
    ("dependabot compose variable: .env", UNFOLLOWED,
     {"compose.yaml": "services:\n  app:\n    image: node:${TAG}\n", ".env": "TAG=20\n"},
     [".env image node:20"],
     {".env": "TAG=99\n"}),
    ("renovate#18336", UNFOLLOWED,
     {".gitlab-ci.yml": "variables:\n  V: '20'\nbuild:\n  script:\n    - docker build --build-arg V=$V .\n",
      "Dockerfile": "ARG V\nFROM node:$V\n"},
     [".gitlab-ci.yml arg node:20"],
     {".gitlab-ci.yml": "variables:\n  V: '99'\nbuild:\n  script:\n    - docker build --build-arg V=$V .\n"}),
    ("renovate#8871: a bake file", UNFOLLOWED,
     {"docker-bake.hcl": 'target "app" {\n  args = {\n    V = "20"\n  }\n}\n', "Dockerfile": "ARG V\nFROM node:$V\n"},
     ["docker-bake.hcl arg node:20"],
     {"docker-bake.hcl": 'target "app" {\n  args = {\n    V = "99"\n  }\n}\n'}),
]  # fmt: skip
