def debian(archs, tag):
    for arch in archs:
        container_pull(
            name = "debian-base-" + arch,
            architecture = arch,
            digest = _digest(_DEBIAN, arch),
            registry = "k8s.gcr.io",
            repository = "debian-base",
            tag = "0.4.1",  # ignored, but kept here for documentation
        )
    oci_pull(name = "a", image = "acme/%s" % tag, tag = "1")
    oci_pull(name = "b", image = "acme/b", tag = tag)
    oci_pull(name = "c", image = "acme/\x63", tag = "1")
    oci_pull(name = "d", image = "acme/d", tag = -1)
    oci_pull(name = "e", image = Label("//x"))
    oci_pull(name = "f", **kwargs)
    oci_pull(name = "g", image = "acme/g", tag = (1))

def container_pull(name, registry = "node:20", repository = None):
    pass
