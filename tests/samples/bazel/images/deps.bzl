load("@rules_oci//oci:pull.bzl", _pull = "oci_pull")
load("@io_bazel_rules_docker//container:container.bzl", "container_pull")
load("@bazel_tools//tools/build_defs/repo:utils.bzl", "maybe")

_VERSION = "1.36"
_DIGEST = "sha256:ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12"

def images():
    _pull(
        name = "busybox",
        image = "docker.io/library/busybox",
        tag = _VERSION,
    )
    maybe(
        container_pull,
        name = "redis",
        registry = "docker.io",
        repository = "library/redis",
        digest = _DIGEST,
        tag = "7.2",
    )
