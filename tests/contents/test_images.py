import asyncio
import gzip
import json
import random
import threading
from pathlib import Path

import pytest

from bot.contents.describing import described_by
from bot.contents.images import CachedImages, Settings
from bot.contents.opening import opened
from bot.contents.store import Store
from bot.errors import EvidenceError
from bot.image import ImageRef
from bot.manifests import Configuration, Image
from bot.model import Contents, ImageConfig
from tests.contents.shelves import Shelves, sizes
from tests.fakes.shelf import Shelf
from tests.servers.layered import AMD64, ARM64, image, index
from tests.servers.registry import OCI_INDEX, digest_of, layer

REF = ImageRef.parse("r.example/a:1")
BASE, TOP, OTHER = (layer({name: name.encode() * 50}) for name in ("base", "top", "other"))


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "images")


def shelved(*images, top=None, **annotated):
    """Shelves with these images, and the tag `1` at `top` or else at the only one."""
    shelves = Shelves(*([top] if top else []))
    for manifest, blobs in images:
        shelves.put(manifest, *blobs.values())
    shelves.tags["1"] = digest_of(top or images[0][0])
    return shelves


@pytest.fixture
def both():
    """One image for two platforms, under an index."""
    children = {
        AMD64: image(
            [BASE, TOP], config={"User": "app"}, annotations={"own": "manifest", "both": "manifest"}
        ),
        ARM64: image([BASE, OTHER], platform=ARM64),
    }
    entries = [
        (name, manifest, {"both": "index", "only": "index"})
        for name, (manifest, _) in children.items()
    ]
    shelves = shelved(*children.values(), top=index(entries))
    shelves.children = {name: digest_of(manifest) for name, (manifest, _) in children.items()}
    return shelves


def asked(store, shelves, question, read=sizes, **settings):
    """What `question(images)` gives, in a run of its own."""

    async def ask():
        images = CachedImages(shelves, Store(store.root), read, Settings(**settings))
        try:
            return await question(images)
        finally:
            images.close()

    return asyncio.run(ask())


def refused(store, shelves, question=lambda images: images.open(REF), **options):
    with pytest.raises(EvidenceError) as error:
        asked(store, shelves, question, **options)
    text = str(error.value)
    assert text.splitlines() == [text]
    return text


def changed(manifest, **fields):
    return json.dumps({**json.loads(manifest), **fields}).encode()


def test_a_layer_that_cannot_be_read_is_told_with_its_image(store):
    from bot.contents.reading import read as really

    shelves = shelved(image([gzip.compress(b"no archive at all")]))
    said = refused(store, shelves, read=really)
    assert said.startswith("r.example/a:1: layer sha256:")
    assert said.endswith("it ends within a member")


# ---------------------------------------------------------------- describing


def test_an_image_is_described_for_the_platform_that_is_read_first(store, both):
    found = asked(store, both, lambda images: images.describe(REF))
    assert (found.platform, found.index, found.digest) == (
        AMD64,
        both.tags["1"],
        both.children[AMD64],
    )
    assert found.config.user == "app"
    assert dict(found.annotations) == {"own": "manifest", "both": "manifest", "only": "index"}
    assert [(each.digest, each.size) for each in found.layers] == [
        (digest_of(blob), len(blob)) for blob in (BASE, TOP)
    ]
    assert all(each.diff_id.startswith("sha256:") for each in found.layers)
    assert found.size == len(BASE) + len(TOP)


@pytest.mark.parametrize("said", ["linux/arm64", "linux/arm64/v8", "Linux/ARM64"])
def test_an_image_is_described_for_the_platform_that_is_asked_for(store, both, said):
    found = asked(store, both, lambda images: images.describe(REF, said))
    assert (found.platform, found.digest) == (ARM64, both.children[ARM64])


def test_the_operator_says_which_platform_is_read_first(store, both):
    found = asked(store, both, lambda images: images.describe(REF), platform=ARM64)
    assert found.platform == ARM64


def test_no_layer_is_fetched_to_describe_an_image(store, both):
    found = asked(store, both, lambda images: images.describe(REF))
    assert not {each.digest for each in found.layers} & {*both.blobs_asked()}


def test_an_image_without_an_index_is_its_own(store):
    shelves = shelved(image([BASE], annotations={"a": "b"}))
    found = asked(store, shelves, lambda images: images.describe(REF))
    assert (found.digest, found.index, dict(found.annotations)) == (
        *[shelves.tags["1"]] * 2,
        {"a": "b"},
    )


