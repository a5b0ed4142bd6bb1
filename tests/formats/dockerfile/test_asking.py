"""What a Dockerfile's stages ask of their images: words that surely stand as commands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats import asked
from bot.model import SourceFile


def asks(text, path="Dockerfile"):
    return [(a.line, a.kind, a.name + a.constraint) for a in asked(SourceFile(path, text))]


def run(line, *more):
    """What one RUN asks for, its shell left out."""
    found = asks("FROM node\n" + "\n".join([f"RUN {line}", *more]))
    return [f"{kind} {name}" for _, kind, name in found if name != "/bin/sh"]


COMMANDS = [
    ("wget -q x", ["command wget"]),
    ("cd /x && make -j4; tar x | gzip", ["command make", "command tar", "command gzip"]),
    ("A=1 B=$C make", ["command make"]),
    ("exec node x", ["command node"]),
    ("sudo -u app env -i A=1 make", ["command sudo", "command env", "command make"]),
    ("nice -n 5 make", ["command nice", "command make"]),
    ("sh -c 'make && wget x'", ["command sh", "command make", "command wget"]),
    ('bash -ec "make"', ["command bash", "command make"]),
    ("bash script.sh", ["command bash"]),
    ("./configure && scripts/x && /usr/bin/make", ["command /usr/bin/make"]),
    ("$TOOL x; \"$X\" y; 'my tool' z", []),
    ("echo a; export B=1; test -f x; [ -f x ]; :", []),
    ("if make; then wget x; fi", ["command wget"]),
    ("if ! make; then :; elif tar x; then :; else wget x; fi", ["command wget"]),
    ("while make; do wget x; done", ["command wget"]),
    ("for i in a b; do make $i; done", ["command make"]),
    ("case $(uname -m) in (wget) make;; tar|zip) curl x;; esac", ["command make", "command curl"]),
    ("make || true", []),
    ("make || wget x", []),
    ("make || exit 1", ["command make"]),
    ("make || exit 0", []),
    ("command -v wget && wget x", []),
    ("npm install -g yarn@1 && yarn x", ["command npm"]),
    ("curl -o /usr/local/bin/jq x && jq x", ["command curl"]),
    ("x=$(curl y) && make", ["command curl", "command make"]),
    ("make $(curl y) wget", ["command make", "command curl"]),
    ("(cd x && make) > log 2>&1", ["command make"]),
    ("{ make; } && ! tar x", ["command make"]),
    ("make >/dev/null 2>&1 <in wget", ["command make"]),
    ("make # wget x", ["command make"]),
    ("make 'unclosed && wget", ["command make"]),
    ("chown -R node:staff /x", ["command chown", "user node", "group staff"]),
    ("chown 1000:0 /x; chown --reference=a b; chgrp $G x", ["command chown", "command chown", "command chgrp"]),
    ("chgrp staff x", ["command chgrp", "group staff"]),
    ("gosu node make", ["command gosu", "user node"]),
    ("useradd app && chown app x", ["command useradd", "command chown"]),
    ("echo 'app:x:1:1' >> /etc/passwd", []),
    ('["/usr/bin/make", "x"]', ["command /usr/bin/make"]),
    ("[]", []),
]  # fmt: skip


@pytest.mark.parametrize(("line", "wanted"), COMMANDS)
def test_words_that_stand_as_commands_are_asked_for(line, wanted):
    assert run(line) == wanted


PACKAGES = [
    ("apt-get -y install --no-install-recommends curl=7.88-1 git:amd64 -t sid xy/sid", ["pin curl=7.88-1", "package git", "package xy"]),
    ("apt-get update; apt install $P ./x.deb python3-*", []),
    ("apk add --no-cache -t .deps foo~1.2 bar=1.2-r0 baz@edge qux>1", ["pin foo~1.2", "pin bar=1.2-r0", "package baz", "package qux"]),
    ("dnf -y install --setopt x httpd && microdnf remove y", ["package httpd"]),
    ("yum install -y bash-5.1.8-1.el9 curl-7:8.1-2.x86_64 java-17-openjdk glibc.i686 perl-5.32*", ["pin bash-5.1.8-1.el9", "pin curl-7:8.1-2", "package java-17-openjdk", "package glibc"]),
    ("zypper in bash=5.1 'vim>=9' nginx-1.24 gtk3-devel", ["pin bash=5.1", "pin vim>=9", "pin nginx-1.24", "package gtk3-devel"]),
    (f"dnf install a{'-1' * 50_000}x {'1-' * 140}", []),
    ("apt-get purge wget", []),
]  # fmt: skip


@pytest.mark.parametrize(("line", "wanted"), PACKAGES)
def test_packages_are_read_as_their_manager_reads_them(line, wanted):
    assert [each for each in run(line) if not each.startswith("command ")] == wanted


def test_each_command_has_the_line_where_it_stands():
    text = "FROM node\nRUN make && \\\n # a comment\n  wget x \\\n  && tar x\n"
    assert asks(text)[1:] == [(2, "command", "make"), (4, "command", "wget"), (5, "command", "tar")]


def test_a_here_document_is_a_script_or_what_is_fed_to_a_shell():
    text = "FROM node\nRUN <<EOF\nmake\nwget x\nEOF\nRUN bash <<EOF\ntar x\nEOF\n"
    assert asks(text) == [
        (2, "command", "/bin/sh"),
        (3, "command", "make"),
        (4, "command", "wget"),
        (7, "command", "tar"),
    ]


def test_a_here_document_for_another_program_is_data():
    assert asks("FROM node\nRUN python3 <<EOF\nwget\nEOF\n") == [(2, "command", "python3")]
    text = "FROM node\nRUN <<EOF\n#!/usr/bin/env python3\nwget\nEOF\n"
    assert asks(text) == [(2, "command", "python3")]
    text = "FROM node\nRUN <<EOF\n#!/bin/bash -e\nwget x\nEOF\n"
    assert asks(text) == [(2, "command", "/bin/bash"), (4, "command", "wget")]
    assert asks("FROM node\nRUN cat <<EOF > /x && make\nwget\nEOF\n") == []


def test_users_of_instructions():
    text = "FROM node\nUSER node:staff\nCOPY --chown=app:1 x /y\nUSER 1000\nUSER $X\n"
    assert asks(text) == [(2, "user", "node"), (2, "group", "staff"), (3, "user", "app")]


def test_what_starts_containers_is_asked_too():
    text = (
        'FROM node\nHEALTHCHECK --interval=5s CMD curl -f x || exit 1\nENTRYPOINT ["tini"]\n'
        'CMD ["node"]\nHEALTHCHECK NONE\n'
    )
    assert asks(text) == [
        (2, "command", "/bin/sh"),
        (2, "command", "curl"),
        (3, "command", "tini"),
        (4, "command", "node"),
    ]


def test_stages_ask_the_image_that_they_are_built_on():
    text = (
        "FROM node:1 AS a\nRUN npm i -g yarn\nFROM alpine\nRUN make\nFROM a\nRUN yarn x; wget x\n"
        "FROM scratch\nCMD x\n"
    )
    found = [
        (a.name, a.of.of(text)) for a in asked(SourceFile("Dockerfile", text)) if "/" not in a.name
    ]
    assert found == [("npm", "node:1"), ("make", "alpine"), ("wget", "node:1")]


def test_what_is_copied_out_of_an_image_is_asked_of_that():
    text = "FROM scratch\nCOPY --from=golang:1 /usr/local/go/bin/go /go* /bin/\n"
    (found,) = asked(SourceFile("Dockerfile", text))
    assert (found.line, found.name, found.of.of(text)) == (2, "/usr/local/go/bin/go", "golang:1")


def test_what_a_stage_copies_in_it_does_not_ask_for():
    assert run("jq x") == ["command jq"]
    assert asks("FROM node\nCOPY x/jq /usr/bin/jq\nRUN jq x\n") == [(3, "command", "/bin/sh")]
    assert asks("FROM node\nCOPY --from=0 /usr/local/ /usr/local/\nRUN jq x\nUSER x\n") == []
    assert asks('FROM node\nCOPY ["passwd", "/etc/"]\nUSER x\n') == []


def test_another_shell_than_posix_is_not_read():
    text = 'FROM node\nSHELL ["pwsh", "-c"]\nRUN make\nSHELL ["/bin/bash", "-c"]\nRUN make\n'
    assert asks(text) == [
        (3, "command", "pwsh"),
        (5, "command", "/bin/bash"),
        (5, "command", "make"),
    ]


def test_another_syntax_is_not_read():
    assert asks("// syntax=other/frontend\nFROM node\nRUN make\n") == []


def test_a_script_beyond_all_measure_is_not_read():
    assert run("make; " * 20_000) == []


@given(st.text("RUNFOMCPYadsh -\\\n'\"$(){}<>|&;#=`EOF[],:/", max_size=60))
def test_nothing_makes_it_raise(text):
    found = asked(SourceFile("Dockerfile", f"FROM node AS a\nRUN {text}\nFROM a\n{text}"))
    assert all(1 <= a.line <= text.count("\n") * 2 + 4 for a in found)
