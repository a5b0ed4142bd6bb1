"""Images with real layers and configurations, for who opens them."""

import gzip
import hashlib
import json

from tests.servers.registry import TYPES, Pusher, digest_of, layer

AMD64, ARM64 = "linux/amd64", "linux/arm64"


def where(platform):
    return dict(zip(("os", "architecture", "variant"), platform.split("/"), strict=False))


def diff_id(blob):
    return "sha256:" + hashlib.sha256(gzip.decompress(blob)).hexdigest()


def image(layers, *, platform=AMD64, config=None, kind="oci", annotations=None, **top):
    """
    An image: its manifest (bytes), and its blobs by digest. `layers` are gzipped tars, or the files
    of each by name; `config` is what the configuration has under that name, `top` beside it.
    """
    _, manifest_type, config_type, layer_type = TYPES[kind]
    blobs = [each if isinstance(each, bytes) else layer(each) for each in layers]
    body = json.dumps(
        {
            **where(platform),
            "config": config or {},
            "rootfs": {"type": "layers", "diff_ids": [diff_id(blob) for blob in blobs]},
            **top,
        }
    ).encode()
    document = {
        "schemaVersion": 2,
        "mediaType": manifest_type,
        "config": described(body, config_type),
        "layers": [described(blob, layer_type) for blob in blobs],
        **({"annotations": annotations} if annotations else {}),
    }
    return json.dumps(document).encode(), {digest_of(each): each for each in (body, *blobs)}


def described(data, media_type):
    return {"mediaType": media_type, "digest": digest_of(data), "size": len(data)}


def index(children, *, kind="oci"):
    """An index of manifests by platform, each with the annotations of its entry."""
    entries = [
        {
            **described(manifest, TYPES[kind][1]),
            "platform": where(platform),
            "annotations": annotations,
        }
        for platform, manifest, annotations in children
    ]
    document = {"schemaVersion": 2, "mediaType": TYPES[kind][0], "manifests": entries}
    return json.dumps(document).encode()


def push(base_url, repository, tag, images, *, kind="oci", headers=None):
    """Push images by platform under an index, or one alone; gives the digest of the tag."""
    pusher = Pusher(base_url, repository, headers)
    with pusher.client:
        for _, blobs in images.values():
            for blob in blobs.values():
                pusher.blob(blob, "application/octet-stream")
        if len(images) == 1:
            ((manifest, _),) = images.values()
            return pusher.manifest(manifest, tag)["digest"]
        children = [(platform, manifest, {}) for platform, (manifest, _) in images.items()]
        for _, manifest, _ in children:
            pusher.manifest(manifest)
        return pusher.manifest(index(children, kind=kind), tag)["digest"]
