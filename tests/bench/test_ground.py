"""What is measured on: repositories, trees, the registry that serves them, and the floors."""

import asyncio
import hashlib
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import asking, distribution, floors, registry
from bench.data import OTHERS, Wanted, in_use, write_tree
from bench.growing import GROWN, START, _held, _images
from bench.repositories import FRONTEND, LEAST, MOST, repositories
from tests.servers.registry import program

HELD = repositories()


@pytest.fixture(scope="module")
def few():
    """Repositories of every kind of publisher, not all of them: to serve them takes a moment."""
    return {name: HELD[name] for name in [*list(HELD)[::6], FRONTEND]}


def test_there_are_sixty_repositories_of_forty_to_four_hundred_tags():
    sizes = [len(tags) for tags in HELD.values()]
    assert len(sizes) == 60
    assert LEAST <= min(sizes) <= max(sizes) <= MOST


def test_more_repositories_are_the_same_ones_and_others():
    more = repositories(90)
    assert len(more) == 90
    assert HELD.items() <= more.items()


def test_a_tag_that_rolls_is_the_image_of_another_tag():
    assert all(
        tags["latest"] in {build for tag, build in tags.items() if tag != "latest"}
        for tags in HELD.values()
        if "latest" in tags
    )


def dockerfiles(tree):
    return [path.read_text() for path in sorted(tree.folder.rglob("Dockerfile"))]


def test_a_tree_is_the_same_each_time(tmp_path):
    one, other = (write_tree(tmp_path / name, Wanted(20)) for name in ("one", "other"))
    assert one.references == other.references
    assert dockerfiles(one) == dockerfiles(other)
    assert sum(path.is_file() for path in one.folder.rglob("*")) == one.files == 20 * (1 + OTHERS)


def test_files_that_repeat_name_no_other_images(tmp_path):
    few = write_tree(tmp_path / "few", Wanted(4))
    many = write_tree(tmp_path / "many", Wanted(12, different=4))
    assert many.references == few.references
    assert len(set(dockerfiles(many))) == 4


def test_images_given_are_named_in_turn(tmp_path):
    images = in_use(HELD)[:8]
    tree = write_tree(tmp_path / "tree", Wanted(4, named=images))
    assert {name for name, _ in images} == tree.repositories - {FRONTEND}


def test_everything_that_a_tree_names_is_there_with_the_digest_of_what_it_is(tmp_path, few):
    tree = write_tree(tmp_path / "tree", Wanted(30, held=few))
    shelf = registry.Shelf(few)
    for name, at in tree.references:
        head, _, body = shelf.answer("GET", f"/v2/{name}/manifests/{at}", b"").partition(
            b"\r\n\r\n"
        )
        digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
        assert head.startswith(b"HTTP/1.1 200 ")
        assert f"\r\nDocker-Content-Digest: {digest}\r\n".encode() in head
        assert len(json.loads(body)["manifests"]) == 2
    assert sum(shelf.counts.values()) == shelf.counts["manifest GET"] == len(tree.references)


def test_every_digest_that_a_file_has_is_there_old_ones_too(tmp_path, few):
    tree = write_tree(tmp_path / "tree", Wanted(30, held=few))
    shelf = registry.Shelf(few)
    found = re.findall(
        r"^FROM (\S+?)(?::\S+)?@(sha256:\w+)", "\n".join(dockerfiles(tree)), re.MULTILINE
    )
    assert len(found) > 5
    for name, digest in found:
        assert b" 200 OK" in shelf.answer("HEAD", f"/v2/{name}/manifests/{digest}", b"")


def test_what_a_client_has_already_is_not_sent_again(few):
    shelf = registry.Shelf(few)
    name = next(iter(few))
    path = f"/v2/{name}/manifests/latest"
    known = registry.digest(name, few[name]["latest"])
    held = f'Host: x\r\nIF-NONE-MATCH: "{known}"'.encode()
    assert shelf.answer("GET", path, b"\n" + held).startswith(b"HTTP/1.1 304 ")
    assert shelf.answer("GET", path, b'\nIf-None-Match: "other"').startswith(b"HTTP/1.1 200 ")
    assert shelf.answer("GET", "/v2/nobody/tags/list", b"").startswith(b"HTTP/1.1 404 ")
    assert shelf.counts == {"manifest GET, unchanged": 1, "manifest GET": 1, "missing GET": 1}


@pytest.mark.parametrize("ask", [floors.ask, floors.ask_raw])
def test_a_floor_asks_each_question_once(tmp_path, few, ask):
    held = tmp_path / "held.json"
    held.write_text(json.dumps(few))
    tree = write_tree(tmp_path / "tree", Wanted(6, held=few))
    with asking.loopback(held, 0.0) as port:
        here = asking.Ground(tmp_path, tree, port)
        *_, path = here.floors()[0].words
        tags = asyncio.run(ask(str(port), json.loads(Path(path).read_text())))
        counts = here.counted()
        assert here.counted() == {}
    assert tags == sum(len(few[name]) for name in tree.repositories)
    assert counts == {"tags GET": len(tree.repositories), "manifest HEAD": len(tree.references)}


async def said_to(port, data):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    answer = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    return answer


def test_who_tries_tls_is_told_at_once_and_not_counted(tmp_path):
    held = tmp_path / "held.json"
    held.write_text("{}")
    with asking.loopback(held, 0.0) as port:
        assert asyncio.run(said_to(port, b"\x16\x03\x01\x00")).startswith(b"HTTP/1.1 400 ")
        assert asking.counted(port) == {}


@pytest.mark.parametrize("times", GROWN)
def test_as_many_images_of_as_many_repositories_as_wanted(times):
    _, images, names = START
    held = _held(names * times)
    assert len(held) == names * times + 1
    several = [each for each, _ in zip(_images(held), range(images), strict=False)]
    assert len(set(several)) == images
    assert {name for name, _ in several} == held.keys() - {FRONTEND}


@given(st.lists(st.sampled_from([b"0", b"0\r\n\r\n", b"abc"]), max_size=5), st.data())
def test_an_answer_in_chunks_is_whole_when_its_last_byte_is_there(pieces, data):
    sent = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    head = b"http/1.1 200 ok\r\ntransfer-encoding: chunked"
    assert floors.whole(head, sent) == b"".join(pieces)
    assert floors.whole(head, sent[: data.draw(st.integers(0, len(sent) - 1))]) is None


def test_debians_registry_serves_what_was_written_as_it_keeps_it(tmp_path, few):
    distribution.store(tmp_path / "data", few)
    tree = write_tree(tmp_path / "tree", Wanted(6, held=few))
    with distribution.serving(program(), tmp_path) as port:
        *_, path = asking.Ground(tmp_path, tree, port).floors()[0].words
        questions = json.loads(Path(path).read_text())
        tags = asyncio.run(floors.ask_raw(str(port), questions))
        assert tags == asyncio.run(floors.ask(str(port), questions))
    assert tags == sum(len(few[name]) for name in tree.repositories)
