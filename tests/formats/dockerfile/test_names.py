import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.formats import dockerfile
from bot.model import SourceFile

NAMES = [
    "Dockerfile",
    "dockerfile",
    "DOCKERFILE",
    "DockerFile",
    "Containerfile",
    "containerfile",
    "deep/in/a/tree/Dockerfile",
    "app.Dockerfile",
    "prod.dockerfile",
    "app-Dockerfile",
    "app_Dockerfile",
    "my.app.containerfile",
    ".Dockerfile",
    "Dockerfile.prod",
    "Dockerfile-prod",
    "Dockerfile_prod",
    "Dockerfile.alpine3.19",
    "Dockerfile.3",
    "Dockerfile2",
    "Dockerfile.dev.local",
    "Containerfile.in",
    "Dockerfile.in",
    "Dockerfile.j2",
    "Dockerfile.tmpl",
    "Dockerfile.template",
    "Dockerfile.erb",
    "Dockerfile.m4",
    "DockerfileTest",
    "prodDockerfile",
    "Dockerfile.java",
    "Dockerfile.rs",
]
OTHERS = [
    "",
    "README.md",
    "Dockerfile.md",
    "Dockerfile-notes.md",
    "dockerfile.rst",
    "Dockerfile.txt",
    "test_dockerfile.py",
    "dockerfile.go",
    "dockerfile.js",
    "dockerfile.d.ts",
    "build-dockerfile.sh",
    "dockerfile.json",
    "dockerfile.yaml",
    "Dockerfile.yml",
    "Dockerfile.html",
    "Dockerfile.orig",
    "Dockerfile.rej",
    "Dockerfile.bak",
    "Dockerfile.swp",
    ".Dockerfile.swp",
    "Dockerfile~",
    "Dockerfile.old",
    ".dockerignore",
    "Dockerfile.dockerignore",
    "Dockerfile.containerignore",
    "app.Dockerfile.dockerignore",
    "dockerfiles",
    "dockerfiles/readme",
    "Dockerfile/README",
    "docker-compose.yml",
    "mydockerfile",
    "Dockerfilex",
    "file",
    "Makefile",
]


@pytest.mark.parametrize("path", NAMES)
def test_a_dockerfile_by_its_name(path):
    assert dockerfile.matches(path)


@pytest.mark.parametrize("path", OTHERS)
def test_no_dockerfile_by_its_name(path):
    assert not dockerfile.matches(path)


@given(st.text(max_size=40))
def test_the_folder_makes_no_difference(name):
    name = name.replace("/", "")
    assert dockerfile.matches(f"a/b/{name}") == dockerfile.matches(name)


@pytest.mark.parametrize(
    ("path", "text", "claimed"),
    [
        ("Dockerfile", "FROM alpine\n", True),
        ("Dockerfile", "", True),
        ("Dockerfile", "typo\n", True),
        ("Dockerfile", "FROM alpine\n\0", False),
        ("Dockerfile", "<!DOCTYPE html>\n<p>FROM</p>\n", False),
        ("dockerfile", '\ufeff <?xml version="1.0"?>', False),
        ("Dockerfile.java", "FROM eclipse-temurin:21\n", True),
        ("Dockerfile.java", "public class Dockerfile {}\n", False),
        ("DockerfileTest", "ARG A=1\n  from alpine\n", True),
        ("DockerfileTest", "func TestDockerfile() {}\n", False),
        ("Dockerfile.tmp", "half written", False),
    ],
)
def test_what_a_file_says_counts_where_its_name_leaves_doubt(path, text, claimed):
    assert dockerfile.matches(path)
    assert dockerfile.claims(SourceFile(path, text)) is claimed
