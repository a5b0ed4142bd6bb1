"""The packages that files pin, from the command line to the branch: an index on the loopback."""

import json
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jsonschema
import pytest

from bot.cli import main
from tests.fakes.package_indexes import OTHER, pem, record, signed
from tests.test_house import ROOT

OLD = record("openssl", "3.1.0-r0")
NEW = record("openssl", "3.1.4-r2", t="1700000000")


@pytest.fixture
def shelf():
    files = {"/os/x86_64/APKINDEX.tar.gz": signed(OLD, NEW), "/test.rsa.pub": pem()}

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            body = files.get(self.path)
            self.send_response(404 if body is None else 200)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"127.0.0.1:{server.server_port}", files
    server.shutdown()
    server.server_close()


@pytest.fixture
def root(tmp_path, shelf):
    root = tmp_path / "repo"
    root.mkdir()
    host, _ = shelf
    (root / "apko.yaml").write_text(
        f"contents:\n  keyring: [http://{host}/test.rsa.pub]\n  repositories: [http://{host}/os]\n"
        "  packages:\n    - openssl=3.1.0-r0  # kept by hand\n    - bash\n"
    )
    (tmp_path / "operator.yaml").write_text(f"registries:\n  '{host}':\n    insecure: true\n")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-qm", "first")
    return root