def test_a_platform_that_is_not_there_is_told_with_those_that_are(store, both):
    assert refused(store, both, lambda images: images.describe(REF, "linux/s390x")) == (
        "r.example/a:1: there is no linux/s390x, but linux/amd64, linux/arm64"
    )
    alone = shelved(image([BASE], platform=ARM64))
    assert refused(store, alone) == "r.example/a:1: there is no linux/amd64, but linux/arm64"
    assert "but no image at all" in refused(store, shelved(top=index([])))


def test_an_entry_that_says_no_platform_is_for_whoever_its_configuration_says(store):
    one = image([BASE])
    entry = {**json.loads(index([(AMD64, one[0], {})]))["manifests"][0]}
    del entry["platform"]
    top = json.dumps({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [entry]}).encode()
    shelves = shelved(one, top=top)
    assert asked(store, shelves, lambda images: images.describe(REF)).platform == AMD64
    assert "there is no linux/arm64" in refused(
        store, shelves, lambda images: images.describe(REF, ARM64)
    )


def test_a_configuration_that_says_no_platform_is_of_the_one_asked_for(store):
    found = asked(
        store, shelved(image([BASE], platform="")), lambda images: images.describe(REF, ARM64)
    )
    assert found.platform == ARM64


@pytest.mark.parametrize("said", ["", "linux", "../.."])
def test_what_is_no_platform_is_refused(store, both, said):
    assert "is no platform" in refused(
        store, both, lambda images: images.describe(REF, said or "/")
    )


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"schemaVersion": 1}, "schema 1"),
        ({"config": None}, "neither an index nor"),
        ({"mediaType": "text/html"}, "media type"),
        ({"layers": [{"size": 1}]}, "without a digest"),
        (
            {"config": {"digest": digest_of(b"{}"), "mediaType": "application/vnd.cncf.helm"}},
            "an artifact",
        ),
        (
            {
                "config": {
                    "digest": digest_of(b"{}"),
                    "mediaType": "application/vnd.oci.image.config.v1+json",
                }
            },
            "size of its configuration",
        ),
        (
            {
                "config": {
                    "digest": digest_of(b"{}"),
                    "mediaType": "application/vnd.oci.image.config.v1+json",
                    "size": 9 << 20,
                }
            },
            "size of its configuration",
        ),
    ],
)
def test_a_manifest_that_is_of_no_use_is_told_so(store, fields, why):
    manifest, blobs = image([BASE])
    assert why in refused(store, shelved((changed(manifest, **fields), blobs)))


def test_an_index_in_an_index_is_refused(store):
    inner = index([])
    shelves = shelved(top=index([(AMD64, inner, {})]))
    shelves.put(inner)
    assert "it is an index" in refused(store, shelves)


def test_a_configuration_that_is_of_no_use_is_told_so(store):
    assert "`user`" in refused(store, shelved(image([BASE], config={"User": 0})))


def test_an_image_that_is_not_there_is_told_so(store):
    assert "no such image" in refused(store, Shelves())


def test_layers_that_the_configuration_does_not_count_are_told_apart_by_digest_alone():
    made = Configuration(ImageConfig(), None, ("sha256:1",), ("ADD",))
    config = image([BASE])
    found = described_by("d", Image("m", None, (), {}), made, AMD64)
    assert (found.layers, config[0][:1]) == ((), b"{")


# ---------------------------------------------------------------- opening


def test_an_image_is_opened_from_its_layers(store, both):
    found = asked(store, both, lambda images: images.open(REF))
    assert found.contents.databases == (str(len(BASE)), str(len(TOP)))
    assert found.contents.image.platform == AMD64


def test_the_layout_has_this_image_and_all_its_blobs(store, both):
    async def layout(images):
        found = await images.open(REF)
        folder = Path(found.layout)
        (entry,) = json.loads((folder / "index.json").read_text())["manifests"]
        manifest = json.loads(blob(folder, entry["digest"]))
        wanted = [manifest["config"], *manifest["layers"]]
        return entry, [(each["size"], len(blob(folder, each["digest"]))) for each in wanted]

    def blob(folder, digest):
        body = (folder / "blobs" / digest.replace(":", "/")).read_bytes()
        assert digest_of(body) == digest
        return body

    entry, found = asked(store, both, layout)
    assert (entry["digest"], entry["platform"]) == (
        both.children[AMD64],
        {"os": "linux", "architecture": "amd64"},
    )
    assert len(found) == 3
    assert all(told == there for told, there in found)


