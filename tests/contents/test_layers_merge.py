"""Layers laid over each other end as a plain model of folders and files says they do."""

from hypothesis import given
from hypothesis import strategies as st

from bot.contents.reading import read
from tests.contents.databases import DPKG, apk, names, stanza, status
from tests.contents.layering import Image, file, folder, packed, program

FILES = [DPKG, "var/lib/dpkg/status.d/a", "var/lib/dpkg/status.d/b", "lib/apk/db/installed"]
PROGRAMS = ["usr/bin/x", "usr/bin/y", "opt/a/bin/z"]
PLACES = sorted({path[:at] for path in [*FILES, *PROGRAMS] for at in range(len(path) + 1) if path[at : at + 1] in {"/", ""}})  # fmt: skip

ACTIONS = st.one_of(
    st.tuples(st.just("file"), st.sampled_from(FILES + PROGRAMS)),
    st.tuples(st.just("hide"), st.sampled_from(PLACES)),
    st.tuples(st.just("empty"), st.sampled_from(["", *PLACES])),
    st.tuples(st.just("folder"), st.sampled_from([each for each in PLACES if each not in FILES + PROGRAMS])),
    st.tuples(st.just("in the way"), st.sampled_from(["var/lib/dpkg", "var/lib/dpkg/status.d", "lib/apk/db", "usr/bin", "lib"])),
)  # fmt: skip
LAYERS = st.lists(st.lists(ACTIONS, max_size=4, unique_by=lambda action: action[1]), max_size=4)


def is_above(folder_, path):
    return path.startswith(folder_ + "/") or (not folder_ and path)


def sound(layer):
    """No layer has something in a file of its own."""
    files = [path for what, path in layer if what in {"file", "in the way"}]
    return [
        action
        for action in layer
        if action[0] in {"hide", "empty"} or not any(is_above(path, action[1]) for path in files)
    ]


def member(number, what, path):
    parent, _, name = path.rpartition("/")
    prefix = f"{parent}/" if parent else ""
    if what == "hide":
        return file(f"{prefix}.wh.{name}")
    if what == "empty":
        return file(f"{path}/.wh..wh..opq" if path else ".wh..wh..opq")
    if what == "folder":
        return folder(path)
    if what == "in the way":
        return file(path, mode=0o600)
    return program(path) if path in PROGRAMS else file(path, content(number, path))


def content(number, path):
    if path.endswith("installed"):
        return apk(f"apk-{number}")
    if "status.d" in path:
        return stanza(f"{path[-1]}-{number}", status="")
    return status(f"deb-{number}")


def modelled(layers):
    """The files there are in the end, each with the layer it comes from; folders are not kept."""
    there = {}
    for number, layer in enumerate(layers):
        for what, path in layer:
            gone = [each for each in there if is_above(path, each) or each == path]
            if what == "empty":
                gone = [each for each in gone if each != path]
            if what in {"hide", "empty", "in the way"} or (what == "folder" and path in there):
                for each in gone if what != "folder" else [path]:
                    there.pop(each)
        for what, path in layer:
            if what in {"file", "in the way"}:
                for each in [
                    each for each in there if is_above(each, path) or is_above(path, each)
                ]:
                    there.pop(each)
                there[path] = number if what == "file" else None
    return {path: number for path, number in there.items() if number is not None}


@given(LAYERS)
def test_the_files_of_an_image_are_those_that_a_model_of_it_has(layers):
    layers = [sound(layer) for layer in layers]
    image = Image(*[packed(*[member(number, *action) for action in layer]) for number, layer in enumerate(layers)])  # fmt: skip
    contents = read(image.description, image.blob)
    there = modelled(layers)
    expected = [f"{kind_of(path)}-{number}" for path, number in there.items() if path in FILES]
    assert sorted(names(contents)) == sorted(expected)
    assert contents.programs == {path for path in there if path in PROGRAMS}


def kind_of(path):
    if path.endswith("installed"):
        return "apk"
    return path[-1] if "status.d" in path else "deb"
