"""A comment beside the value of a variable steers whatever is made of it, in every syntax."""

import pytest

from bot.formats import claimant
from bot.model import SourceFile, Use

DIGEST = "sha256:" + "ab" * 32
CASES = {
    "pom.xml": (
        "<project><properties>\n<!-- basewatch: ignore -->\n<v>17-jre</v>\n</properties>\n\n"
        "<plugin><artifactId>jib-maven-plugin</artifactId><configuration>\n"
        "<from><image>eclipse-temurin:${v}</image></from></configuration></plugin></project>"
    ),
    "build.gradle": (
        "plugins { id 'com.google.cloud.tools.jib' }\ndef v = '17-jre' // basewatch: ignore\n\n"
        'jib { from { image = "eclipse-temurin:$v" } }\n'
    ),
    "build.gradle.kts": (
        '// basewatch: ignore\nval base = "node:20"\n\njib { from { image = base } }\n'
    ),
    "app.csproj": (
        "<Project><PropertyGroup>\n<!-- basewatch: ignore -->\n<Tag>8.0</Tag>\n\n"
        "<ContainerBaseImage>r.example.org/net:$(Tag)</ContainerBaseImage>\n</PropertyGroup></Project>"
    ),
    "MODULE.bazel": (
        f'DIGEST = "{DIGEST}"  # basewatch: ignore\n\n'
        'oci.pull(name = "n", image = "r.example.org/n", digest = DIGEST)\n'
    ),
    "Earthfile": (
        "VERSION 0.8\n# basewatch: ignore\nARG --global V=20\n\na:\n  FROM node:$V\n"
    ),
    "run.sh": "# basewatch: ignore\nV=20\n\ndocker run node:$V sh  # basewatch: image\n",
    "Jenkinsfile": "def base = 'node:20' // basewatch: ignore\n\npipeline { agent { docker { image base } } }\n",
    ".gitlab-ci.yml": "variables:\n  V: '20'  # basewatch: ignore\n\na: {image: 'node:$V', script: x}\n",
    "cloudbuild.yaml": (
        "steps:\n- name: node:$_V\n\n\nsubstitutions:\n  # basewatch: ignore\n  _V: '20'\n"
    ),
    ".circleci/config.yml": (
        "version: 2.1\nparameters:\n  v:\n    type: string\n"
        "    default: '20'  # basewatch: ignore\n\njobs:\n"
        "  a:\n    docker:\n    - image: node:<< pipeline.parameters.v >>\n"
    ),
}  # fmt: skip


@pytest.mark.parametrize("path", CASES)
def test_a_comment_beside_a_value_steers_what_is_made_of_it(path):
    file = SourceFile(path, CASES[path])
    (use,) = claimant(file).find(file)  # and no word of a comment that steers nothing
    assert isinstance(use, Use)
    assert [steer.verb for steer in use.steers] == ["ignore"]
