"""Invented trees, seen by docker-pkg itself and by BuildKit's parser: the graph is theirs."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import dockerfile
import pytest

from bot.formats.beside import told_beside
from bot.formats.docker_pkg.rebuilds import rebuilt
from bot.formats.docker_pkg.trees import trees_of
from bot.image import ImageRef
from bot.model import BaseMove, Beside, Manner, SourceFile
from tests.formats.test_docker_pkg_trees import DAY, R, block

ORACLES = Path(sys.prefix) / "oracles"
SPACES = {"images": "", "istio": "istio", "dockerfiles": "releng"}
CONFIGS = {
    "config.yaml": f"registry: {R}\nbase_images:\n- {R}/bookworm:latest\n- {R}/trixie:20260816\n",
    "config-istio.yaml": f"registry: {R}\nnamespace: istio\nbase_images: []\n",
    "dockerfiles/config.yaml": f"registry: {R}\nnamespace: releng\nseed_image: x\n",
}
# It wants an older `requests` than the tests have, so it is asked in a process of its own.
ASKED = """
import json, sys
from docker_pkg.cli import defaults
from docker_pkg.dockerfile import TemplateEngine
from docker_pkg.image import DockerImage
found = {}
for config, folders in json.load(sys.stdin):
    config = {**defaults, **config}
    driver = lambda: type("Driver", (), {"label": None})()
    images = {folder: DockerImage(folder, driver(), config) for folder in folders}
    TemplateEngine.setup(config, {*config["base_images"], *(i.image for i in images.values())})
    for folder, image in images.items():
        try:
            text = image.render_dockerfile()
        except ValueError as error:
            text = None
        found[folder] = [image.name, image.tag, text, image.depends]
print(json.dumps(found))
"""


def asked(root, files):
    """What docker-pkg makes of each folder: name, tag, Dockerfile, and what `control` names."""
    if not (ORACLES / "docker_pkg").is_dir():
        pytest.skip("docker-pkg is not installed beside the environment: `make forges` does")
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    folders = [path.rpartition("/")[0] for path in files if path.endswith("changelog")]
    bases = [f"{R}/bookworm:latest", f"{R}/trixie:20260816"]
    wanted = [
        (
            {"registry": R, "namespace": space, "base_images": [] if space else bases},
            [folder for folder in folders if folder.startswith(f"{top}/")],
        )
        for top, space in SPACES.items()
    ]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ASKED],
        input=json.dumps(wanted),
        env={"PYTHONPATH": str(ORACLES), "PATH": os.defpath},
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def named_in(text):
    """The images that a Dockerfile is built on, by BuildKit's parser: as `FROM`, `--from`, mount."""
    found, stages, given = [], set(), {}
    for line in dockerfile.parse_string(text):
        command = line.cmd.upper()
        if command == "ARG" and not found:
            name, _, value = line.value[0].partition("=")
            given[f"${{{name}}}"] = value
        if command == "FROM":
            found.append(line.value[0])
            here = {line.value[2]} if len(line.value) == 3 else set()
            found = [each for each in found if each not in stages]
            stages |= here
        options = [flag.partition("=")[2] for flag in line.flags if flag.startswith("--from=")]
        for flag in line.flags:
            if flag.startswith("--mount="):
                parts = dict(
                    p.partition("=")[::2] for p in flag.removeprefix("--mount=").split(",")
                )
                options += [parts["from"]] if "from" in parts else []
        found += [each for each in options if each not in stages and not each.isdigit()]
    for variable, value in given.items():
        found = [each.replace(variable, value) for each in found]
    return [each for each in found if each != "scratch"]


def parents_by(oracle):
    """By folder, the folders and the bases that each image is built on."""
    at = {name: folder for folder, (name, *_) in oracle.items()}
    tags = {name: tag for name, tag, *_ in oracle.values()}
    found = {}
    for folder, (own, _, text, _) in oracle.items():
        found[folder] = set()
        for each in named_in(text):
            image = ImageRef.parse(each)
            is_here = image.name in at and image.effective_tag in {"latest", tags[image.name]}
            if image.name != own:
                found[folder].add(at[image.name] if is_here else str(image))
    return found


def invented(seed):
    """Files of three trees: each image is built on some before it, in one of many spellings."""
    rng, files, there = random.Random(seed), dict(CONFIGS), []
    for n in range(30):
        top = rng.choice([*SPACES])
        name, folder = f"im{n}", f"{top}/{rng.choice(['', 'deep/er/'])}d{n}"
        chosen = rng.sample(there, min(len(there), rng.randrange(4)))
        spelled = [_spelled(rng, top, other) for other in chosen] or [_base(rng, top)]
        files[f"{folder}/Dockerfile.template"] = _template(rng, spelled, name)
        stem = rng.choice(["0.1", "1.2-3", "2.5.1rocm6.1-1", "2.0-wmf1"])
        rebuild = rng.choice(["", "-20260816", "-s3"])
        files[f"{folder}/changelog"] = block(name, f"{stem}{rebuild}") + block(name, "0.0.1")
        there.append((top, name))
    return files


def _base(rng, top):
    literal = [f"{R}/bookworm:20260816", f"{R}/bookworm", "{{ registry }}/trixie:20260809"]
    return rng.choice(
        literal + ['{{ "bookworm" | image_tag }}', "{{'trixie'|image_tag}}"] * (top == "images")
    )


