import json

import pytest

from bot.manifests import normal_platform, read_image, read_manifest
from bot.model import Layer
from tests.servers.layered import AMD64, ARM64, image, index
from tests.servers.registry import OCI_INDEX, OCI_MANIFEST, TYPES, digest_of, layer

BASE, TOP = layer({"a": b"1"}), layer({"b": b"2"})


@pytest.mark.parametrize("kind", ["oci", "docker"])
def test_the_layers_of_an_image_are_read_from_the_lowest(kind):
    body, _ = image([BASE, TOP], kind=kind, annotations={"made": "yes"})
    found = read_image(body)
    media_type = TYPES[kind][3]
    assert found.layers == tuple(
        Layer(digest_of(blob), len(blob), media_type) for blob in (BASE, TOP)
    )
    assert (found.media_type, dict(found.annotations)) == (TYPES[kind][1], {"made": "yes"})
    assert found.config.size == json.loads(body)["config"]["size"]


def test_an_index_is_no_image():
    with pytest.raises(ValueError, match="it is an index"):
        read_image(index([]))


def test_entries_of_an_index_have_their_size_and_annotations():
    one, _ = image([BASE])
    (found,) = read_manifest(index([(ARM64, one, {"revision": "x", "odd": "y"})])).children
    assert (found.platform, found.size) == (ARM64, len(one))
    assert dict(found.annotations) == {"revision": "x", "odd": "y"}


def test_annotations_that_are_no_text_are_passed_over():
    body, _ = image([BASE])
    document = {**json.loads(body), "annotations": {"a": 1, "b": "c", "d": None}}
    assert dict(read_image(json.dumps(document).encode()).annotations) == {"b": "c"}


@pytest.mark.parametrize("size", [None, -1, "12", True, 1.5, 1 << 50])
def test_a_size_that_is_none_is_not_believed(size):
    body, _ = image([BASE])
    document = json.loads(body)
    document["config"]["size"] = size
    assert read_manifest(json.dumps(document).encode()).config.size == -1
    document["layers"][0]["size"] = size
    with pytest.raises(ValueError, match="without a size"):
        read_image(json.dumps(document).encode())


def test_a_layer_without_a_digest_is_refused():
    body, _ = image([BASE])
    document = json.loads(body)
    document["layers"][0]["digest"] = "sha256:../../x"
    with pytest.raises(ValueError, match="without a digest"):
        read_image(json.dumps(document).encode())


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("linux/amd64", AMD64),
        (" Linux/AMD64 ", AMD64),
        ("linux/arm64/v8", ARM64),
        ("linux/arm/v7", "linux/arm/v7"),
        ("windows/amd64", "windows/amd64"),
    ],
)
def test_a_platform_is_spelled_one_way(said, meant):
    assert normal_platform(said) == meant


@pytest.mark.parametrize(
    "said", ["", "linux", "linux/", "/amd64", "a/b/c/d", "linux/am d64", "unknown/unknown"]
)
def test_what_is_no_platform_is_refused(said):
    with pytest.raises(ValueError, match="is no platform"):
        normal_platform(said)


def test_both_kinds_of_document_are_told_apart():
    assert read_manifest(index([])).media_type == OCI_INDEX
    assert read_manifest(image([BASE])[0]).media_type == OCI_MANIFEST
