"""`basewatch lifecycle`, and what other commands know by it; endoflife.date is on the loopback."""

import json
import os
import stat
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bot.cli import main

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "lifecycle.schema.json"


class Site:
    """Answers like API v1; `said` is the releases of each product, or the bytes or status to send."""

    def __init__(self):
        self.said, self.asked = {}, []
        site = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self):
                site.asked.append(self.path)
                said = site.said.get(self.path.strip("/").rpartition("/")[2], 404)
                self.send_response(said if isinstance(said, int) else 200)
                self.end_headers()
                self.wfile.write(said if isinstance(said, bytes) else site.body(said))

            def log_message(self, *_args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server.server_port}/api/v1"

    def body(self, releases):
        made = "2026-11-22T01:02:03+00:00"
        return json.dumps({"generated_at": made, "result": {"releases": releases}}).encode()


@pytest.fixture
def site():
    site = Site()
    thread = threading.Thread(target=site.server.serve_forever, args=(0.02,))
    thread.start()
    yield site
    site.server.shutdown()
    thread.join()
    site.server.server_close()


@pytest.fixture
def says(capsys, monkeypatch):
    monkeypatch.delenv("BASEWATCH_CONFIG", raising=False)
    monkeypatch.setenv("BASEWATCH_LEDGER", os.environ["BASEWATCH_LEDGER"])

    def run(*words):
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def valid(text):
    document = json.loads(text)
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(document)
    return document


TEMURIN = [{"name": "25", "isLts": True, "eolFrom": "2031-09-30"}, {"name": "24", "isEol": True}]


def test_what_was_learned_is_known_from_then_on(says, site, own_ledger):
    site.said["eclipse-temurin"] = TEMURIN
    code, out, err = says("lifecycle", "refresh", "--api", site.url)
    kept = own_ledger.with_name("lifecycle.json")
    assert (code, out) == (0, f"1 of 28 products, 1 releases. ({kept})\n")
    assert "basewatch: debian stays as it was: 127.0.0.1 answered status 404\n" in err
    code, out, err = says("classify", "eclipse-temurin:25-jre")
    assert "  Eclipse Temurin 25 LTS, supported until 2031-09-30\n" in out


def test_what_is_kept_is_its_owners_alone_and_nothing_lies_about(says, site, own_ledger):
    site.said["eclipse-temurin"] = TEMURIN
    says("lifecycle", "refresh", "--api", site.url)
    (kept,) = own_ledger.parent.iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert json.loads(kept.read_text())["source"] == site.url


def test_each_product_is_asked_about_once(says, site):
    says("lifecycle", "refresh", "--api", site.url + "/")
    assert len(site.asked) == len(set(site.asked)) == 28
    assert "/api/v1/products/nodejs/" in site.asked


def test_a_second_refresh_keeps_what_the_site_no_longer_tells(says, site, own_ledger):
    site.said["eclipse-temurin"] = TEMURIN
    says("lifecycle", "refresh", "--api", site.url)
    site.said = {"nodejs": [{"name": "28", "eolFrom": "2031-04-30"}]}
    code, out, _err = says("lifecycle", "refresh", "--api", site.url, "--json")
    assert code == 0
    said = valid(out)
    assert said["refreshed"] == {"products": ["nodejs"], "releases": 1}
    assert len(said["failures"]) == 27
    assert set(json.loads(Path(said["path"]).read_text())["products"]) == {
        "eclipse-temurin",
        "nodejs",
    }


@pytest.mark.parametrize(
    "said", [b"<html>", b"[]", b"{}", b'{"result": 5}', b"x" * (2 << 20), b"[" * 9000, 500]
)
def test_a_site_that_answers_otherwise_teaches_nothing(says, site, said, own_ledger):
    site.said["nodejs"] = said
    code, _out, err = says("lifecycle", "refresh", "--api", site.url)
    assert code == 2
    assert "basewatch: nodejs stays as it was: " in err
    assert not own_ledger.with_name("lifecycle.json").exists()


@pytest.mark.parametrize(
    "url",
    ["ftp://x", "http://endoflife.date/api", "https://", "file:///etc", "https://x/?q=1", "//["],
)
def test_an_address_that_is_not_safe_is_not_asked(says, url):
    code, _out, err = says("lifecycle", "refresh", "--api", url)
    assert (code, err.count("\n")) == (2, 1)
    assert "write an https address" in err


def test_without_a_ledger_there_is_no_place_to_keep_it(says, site, monkeypatch):
    monkeypatch.setenv("BASEWATCH_LEDGER", "off")
    code, _out, err = says("lifecycle", "refresh", "--api", site.url)
    assert (code, site.asked) == (2, [])
    assert "the ledger is off" in err


def test_a_place_that_cannot_be_written_is_told(says, site, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BASEWATCH_LEDGER", str(tmp_path / "file" / "ledger.sqlite"))
    site.said["nodejs"] = [{"name": "28"}]
    code, _out, err = says("lifecycle", "refresh", "--api", site.url)
    assert code == 2
    assert "lifecycle.json cannot be" in err


def test_a_file_that_cannot_be_used_is_told_and_what_is_bundled_is_known(says, own_ledger, site):
    own_ledger.parent.mkdir(parents=True)
    own_ledger.with_name("lifecycle.json").write_text('{"products": {"nodejs": {"20": 5}}}')
    code, out, err = says("classify", "node:20")
    assert (code, "Node.js 20 LTS, ended 2026-04-30" in out) == (0, True)
    assert "'20' is no release" in err
    assert "what is bundled is used" in err
    site.said["nodejs"] = [{"name": "28"}]
    assert says("lifecycle", "refresh", "--api", site.url)[0] == 0
    assert says("classify", "node:28")[2] == ""


def test_show_tells_of_all_products_how_far_they_are_known(says):
    code, out, err = says("lifecycle", "show")
    assert (code, err, len(out.splitlines())) == (0, "", 28)
    assert "debian               up to Debian 13 (trixie), as of " in out


@pytest.mark.parametrize("name", ["nodejs", "Node.js", "node"])
def test_show_tells_of_a_product_by_each_of_its_names(says, name):
    out = says("lifecycle", "show", name)[1]
    assert out.startswith("Node.js\n")
    assert "  Node.js 20 LTS, ended 2026-04-30, as of 2026-09-09\n" in out


def test_show_tells_of_an_image_what_its_name_says(says):
    out = says("lifecycle", "show", "node:20-bookworm", "ghcr.io/acme/tool:1")[1]
    assert out.startswith("node:20-bookworm\n  Debian 12 (bookworm), ended 2026-07-11")
    assert out.endswith(
        "tool:1\n  its name says no release that is known; newer ones are learned by `refresh`\n"
    )


def test_show_tells_a_program_the_same(says):
    said = valid(says("lifecycle", "show", "rhel", "node:20", "--json")[1])
    assert [product["name"] for product in said["products"]] == ["Red Hat Enterprise Linux"]
    assert said["products"][0]["releases"][0]["until"] == "2035-05-31"
    assert said["images"][0]["life_cycle"][0]["subject"] == "Node.js 20"
    assert len(valid(says("lifecycle", "show", "--json")[1])["products"]) == 28


def test_what_is_no_name_at_all_is_refused(says):
    code, _out, err = says("lifecycle", "show", "no:such:thing:")
    assert (code, err.count("\n")) == (2, 1)