def test_an_image_is_opened_once_in_a_run_whoever_asks(store, both):
    reads = []

    def read(description, blob):
        reads.append(description.digest)
        return sizes(description, blob)

    async def often(images):
        by_digest = REF.at(None, both.tags["1"])
        child = REF.at(None, both.children[AMD64])
        return await asyncio.gather(*(images.open(each) for each in (REF, REF, by_digest, child)))

    found = asked(store, both, often, read=read)
    assert reads == [both.children[AMD64]]
    assert len({each.layout for each in found}) == 1
    assert [each.contents.image.index for each in found] == [
        *[both.tags["1"]] * 3,
        both.children[AMD64],
    ]


def test_layers_that_two_images_share_are_fetched_once(store, both):
    async def platforms(images):
        return await images.open(REF), await images.open(REF, ARM64)

    asked(store, both, platforms)
    assert both.blobs_asked().count(digest_of(BASE)) == 1


def test_a_second_run_asks_for_no_blob_and_by_digest_for_nothing(store, both):
    asked(store, both, lambda images: images.open(REF))
    both.asked.clear()
    asked(store, both, lambda images: images.open(REF))
    assert both.asked == [("document", "1")]
    both.asked.clear()
    asked(store, both, lambda images: images.open(REF.at("1", both.tags["1"])))
    assert both.asked == []


def test_what_was_read_of_an_image_can_be_read_again_for_its_repository_alone(store, both):
    asked(store, both, lambda images: images.describe(REF))
    own = both.children[AMD64]
    config = json.loads(both.bodies[own])["config"]["digest"]
    for digest in (both.tags["1"], own, config):
        assert store.read(REF.repository, digest) == both.bodies[digest]
        assert store.read(ImageRef.parse("evil.example/b").repository, digest) is None


def test_another_repository_is_asked_whether_it_has_what_is_here(store, both):
    asked(store, both, lambda images: images.open(REF))
    other = ImageRef.parse("evil.example/b").at(None, both.tags["1"])
    assert "no such image" in refused(store, Shelves(), lambda images: images.open(other))


def test_the_same_layer_twice_is_one_blob(store):
    shelves = shelved(image([BASE, BASE]))
    found = asked(store, shelves, lambda images: images.open(REF))
    assert found.contents.databases == (str(len(BASE)),) * 2
    assert len(shelves.blobs_asked()) == 2  # and the configuration


def test_an_image_without_layers_is_opened(store):
    assert (
        asked(store, shelved(image([])), lambda images: images.open(REF)).contents.databases == ()
    )


def test_an_image_that_is_too_large_is_refused_before_it_is_fetched(store):
    manifest, blobs = image([BASE])
    layers = [{**json.loads(manifest)["layers"][0], "size": 3 << 30}]
    shelves = shelved((changed(manifest, layers=layers), blobs))
    assert refused(store, shelves) == (
        "r.example/a:1: its layers are 3072 MiB for linux/amd64, more than the 2048 MiB that are"
        " opened (`evidence.max_image_size`)"
    )
    assert digest_of(BASE) not in shelves.blobs_asked()


def test_an_image_of_very_many_layers_is_refused(store):
    manifest, blobs = image([BASE])
    shelves = shelved((changed(manifest, layers=json.loads(manifest)["layers"] * 501), blobs))
    assert "501 layers" in refused(store, shelves)


@pytest.mark.parametrize(
    "media_type",
    [
        "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
        "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
    ],
)
def test_layers_that_are_not_the_registrys_are_not_fetched(store, media_type):
    manifest, blobs = image([BASE])
    foreign = [
        {
            **json.loads(manifest)["layers"][0],
            "mediaType": media_type,
            "urls": ["http://evil.example"],
        }
    ]
    shelves = shelved((changed(manifest, layers=foreign), blobs))
    assert "foreign layers" in refused(store, shelves)
    assert digest_of(BASE) not in shelves.blobs_asked()


def test_a_layer_that_cannot_be_had_is_told(store):
    manifest, blobs = image([BASE])
    del blobs[digest_of(BASE)]
    assert "no such blob" in refused(store, shelved((manifest, blobs)))


def picky(description, blob):
    """A reader that notices damage."""
    for each in description.layers:
        with blob(each) as file:
            if digest_of(file.read()) != each.digest:
                raise EvidenceError("a layer is broken")
    return Contents(description, databases=("read",))


def test_a_layer_that_was_damaged_on_disk_is_fetched_again(store, both):
    asked(store, both, lambda images: images.open(REF))
    store.path(digest_of(TOP)).write_bytes(b"x" * len(TOP))
    both.asked.clear()
    found = asked(store, both, lambda images: images.open(REF), read=picky)
    assert found.contents.databases == ("read",)
    assert both.blobs_asked() == [digest_of(TOP)]


