"""The house rules that no linter knows: size, names, what may be said where, what a page promises."""

import ast
import importlib
import re
import statistics
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
BOT = ROOT / "bot"
MODULES = sorted(BOT.rglob("*.py"))
TREES = {path: ast.parse(path.read_text("utf-8")) for path in MODULES}
FUNCTIONS = [
    (path, node)
    for path, tree in TREES.items()
    for node in ast.walk(tree)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
IMPORTED_AS = {
    "backports.zstd": "backports",
    "pyyaml": "yaml",
    "pygithub": "github",
    "pyjwt": "jwt",
    "python-gitlab": "gitlab",
}
PART_OF = {"pydantic_core": "pydantic", "httpcore": "httpx", "urllib3": "requests"}


def at(path, node):
    return f"{path.relative_to(ROOT)}:{node.lineno} {getattr(node, 'name', '')}".strip()


def lines(node):
    return node.end_lineno - node.lineno + 1


def named(path):
    return str(path.relative_to(ROOT))


# ---------------------------------------------------------------- size


def test_there_is_a_house_to_look_at():
    assert len(MODULES) > 20
    assert len(FUNCTIONS) > 100


def test_no_file_is_longer_than_300_lines():
    assert [
        named(path) for path in MODULES if len(path.read_text("utf-8").splitlines()) > 300
    ] == []


def test_no_function_is_longer_than_40_lines():
    assert [at(path, node) for path, node in FUNCTIONS if lines(node) > 40] == []


def test_half_of_all_functions_are_ten_lines_or_shorter():
    assert statistics.median(lines(node) for _, node in FUNCTIONS) <= 10


# ---------------------------------------------------------------- what may not be there


def test_no_exception_is_caught_by_everything():
    def caught(handler):
        if handler.type is None:
            return {"Exception"}
        kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        return {ast.unparse(kind) for kind in kinds}

    broad = [
        at(path, node)
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and caught(node) & {"Exception", "BaseException"}
    ]
    assert broad == []


def test_only_the_command_line_prints():
    printing = {
        path.relative_to(BOT).parts[0].removesuffix(".py")
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"
    }
    assert printing <= {"cli", "demo"}


def test_no_room_is_a_lumber_room():
    rooms = {"utils", "util", "helpers", "common", "misc", "shared", "core", "base"}
    assert [named(path) for path in MODULES if {path.stem, path.parent.name} & rooms] == []


def test_nothing_is_left_for_later():
    later = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    assert [named(path) for path in MODULES if later.search(path.read_text("utf-8"))] == []


def test_no_name_says_get_process_or_handle():
    vague = re.compile(r"_*(get|process|handle)_(?!async_request$)")  # that one is httpx's name
    assert [at(path, node) for path, node in FUNCTIONS if vague.match(node.name)] == []


# ---------------------------------------------------------------- what must be told


def is_protocol(node):
    return any("Protocol" in ast.unparse(base) for base in node.bases)


PORT_METHODS = {
    member.name
    for node in TREES[BOT / "ports.py"].body
    if isinstance(node, ast.ClassDef) and is_protocol(node)
    for member in node.body
    if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef)
}


def public(body):
    definitions = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    for node in body:
        if isinstance(node, definitions) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef) and not is_protocol(node):
                yield from (each for each in public(node.body) if each.name not in PORT_METHODS)


def test_every_module_says_what_it_is_responsible_for():
    assert [named(path) for path, tree in TREES.items() if not ast.get_docstring(tree)] == []


def test_everything_public_tells_its_contract():
    silent = [
        at(path, node)
        for path, tree in TREES.items()
        for node in public(tree.body)
        if not ast.get_docstring(node) and not is_overload(node)
    ]
    assert silent == []


def is_overload(node):
    return any(getattr(mark, "id", "") == "overload" for mark in node.decorator_list)


# ---------------------------------------------------------------- floors and start-up


def test_the_import_contracts_hold():
    script = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([script, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["check", "--help"]])
def test_asking_for_help_waits_for_no_library(words):
    script = (
        "import sys\n"
        "from bot.cli import main\n"
        "try:\n"
        f"    main({words!r})\n"
        "except SystemExit:\n"
        "    pass\n"
        "print('LOADED', *sorted({'httpx', 'pydantic', 'yaml', 'asyncio', 'ssl'} & set(sys.modules)))\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert ran.stdout.splitlines()[-1] == "LOADED", ran.stdout + ran.stderr


def test_the_version_is_told_in_one_place():
    told = re.search(r'__version__ = "([^"]+)"', (BOT / "__init__.py").read_text("utf-8"))
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "--version"], cwd=ROOT, capture_output=True, text=True
    )
    assert told
    assert told[1] in ran.stdout
    assert "version" in PROJECT["dynamic"]


# ---------------------------------------------------------------- tests stand where the code does

SUITES = {"house", "flow", "end_to_end", "demo", "faults", "hostile", "secrets"}  # of the whole
SUPPORT = {
    "bench",
    "fakes",
    "fuzz",
    "samples",
    "contracts",
    "snapshots",
    "__snapshots__",
    "__pycache__",
}