def git(root, *words):
    command = ["git", "-C", root, "-c", "user.name=t", "-c", "user.email=t@e", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def bot(root, capsys, *words, as_json=True):
    said = ["--json"] if as_json else []
    code = main([*words, str(root), "--config", str(root.parent / "operator.yaml"), *said])
    out = capsys.readouterr()
    assert "Traceback" not in out.err
    return code, json.loads(out.out) if as_json else out.out


def test_scan_lists_what_is_pinned(root, capsys):
    code, said = bot(root, capsys, "scan")
    assert code == 0
    assert [(pin["package"], pin["version"]) for pin in said["pins"]] == [("openssl", "3.1.0-r0")]
    jsonschema.validate(said, json.loads((ROOT / "docs/schemas/scan.schema.json").read_text()))
    _, text = bot(root, capsys, "scan", as_json=False)
    assert "openssl=3.1.0-r0" in text
    assert text.endswith("1 package pin.\n")


def test_check_tells_the_newest_version_and_what_it_is_built_from(root, capsys):
    code, said = bot(root, capsys, "check", "--exit-code")
    (pin,) = said["pins"]
    assert code == 1
    assert (pin["outcome"], pin["new"], pin["kind"]) == ("update", "3.1.4-r2", "patch")
    assert (pin["origin"], pin["built"]) == ("openssl", "2023-11-14T22:13:20Z")
    assert "is signed by test.rsa.pub" in pin["because"]
    jsonschema.validate(said, json.loads((ROOT / "docs/schemas/check.schema.json").read_text()))
    _, text = bot(root, capsys, "check", as_json=False)
    assert "openssl=3.1.0-r0 → 3.1.4-r2  (patch)" in text
    assert text.endswith("1 package pin: 1 update.\n")


def test_fix_writes_the_version_and_nothing_else(root, capsys):
    before = (root / "apko.yaml").read_text()
    code, said = bot(root, capsys, "fix")
    assert (code, said["written"]) == (0, ["apko.yaml"])
    assert (root / "apko.yaml").read_text() == before.replace("3.1.0-r0", "3.1.4-r2")
    assert bot(root, capsys, "fix")[1]["written"] == []


def test_run_makes_one_branch_for_the_file_and_takes_it_back(root, capsys):
    _, report = bot(root, capsys, "run")
    ((made),) = report["proposals"]
    assert made["verb"] == "created"
    assert made["title"] == "Bump openssl 3.1.0-r0 → 3.1.4-r2 in apko.yaml"
    assert "openssl=3.1.4-r2  # kept" in git(root, "show", f"{made['branch']}:apko.yaml")
    assert bot(root, capsys, "run")[1]["proposals"][0]["verb"] == "unchanged"
    git(root, "merge", "-q", "--no-edit", made["branch"])
    assert bot(root, capsys, "run")[1]["proposals"][0]["verb"] == "retired"


def test_an_index_that_is_not_what_its_key_signed_moves_nothing(root, shelf, capsys):
    _, files = shelf
    bot(root, capsys, "run")
    files["/os/x86_64/APKINDEX.tar.gz"] = signed(OLD, NEW, key=OTHER)
    code, said = bot(root, capsys, "check")
    assert code == 2
    assert said["pins"][0]["outcome"] == "failed"
    assert "not that of test.rsa.pub" in said["pins"][0]["because"]
    code, report = bot(root, capsys, "run")
    assert (code, report["proposals"]) == (2, [])
    assert report["failures"][0]["subject"].endswith("apko.yaml")


def test_a_lock_beside_the_file_is_told_of_with_the_move(root, capsys):
    lock = {"config": {"name": "apko.yaml", "checksum": ""}, "contents": {"keyring": []}}
    lock["contents"] |= {"repositories": [], "packages": []}
    (root / "apko.lock.json").write_text(json.dumps(lock))
    _, text = bot(root, capsys, "check", as_json=False)
    assert "warning: apko.lock.json was made of the file as it is" in text


def test_a_major_has_a_branch_of_its_own_and_fix_does_not_write_it(root, shelf, capsys):
    _, files = shelf
    files["/os/x86_64/APKINDEX.tar.gz"] = signed(OLD, NEW, record("openssl", "4.0.0-r0"))
    _, said = bot(root, capsys, "check")
    assert said["pins"][0]["apart"] == {"new": "4.0.0-r0", "kind": "major"}
    jsonschema.validate(said, json.loads((ROOT / "docs/schemas/check.schema.json").read_text()))
    _, text = bot(root, capsys, "check", as_json=False)
    assert "apart    4.0.0-r0  (major)" in text
    assert text.endswith("1 package pin: 1 update. Proposed apart: 1 move.\n")
    _, report = bot(root, capsys, "run")
    made = {one["title"]: one["branch"] for one in report["proposals"]}
    assert list(made) == [
        "Bump openssl 3.1.0-r0 → 3.1.4-r2 in apko.yaml",
        "Bump openssl 3.1.0-r0 → 4.0.0-r0 in apko.yaml",
    ]
    assert "openssl=4.0.0-r0  # kept" in git(root, "show", f"{[*made.values()][1]}:apko.yaml")
    assert {one["verb"] for one in bot(root, capsys, "run")[1]["proposals"]} == {"unchanged"}
    bot(root, capsys, "fix")
    assert "openssl=3.1.4-r2" in (root / "apko.yaml").read_text()


def test_a_version_that_is_too_young_waits(root, shelf, capsys):
    _, files = shelf
    young = record("openssl", "3.1.4-r2", t=str(int(time.time())))
    files["/os/x86_64/APKINDEX.tar.gz"] = signed(OLD, young)
    (root / "basewatch.yaml").write_text("policy:\n  min_age: 7d\n")
    _, said = bot(root, capsys, "check")
    (pin,) = said["pins"]
    assert (pin["outcome"], pin["new"]) == ("held", None)
    assert f"held until {pin['until']}, when it is 7 days old" in pin["because"]


def test_reports_for_forges_mark_a_pin_where_it_stands(root, shelf, tmp_path, capsys):
    names = {option: tmp_path / option for option in ("sarif", "codequality", "outputs", "summary")}
    options = [word for name, path in names.items() for word in (f"--{name}", str(path))]
    bot(root, capsys, "check", *options)
    (found,) = json.loads(names["codequality"].read_text())
    assert found["check_name"] == "basewatch/behind"
    assert found["location"]["lines"] == {"begin": 5}
    assert found["description"].startswith("openssl=3.1.0-r0 has moved on: 3.1.4-r2 (patch). ")
    (result,) = json.loads(names["sarif"].read_text())["runs"][0]["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 5, "startColumn": 7, "endColumn": 23}
    assert "changes=1\nfailed=0\n" in names["outputs"].read_text()
    assert (
        "| update | `apko.yaml:5` | `openssl=3.1.0-r0` | `3.1.4-r2` |"
        in names["summary"].read_text()
    )


def test_a_pin_whose_index_is_not_to_be_had_is_an_error_in_its_line(root, shelf, tmp_path, capsys):
    shelf[1].clear()
    path = tmp_path / "outputs"
    main(
        [
            "check",
            str(root),
            "--config",
            str(root.parent / "operator.yaml"),
            "--annotations",
            "github",
            "--outputs",
            str(path),
        ]
    )
    said = capsys.readouterr().err
    assert ",line=5,col=7,title=basewatch::openssl=3.1.0-r0 could not be looked up: " in said
    assert "failed=1\n" in path.read_text()
