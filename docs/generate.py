"""Write what is made from the code: the configuration's reference, JSON Schemas, compiled rules."""

from __future__ import annotations

import json
import sys
from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.config import STARTER, Which, schema  # noqa: E402 -- the path is needed first
from bot.config.schemas import FILE_NAMES  # noqa: E402
from bot.formats import KINDS as KINDS_OF_FILE  # noqa: E402
from bot.formats import claimant, named  # noqa: E402
from bot.model import KINDS, SourceFile, Use  # noqa: E402
from bot.policy import REPOSITORY_CONFIG_PATHS, VENDORED  # noqa: E402
from bot.rules import compiled, load  # noqa: E402
from bot.rules.data import read_images  # noqa: E402

MEANINGS = {
    "digest": "the tag stays, and its digest is refreshed to what the tag points at now",
    "pin": "an image without a digest gets one",
    "revision": "a newer build of the same version: `-r8` → `-r10`",
    "patch": "`20.11.0` → `20.11.1`",
    "minor": "`20.11.0` → `20.18.1`",
    "major": "`20.18.1` → `22.11.0`",
    "date": "a later day of a dated tag: `bookworm-20240904` → `bookworm-20241016`",
    "variant": "the same version on a later release of the system beneath, off unless [asked for](tags.md#another-system-beneath):"
    " `bookworm` → `trixie`, `alpine3.18` → `alpine3.19`",
}

ELSEWHERE = {"tags"}
"""Options whose own page says what is in them."""

INTRO = """\
# Configuration

<!-- Made by `make docs` from bot/config; do not edit. -->

Nothing need be configured. There are two files, and they are kept apart:

* **A repository's**, in the repository: {paths}. There may be one of them only.
* **The operator's**, who runs basewatch: the file given by `--config`, else by `$BASEWATCH_CONFIG`.
  It is never looked for inside a repository.

The operator may say all that a repository may, which then holds for every repository that says
nothing else. What a repository says comes first, but it can only choose among what is left to it:

* no move is of a kind outside the operator's `limit`; what a repository asks for beyond it is
  left out, and said in the run's report;
* an image that the operator's `rules` ignore stays ignored, as do files that its `ignore` covers
  and versions that its `versions` leave out;
* nothing is moved to sooner than the operator's `min_age` lets it be, and where its `lts_only` or
  `not_past_latest` is true, for all images or by rule, nothing is moved to what that leaves out;
* how versions compare and what has long support are for the operator's `tags` and for the rules
  that basewatch brings along to say; a repository's `tags` can say it of other images only;
* what the operator says of `platforms` can be made stricter only, and its `required_platforms`
  longer;
* registries, credentials, hosts, platforms and the ledger are the operator's alone.

`basewatch init` writes a first file, `basewatch config check` reads both files as a run would, and
`basewatch config schema` prints the JSON Schema for an editor
([repository](schemas/{repository}), [operator](schemas/{operator})). A file with
an error changes nothing: each line of the complaint says where and what, as in
`basewatch.yaml:7:25: policy.allow.2: 'ptach' is not one of …; did you mean 'patch'?`
"""

SAMPLES = """\
# Samples

<!-- Made by `make docs` from tests/samples; do not edit. -->

What is found in the samples of each format by itself. For each sample a person has written down every use and every skip
(`expected.json` beside them; of `dockerfile` and `blubber` the tests of their own), and the tests hold that these are found and nothing else:
recall and precision are 100 % on them. (Those of `apko`, `melange` and `apko-lock` were made from what is found and read afterwards.) `others`: files beside them that look alike, or give values to them, and are not of the format.

| format | samples | others | uses | skips |
|---|---|---|---|---|
"""

READING = """\
## How it is read

* YAML 1.2: `true` and `false` are the only truth values, and `off` is a word. A key may stand once.
  Anchors and aliases may be used; tags (`!!str`), merge keys and more than one document may not.
  A file has 64 KiB at most.
* Patterns know three signs: `?` is one character and `*` any number of them, neither of them `/`;
  `**` in place of a whole part is any number of parts. Case matters. `[…]`, `{{…}}`, `!` and `\\`
  are refused rather than misread.
* **Images** are matched by registry and path, without tag: `docker.io/library/node`, `node` (the
  same image), `quay.io/example/**`, `*/bitnami/*`. An image of Docker Hub goes by each name that
  means it.
* **Files** are matched as by a `.gitignore`: `Dockerfile.test` at any depth, `/Dockerfile` at the
  root, `examples` and `examples/` with all that is in the folder, `docs/*` one level of it.
* **Versions** (`versions`): `<22`, `<=22` (with all of 22), `>=3.12,<3.14`, `!=20.3`; `22`, `22.x`
  and `3.12.*` are versions that begin so. Numbers count, so `20.9` comes before `20.11`; what a tag
  says beside its version does not. Anything else is a pattern of the whole tag: `*-alpine`,
  `bookworm-2024*`. A tag without version is in no range. What is left out is not offered, and where
  nothing else is newer the use is held and the rule named.
* **Hosts** are matched with their port or without: `registry.example.org`, `*.example.org`.
* Folders of other people's code, which are read only with `vendored: true`: {vendored}.
* What is decided for one use: what the operator's rules ignore is ignored. Else the first fitting
  rule of the repository, else of the operator, decides what it says anything about; `policy`
  decides the rest. Comments beside the use (`# basewatch: ignore`, `# basewatch: hold until 2027-01-31`,
  which holds through that day, `# basewatch: allow patch`) can only take away from that.

## Kinds of move

| kind | what it is |
|---|---|
{kinds}

Prereleases are never offered.
"""


