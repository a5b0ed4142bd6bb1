"""docker-pkg's templates and configurations, each file by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.edits import edits_for, rewrite
from bot.formats import claimant, named, uses_of
from bot.formats.docker_pkg.jinja import Given, bits, rendered, variables
from bot.model import Skip, SourceFile, Span, Use
from tests.formats.shared import rewritten

FORMAT = named("docker-pkg")
NEW = "sha256:" + "5eed" * 16


def template(text):
    return SourceFile("images/a/Dockerfile.template", text)


def found(text):
    return list(FORMAT.find(template(text)))


def moved(text, tag, digest=None):
    (use,) = uses_of(template(text))
    return rewritten(text, use, tag, digest)


INSTALL = 'RUN {{ "git" | apt_install }}\n'


@pytest.mark.parametrize(
    ("path", "text", "kind"),
    [
        ("a/Dockerfile.template", 'FROM {{ "x" | image_tag }}\n', "docker-pkg"),
        ("a/Dockerfile.template", "FROM {{registry}}/x\n", "docker-pkg"),
        ("a/Dockerfile.template", f"FROM x:1\n{INSTALL}", "docker-pkg"),
        ("a/Dockerfile.template", 'FROM x:1\nUSER {{ "www" | uid }}\n', "docker-pkg"),
        (
            "a/Dockerfile.template",
            'FROM x:1\nRUN {{ """\ngit\n""" | apt_install }}\n',
            "docker-pkg",
        ),
        ("a/Dockerfile.template", "FROM x:1\n", "dockerfile"),
        ("a/Dockerfile.template", "FROM {{ base }}\n", "dockerfile"),
        ("a/Dockerfile", f"FROM x:1\n{INSTALL}", "dockerfile"),
        ("config.yaml", "registry: r.io\nbase_images:\n- r.io/x:1\n", "docker-pkg"),
        ("config.yaml", "base_images:\n- r.io/x:1\n", None),
        ("config.yaml", "x:\n  registry: r.io\n  base_images:\n  - r.io/x:1\n", None),
        ("config.yaml", "registry: r.io\nnamespace: base_images\n", None),
    ],
)
def test_what_a_file_says_makes_it_docker_pkgs(path, text, kind):
    format_ = claimant(SourceFile(path, text))
    assert (format_ and format_.NAME) == kind


def test_a_tag_and_a_digest_are_written_into_the_template():
    text = f"FROM debian:12.5-slim AS x\n{INSTALL}"
    assert moved(text, "12.6-slim", NEW) == f"FROM debian:12.6-slim@{NEW} AS x\n{INSTALL}"


def test_a_tag_that_the_template_sets_is_written_where_it_is_set():
    text = f'{{% set day = "20240609" %}}\nFROM r.io/bookworm:{{{{ day }}}}\n{INSTALL}'
    wanted = f'{{% set day = "20240616" %}}\nFROM r.io/bookworm:{{{{ day }}}}@{NEW}\n{INSTALL}'
    assert moved(text, "20240616", NEW) == wanted


def test_a_name_that_the_template_sets_gets_no_digest():
    (use,) = uses_of(template(f"{{% set x = 'bookworm' %}}\nFROM r.io/{{{{ x }}}}:1\n{INSTALL}"))
    assert (str(use.image), use.digest_at) == ("r.io/bookworm:1", None)
    assert use.no_digest == "x names the image, and a digest would be wrong for any other"


def test_a_digest_that_is_there_is_changed():
    text = f"{{% set x = 'b' %}}\nFROM r.io/b:1@sha256:{'0a' * 32}\n{INSTALL}"
    assert moved(text, "2", NEW) == text.replace(":1@sha256:" + "0a" * 32, f":2@{NEW}")


def test_what_a_variable_computes_has_no_place_in_the_template():
    (use,) = uses_of(template(f"ARG V=12.5-slim\nFROM debian:${{V/12/13}}\n{INSTALL}"))
    assert [piece.span is None for piece in use.pieces][-1:] == [True]


def test_what_is_set_twice_is_not_known():
    text = f"{{% set x = 'a' %}}{{% set x = 'b' %}}\nFROM r.io/{{{{ x }}}}:1\n{INSTALL}"
    (skip,) = found(text)
    assert (skip.reason, skip.text) == ("template", "r.io/{{ x }}:1")


def test_packages_in_a_block_are_no_instructions():
    text = (
        f"FROM x:1\n{{% set p|replace('\\n', ' ') -%}}\nFROM y:1\n{{%- endset -%}}\n"
        f"{{% macro m(a) %}}\nFROM z:1\n{{% endmacro %}}\n{INSTALL}"
    )
    assert [str(use.image) for use in found(text)] == ["x:1"]


def test_a_chain_of_filters_names_no_image():
    text = f'FROM {{{{ "x" | image_tag | upstream_version }}}}\nFROM a:1\n{INSTALL}'
    first, second = found(text)
    assert (first.reason, second.text) == ("template", "a:1")


def test_lines_keep_their_numbers_behind_expressions_of_several_lines():
    text = (
        'FROM x:1\nRUN {{ """\n\ngit\ncurl \\\n""" | apt_install }} && true\nCOPY --from=y:1 / /\n'
    )
    assert [(m.position.line, m.text) for m in found(text)] == [(1, "x:1"), (7, "y:1")]


def test_what_jinja_cannot_read_is_told_once():
    text = f"FROM x:1\nRUN ${{#array[@]}} {{%\nBROKEN\n{INSTALL}"
    skips = [m for m in found(text) if isinstance(m, Skip)]
    assert [(s.text, s.position.line, s.reason) for s in skips] == [("{#", 2, "unparsable")]
    assert skips[0].detail == "Jinja finds no end of what begins on line 2"


def test_a_base_image_of_a_configuration_moves_by_tag_only():
    text = "registry: r.io\nbase_images: \n  - 'r.io/x:20240609' # why\n"
    file = SourceFile("config.yaml", text)
    (use,) = uses_of(file)
    assert (use.role, use.carries, use.digest_at) == ("base", "tag", None)
    assert "one colon" in use.no_digest
    edits = edits_for(use, use.image.at("20240616", NEW))
    assert rewrite(text, edits) == text.replace("0609", "0616")


def test_every_opening_is_closed_once():
    text = "{{ a }} {# b #} {% c %} {{ d {% e"
    spans, unclosed = bits(text)
    assert [span.of(text) for span in spans] == ["{{ a }}", "{# b #}", "{% c %}"]
    assert unclosed == text.index("{{ d")


@pytest.mark.parametrize(
    "unit", ["{{", "{%", "{#", "{{ a", "{% set x = ", "{{ 'x' |", "{{}}", "a|"]
)
def test_a_hostile_template_is_read_in_a_time_that_grows_with_it(unit):
    list(FORMAT.find(template("FROM x:1\n" + unit * 40_000)))
    FORMAT.claims(template(unit * 40_000))


@given(st.text(alphabet="{}%#ab \n\\\"'=|-", max_size=60))
def test_what_is_rendered_can_be_traced_back(text):
    made = rendered(text, variables(text) | {"a": Given("given"), "b": Given("")})
    assert made.text.count("\n") == text.count("\n")
    for at in range(len(made.text)):
        span = made.span(Span(at, at + 1))
        assert 0 <= span.start < span.end <= len(text)


@given(st.text(alphabet="{}%#abFROM :1\n", max_size=60))
def test_any_template_can_be_read(text):
    for mention in found(text):
        assert mention.text == mention.span.of(text)
        assert isinstance(mention, Use | Skip)


def test_a_configuration_may_begin_with_a_byte_order_mark():
    text = "\ufeffbase_images: [debian:12]\nregistry: example.org\n"
    (use,) = uses_of(SourceFile("config.yaml", text))
    assert (use.text, use.position) == ("debian:12", (1, 15))