def rooms():
    """Every name that a test may mirror: `tags`, `registries_oci`, `steps_find`, `oci`."""
    for path in MODULES:
        parts = [part.removesuffix(".py") for part in path.relative_to(BOT).parts]
        parts = [part for part in parts if part != "__init__"]
        yield from ("_".join(parts[start:]) for start in range(len(parts)))


def test_every_test_mirrors_a_part_of_the_code():
    known = set(rooms()) | SUITES
    strays = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        area = set(path.relative_to(ROOT / "tests").parts[:-1])
        name = path.stem.removeprefix("test_").split("_")
        heads = {"_".join(name[:end]) for end in range(1, len(name) + 1)}
        if not (heads | area) & known and not area & SUPPORT:
            strays.append(named(path))
    assert strays == []


# ---------------------------------------------------------------- what the project's files promise


def code_blocks(page):
    return "\n".join(
        re.findall(r"^```(?:sh|bash|console)\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    )


def makefile_targets():
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_tells_to_make_can_be_made(page):
    text = page.read_text("utf-8")
    told = set(re.findall(r"^(?:\$ )?make ([a-z-]+)", code_blocks(text), re.MULTILINE))
    told |= set(re.findall(r"`make ([a-z-]+)`", text))
    assert told
    assert told <= makefile_targets()


def test_every_command_that_the_readme_shows_exists():
    told = set(
        re.findall(
            r"^(?:\$ )?basewatch ([a-z]+)", code_blocks(PAGES[0].read_text("utf-8")), re.MULTILINE
        )
    )
    assert told
    for command in sorted(told):
        ran = subprocess.run(
            [sys.executable, "-m", "bot", command, "--help"],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert ran.returncode == 0, command


def test_make_help_tells_every_target_that_the_project_promises():
    ran = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    told = set(re.findall(r"^  make ([a-z-]+)", ran.stdout, re.MULTILINE))
    assert {"help", "demo", "test", "test-all", "lint", "bench", "docs"} <= told


def locked(name):
    text = (ROOT / "requirements" / name).read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)(?: ;.*)? \\$", text, re.MULTILINE))


def declared():
    return [Requirement(text) for text in PROJECT["dependencies"]]


def test_the_lock_satisfies_what_the_project_declares():
    lock = locked("runtime.txt")
    unmet = [
        str(need)
        for need in declared()
        if not need.specifier.contains(lock.get(canonicalize_name(need.name), "0"))
    ]
    assert unmet == []


def test_both_locks_agree():
    runtime, dev = locked("runtime.txt"), locked("dev.txt")
    assert {name: dev[name] for name in runtime.keys() & dev.keys()} == {
        name: runtime[name] for name in runtime.keys() & dev.keys()
    }
    assert len(dev) > len(runtime) > 5


def test_every_declared_dependency_is_used_and_every_used_one_declared():
    imported = set()
    for tree in TREES.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                imported |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported.add(node.module.split(".")[0])
    known = {
        IMPORTED_AS.get(need.name.lower(), need.name.replace("-", "_").lower())
        for need in declared()
    }
    foreign = imported - set(sys.stdlib_module_names) - {"bot", "compression"}  # that is 3.14's
    used = {PART_OF.get(name, name) for name in foreign}
    # httpcore imports the first, if it is there; the other is imported by name, where it is built for.
    assert used | {"sniffio", "isal"} == known


def test_no_file_names_a_package_registry_or_a_path_of_one_machine():
    # Spelled apart, so that this file does not name them either.
    hosts = [
        "pypi" + ".org",
        "pythonhosted" + ".org",
        "registry.npmjs" + ".org",
        "deb.debian" + ".org",
    ]
    places = ["/wo" + "rk/", "/ro" + "ot/", ".lib" + "rary/"]
    inside_an_image = "tests/samples/"  # where a home of root's is as good as any
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    guilty = [
        (name, word)
        for name in names
        if name and (ROOT / name).is_file()
        for word in hosts + places
        if word.encode() in (ROOT / name).read_bytes()
        and not (name.startswith(inside_an_image) and word in places)
    ]
    assert guilty == []


@pytest.mark.parametrize("name", ["flow", "git", "model", "registries", "rules", "wiring"])
def test_what_is_loaded_in_parts_has_every_name_once(name):
    package = importlib.import_module(f"bot.{name}")
    homes = [(each, part) for part, names in package._PARTS.items() for each in names.split()]
    names = [each for each, _ in homes]
    assert len(set(names)) == len(names)
    assert set(package.__all__) - set(names) <= set(vars(package)), "found in no part"
    assert set(names) <= set(package.__all__)
    assert not set(package._PARTS) & set(names), "the part would stand where its name is sought"
    for each, part in homes:
        home = importlib.import_module(f"bot.{name}.{part}")
        assert getattr(package, each) is getattr(home, each)


def test_a_name_that_no_part_has_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"module 'bot\.git' has no attribute 'nonsense'"):
        _ = importlib.import_module("bot.git").nonsense