def _spelled(rng, top, other):
    where, name = other
    full = f"{SPACES[where]}/{name}".lstrip("/")
    said = [f"{{{{ registry }}}}/{full}", f"{{{{registry}}}}/{full}:latest", f"{R}/{full}"]
    if where == top:
        said += [f'{{{{ "{name}" | image_tag }}}}', f"{{{{'{name}'|  image_tag}}}}"]
        said += [f'{{%- set up = "{name}" -%}}{{{{ up | image_tag }}}}']
    return rng.choice(said)


def _template(rng, spelled, name):
    lines, sets = [], [text for text in spelled if text.startswith("{%")]
    # A variable is set once, and before all that is built.
    lines += [text.partition("-%}")[0] + "-%}" for text in sets[:1]]
    froms = [
        "{{ up | image_tag }}" if text in sets[:1] else text
        for text in spelled
        if text not in sets[1:]
    ]
    first, *rest = froms or ["scratch"]
    if first.startswith(R) and rng.random() < 0.5:
        lines += [f"ARG BASE={first.removeprefix(R + '/')}", f"FROM {R}/${{BASE}} AS one"]
    else:
        lines += [f"from {first} as one" if rng.random() < 0.3 else f"FROM {first} AS one"]
    for number, text in enumerate(rest):
        way = rng.randrange(3)
        if way == 0:
            lines.append(f"FROM {text} AS stage{number}")
        elif way == 1:
            lines.append(f"COPY --from={text} /a \\\n  /b")
        else:
            lines.append(f"RUN --mount=type=bind,from={text},target=/x true")
    lines += ["FROM one", "COPY --from=one /a /b", "COPY --from=0 /a /c"]
    lines += [f'# FROM {{{{ "{name}" | image_tag }}}}'] if rng.random() < 0.3 else []
    lines += (
        [f'ENV V={{{{ "{name}" | image_tag | upstream_version }}}}'] if rng.random() < 0.3 else []
    )
    lines += ['RUN {{ "git" | apt_install }}', 'USER {{ "nobody" | uid }}']
    return "\n".join(lines) + "\n"


def beside(files):
    return Beside({path: SourceFile(path, text) for path, text in files.items()})


@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 8))]
)
def test_names_versions_and_parents_are_those_of_docker_pkg(tmp_path, seed):
    files = invented(seed)
    oracle = asked(tmp_path, files)
    trees = trees_of(beside(files))
    assert {i.folder: [i.full, i.version] for i in trees.images} == {
        folder: said[:2] for folder, said in oracle.items()
    }
    assert all(text for _, _, text, _ in oracle.values())
    ours = {
        image.folder: {p.image.folder if p.image else str(p.base) for p in trees.parents(image)}
        for image in trees.images
    }
    assert ours == parents_by(oracle)
    _is_rebuilt_whole(tmp_path, files, oracle)


def _is_rebuilt_whole(root, files, oracle):
    """A base moves: all that docker-pkg would build on it has a version that it reads as new."""
    theirs = parents_by(oracle)
    reached = {folder for folder, parents in theirs.items() if f"{R}/bookworm:latest" in parents}
    reached |= {folder for folder, parents in theirs.items() if f"{R}/bookworm" in parents}
    while more := {f for f, parents in theirs.items() if parents & reached} - reached:
        reached |= more
    old = ImageRef.parse(f"{R}/bookworm:latest")
    new = old.at("latest", "sha256:" + "0b" * 32)
    direct = [f for f, parents in theirs.items() if f"{R}/bookworm" in parents]
    paths = ["config.yaml", *(f"{folder}/Dockerfile.template" for folder in direct)]
    some = rebuilt(beside(files), [BaseMove(path, old, new) for path in paths], Manner(DAY))
    folders = [each.path.rpartition("/")[0] for each in some]
    assert set(folders) == reached
    for at, folder in enumerate(folders):
        assert not theirs[folder] & {*folders[at:]}
    again = asked(root, files | {each.path: each.text for each in some})
    for each, folder in zip(some, folders, strict=True):
        assert again[folder][1] == each.new != oracle[folder][1]
        assert each.text.endswith(files[each.path])
    assert {f: said[1] for f, said in again.items() if f not in reached} == {
        f: said[1] for f, said in oracle.items() if f not in reached
    }


def test_what_docker_pkg_does_not_find_is_told(tmp_path):
    files = CONFIGS | {
        "images/a/Dockerfile.template": '{{ "x" | image_tag }}\nFROM {{ "nobody" | image_tag }}\n',
        "images/a/changelog": block("a", "1"),
        "images/a/control": "Package: a\nBuild-Depends: b,\n c\n",
        "images/b/Dockerfile.template": "FROM {{ registry }}/istio/p\n",
        "images/b/changelog": block("b", "1"),
        "istio/p/Dockerfile.template": 'FROM {{ "bookworm" | image_tag }}\n',
        "istio/p/changelog": block("p", "1"),
    }
    oracle = asked(tmp_path, files)
    assert [text for _, _, text, _ in oracle.values()] == [None, f"FROM {R}/istio/p", None]
    assert oracle["images/a"][3] == ["b", "c"]
    told = [(skip.path, skip.reason, skip.text) for skip in told_beside(beside(files))]
    assert told == [("images/a/control", "drift", "b"), ("images/a/control", "drift", "c")]