def generated() -> dict[Path, str]:
    """Every file that is made here, with its text."""
    docs = ROOT / "docs"
    schemas = {docs / "schemas" / name: _json(schema(which)) for which, name in FILE_NAMES.items()}
    rules = ROOT / "rules"
    ready = compiled.written(rules, load(rules), read_images(rules / "lifecycle"))
    return {
        docs / "configuration.md": configuration(),
        docs / "formats" / "samples.md": samples(),
        rules / compiled.NAME: ready,
        **schemas,
    }


def samples() -> str:
    """How many samples each format has, and what is found in them."""
    rows = [_samples_of(name) for name in KINDS_OF_FILE]
    return SAMPLES + "\n".join(rows) + "\n"


def _samples_of(name: str) -> str:
    folder = ROOT / "tests" / "samples" / name
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    paths = [path for path in paths if path.name not in {"expected.json", "expectations.json"}]
    files = [SourceFile.of(p.relative_to(folder).as_posix(), p.read_bytes()) for p in paths]
    kinds = [(file, claimant(file)) for file in files]
    own = [(file, kind) for file, kind in kinds if kind is named(name)]
    found = [mention for file, kind in own for mention in kind.find(file)]
    uses = sum(isinstance(mention, Use) for mention in found)
    counts = (len(own), len(files) - len(own), uses, len(found) - uses)
    return f"| `{name}` | {' | '.join(map(str, counts))} |"


def configuration() -> str:
    """The reference of both configurations."""
    paths = [f"`{path}`" for path in REPOSITORY_CONFIG_PATHS]
    intro = INTRO.format(paths=f"{', '.join(paths[:-1])} or {paths[-1]}", **FILE_NAMES)
    kinds = "\n".join(f"| `{kind}` | {MEANINGS[kind]} |" for kind in KINDS)
    vendored = ", ".join(f"`{name}`" for name in sorted(VENDORED, key=str.lower))
    starter = f"What `basewatch init` writes:\n\n```yaml\n{STARTER}```"
    parts = [
        intro,
        READING.format(kinds=kinds, vendored=vendored),
        "## In a repository",
        _options("repository"),
        starter,
        "## For the operator",
        "All of the above, as what holds where a repository says nothing else, and:",
        _options("operator", without=schema("repository")["properties"]),
    ]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _options(which: Which, without: Container[str] = ()) -> str:
    made = schema(which)
    options = [entry for entry in made["properties"].items() if entry[0] not in without]
    rows = [row for name, option in options for row in _rows(made, name, option)]
    return "\n".join(["| option | values | default | meaning |", "|---|---|---|---|", *rows])


def _rows(made: Mapping[str, Any], name: str, option: Mapping[str, Any]) -> Iterator[str]:
    """The row of an option, and those of the options within it."""
    inner, mark = ({}, "") if name in ELSEWHERE else _inner(made, option)
    default = "" if inner else _code(option.get("default"))
    told = option.get("description") or _resolved(made, option)["description"]
    meaning = _cell(told) + _example(option)
    yield f"| `{name}` | {_values(made, option)} | {default} | {meaning} |"
    for key, entry in inner.items():
        yield from _rows(made, f"{name}{mark}.{key}", entry)


def _inner(made: Mapping[str, Any], option: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    if "anyOf" in option:  # what may be left out: a mapping, or null
        option = next(part for part in option["anyOf"] if part.get("type") != "null")
    if "items" in option:
        return _resolved(made, option["items"]).get("properties", {}), "[]"
    if isinstance(option.get("additionalProperties"), Mapping):
        return _resolved(made, option["additionalProperties"])["properties"], ".HOST"
    return _resolved(made, option).get("properties", {}), ""


def _resolved(made: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    name = part.get("$ref", "").rpartition("/")[2]
    return made["$defs"][name] if name else part


def _values(made: Mapping[str, Any], option: Mapping[str, Any]) -> str:
    options = [o for o in option.get("anyOf", [option]) if o.get("type") != "null"]
    part = _resolved(made, options[0])
    if part.get("enum") == list(KINDS):
        return "kind"
    if "enum" in part or "const" in part:
        return " or ".join(f"`{value}`" for value in part.get("enum") or [part["const"]])
    if part["type"] == "array":
        inner = _values(made, part["items"])
        return f"list of {inner}" if "`" in inner else f"list of {inner}s"
    words = {"string": "text", "boolean": "`true` or `false`", "object": "mapping"}
    return words.get(part["type"]) or _number(part)


def _number(part: Mapping[str, Any]) -> str:
    kind = "whole number" if part["type"] == "integer" else "number"
    if "maximum" not in part:
        return f"{kind} from {part['minimum']:g}"
    return f"{kind}, {part['minimum']:g} to {part['maximum']:g}"


def _example(option: Mapping[str, Any]) -> str:
    return "".join(f" For example {_code(example)}." for example in option.get("examples", ()))


def _code(value: object) -> str:
    return "" if value is None else f"`{json.dumps(value, ensure_ascii=False)}`".replace("|", "\\|")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    """Write what has changed, and say so."""
    for path, text in generated().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
