import pytest

from bot.wording.remarks import remark


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("Dockerfile", "# x"),
        ("a/docker-compose.yml", "# x"),
        (".env", "# x"),
        ("docker-bake.hcl", "# x"),
        (".devcontainer/devcontainer.json", "// x"),
        (".devcontainer.json", "// x"),
        ("ci/Jenkinsfile.release", "// x"),
        ("build.gradle.kts", "// x"),
        ("app/pom.xml", "<!-- x -->"),
        ("app/App.csproj", "<!-- x -->"),
        ("docker-bake.json", None),
        ("deploy/pod.json", None),
    ],
)
def test_a_comment_is_written_as_the_file_has_them(path, written):
    assert remark(path, "x") == written


def test_a_proposal_for_json_without_comments_says_to_write_a_rule():
    from bot.wording.body import _how_to_steer

    assert "// basewatch: ignore" in _how_to_steer(".devcontainer.json")
    assert _how_to_steer("docker-bake.json").endswith("a rule for it in `basewatch.yaml`.")