def test_a_layer_that_another_run_removes_meanwhile_is_fetched_again(store, both):
    def read(description, blob):
        if not removed:
            with blob(description.layers[1]) as file:
                file.read()  # it is here
            removed.append(store.path(digest_of(TOP)).unlink())
        return sizes(description, blob)

    removed = []
    found = asked(store, both, lambda images: images.open(REF), read=read)
    assert found.contents.databases == (str(len(BASE)), str(len(TOP)))
    assert both.blobs_asked().count(digest_of(TOP)) == 2


def test_a_configuration_that_was_damaged_on_disk_is_fetched_again(store, both):
    asked(store, both, lambda images: images.describe(REF))
    config = json.loads(both.bodies[both.children[AMD64]])["config"]
    store.path(config["digest"]).write_bytes(b"x" * config["size"])
    assert asked(store, both, lambda images: images.describe(REF)).config.user == "app"


def test_a_layer_that_cannot_be_read_though_it_is_whole_is_told(store, both):
    def read(description, blob):
        raise EvidenceError("its layer 2 is no tar")

    assert refused(store, both, read=read) == "its layer 2 is no tar"
    assert len(both.blobs_asked()) == len({*both.blobs_asked()})


def test_a_layer_is_read_while_it_comes(store):
    large = layer({"large": random.Random(1).randbytes(1 << 20)})
    shelves, seen = shelved(image([large])), threading.Event()

    def read(description, blob):
        with blob(description.layers[0]) as file:
            file.read(1)
            seen.set()
            file.read()
        return sizes(description, blob)

    def halfway(write):
        def slowly(chunk):
            write(chunk[: len(chunk) // 2])
            assert chunk != large or seen.wait(10)
            write(chunk[len(chunk) // 2 :])

        return slowly

    plainly = shelves.blob
    shelves.blob = lambda image, digest, size, write, have=(): plainly(
        image, digest, size, halfway(write), have
    )
    found = asked(store, shelves, lambda images: images.open(REF), read=read)
    assert found.contents.databases == (str(len(large)),)


def test_a_reader_that_waits_in_vain_does_not_hold_up_the_end(store, both):
    async def never(*_arguments):
        await asyncio.sleep(60)

    async def leave(images):
        opening = asyncio.create_task(images.open(REF))
        await asyncio.sleep(0.1)
        opening.cancel()

    asked(store, both, lambda images: images.describe(REF))
    both.blob = never
    asked(store, both, leave)


def test_layers_are_read_in_another_thread(store, both):
    def read(description, blob):
        assert threading.current_thread() is not threading.main_thread()
        return sizes(description, blob)

    asked(store, both, lambda images: images.open(REF), read=read)


def test_what_was_opened_long_ago_is_read_again_and_fetched_no_more(store, monkeypatch):
    monkeypatch.setattr("bot.contents.images._MOST_OPEN", 1)
    one, two = image([BASE]), image([TOP])
    shelves = shelved(one, two)
    reads = []

    def read(description, blob):
        reads.append(description.digest)
        return sizes(description, blob)

    async def in_turn(images):
        for manifest in (one[0], two[0], one[0]):
            await images.open(REF.at(None, digest_of(manifest)))

    asked(store, shelves, in_turn, read=read)
    assert reads == [digest_of(one[0]), digest_of(two[0]), digest_of(one[0])]
    assert len(shelves.blobs_asked()) == len({*shelves.blobs_asked()})


def test_when_a_run_ends_the_store_is_within_its_bound(store, both):
    async def ask():
        small = Store(store.root, most=100)
        images = CachedImages(both, small, sizes)
        layout = Path((await images.open(REF)).layout)
        assert len(small.blobs()) >= 4
        images.close()
        return layout, small

    layout, small = asyncio.run(ask())
    assert not layout.exists()
    assert sum(each.size for each in small.blobs()) <= 100


def test_without_a_folder_nothing_is_left(both):
    async def ask():
        async with opened(both, None) as images:
            layout = Path((await images.open(REF)).layout)
            assert layout.exists()  # noqa: ASYNC240 -- a test may wait
        return layout

    assert not asyncio.run(ask()).exists()


def test_the_fake_registry_of_other_tests_holds_images_too(store):
    manifest, blobs = image([BASE])
    shelf = Shelf({"app": ["1"]})
    shelf.holds("app:1", manifest, *blobs.values())
    shelf.refers(digest_of(manifest), "a signature")

    async def ask():
        app = ImageRef.parse("app:1")
        images = CachedImages(shelf, store, sizes)
        found = (await images.open(app)).contents
        images.close()
        return found.image.digest, await shelf.digest(app), await shelf.referrers(app)

    assert asyncio.run(ask()) == (digest_of(manifest), digest_of(manifest), ("a signature",))
