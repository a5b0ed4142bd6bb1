// Special target: https://github.com/docker/metadata-action#bake-definition
target "docker-metadata-action" {}

variable "ALPINE" {
  default = "3.18"
}
variable "FRONTEND" { default = "docker/dockerfile:1.6" }

group "default" {
  targets = ["app", "lint"]
}

target "_common" {
  args = {
    BUILDKIT_CONTEXT_KEEP_GIT_DIR = 1
    BUILDKIT_SYNTAX               = FRONTEND
  }
}

target "app" {
  inherits = ["_common", "docker-metadata-action"]
  contexts = {
    base   = "docker-image://alpine:${ALPINE}" # basewatch: allow patch
    golang = "docker-image://golang:1.21.0@sha256:3fbc632167424a6d997e74f52b878d7cc478225cffac6bc977eedfe51c7f4e79",
    src    = "../src"
    other  = "target:lint"
  }
  cache-from = ["type=registry,ref=acme/app:cache"]
  tags       = ["acme/app:latest"]
}

target "lint" {
  dockerfile = "lint.Dockerfile"
  contexts   = { node = "docker-image://node:20", "docker.io/library/rust" : "docker-image://rust" }
}
