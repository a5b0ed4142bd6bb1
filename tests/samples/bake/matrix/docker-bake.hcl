target "app" {
  name = "app-${item.tag}-${replace(version, ".", "-")}"
  matrix = {
    version = ["3.10", "3.11"]
    item    = [{ tag = "slim", }, { tag = "alpine" }]
  }
  args = {
    PYTHON = version
    BUILDKIT_SYNTAX = "docker/dockerfile:${version}"
  }
  contexts = {
    base = "docker-image://python:${version}-${item.tag}"
    fix  = "docker-image://busybox:1.36"
  }
}
