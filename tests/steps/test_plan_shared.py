"""Uses that cannot follow a newer tag, as they share text: their digests are kept all the same."""

import datetime as dt

import pytest

from bot import flow
from bot.ledger import LedgerFile
from bot.model import Policy, TagList
from bot.ports import Desk
from bot.rules import load
from bot.steps.plan import together
from bot.tags import TagBook
from tests.fakes.shelf import Shelf, digest_of, tree_of

TAGS = TagBook(load())
TODAY = dt.date(2026, 11, 22)
OLD = digest_of("old")
ALL = frozenset({"pin", "digest", "patch", "minor"})
HELD = "1.2.0 is newer, but held: V is shared with line 2, which would become app/alpha:1.2.0: not a tag that it may move to."  # fmt: skip
TWO = f"ARG V=1.1.0\nFROM app/alpha:${{V}}@{OLD}\nFROM app/beta:${{V}}@{OLD}\n"


@pytest.fixture
def shelf():
    return Shelf({"app/alpha": ["1.1.0"], "app/beta": ["1.1.0", "1.2.0"]})


def fixed(tmp_path, text, shelf, policy=None):
    """The verdicts, and the file that comes of them; to fix it again changes nothing."""
    desk = Desk(TAGS, shelf.open, lambda _: policy or Policy(allow=ALL, today=TODAY))
    tree = tree_of(tmp_path, {"Dockerfile": text})
    plan = flow.check(tree, desk)
    assert not flow.fix(plan, tree.write)[1]
    written = (tmp_path / "Dockerfile").read_text()
    assert flow.fix(flow.check(tree, desk), tree.write) == ((), ())
    return plan.verdicts, written


def said(verdicts):
    return [(verdict.outcome, verdict.reason) for verdict in verdicts]


def test_a_use_held_by_a_shared_variable_has_its_digest_refreshed(tmp_path, shelf):
    verdicts, written = fixed(tmp_path, TWO, shelf)
    alpha, beta = (shelf.digest_at(f"app/{name}:1.1.0") for name in ("alpha", "beta"))
    assert written == (f"ARG V=1.1.0\nFROM app/alpha:${{V}}@{alpha}\nFROM app/beta:${{V}}@{beta}\n")
    assert [(v.outcome, v.offer.kind) for v in verdicts] == [("update", "digest")] * 2
    assert verdicts[1].because == f"The tag 1.1.0 now points at {beta[:19]}…. {HELD}"
    assert verdicts[1].offer.because == verdicts[1].because


def test_where_its_digest_is_true_already_it_is_held_as_before(tmp_path, shelf):
    beta = shelf.digest_at("app/beta:1.1.0")
    text = f"ARG V=1.1.0\nFROM app/alpha:${{V}}\nFROM app/beta:${{V}}@{beta}\n"
    (_, verdict), _ = fixed(tmp_path, text, shelf)
    assert said([verdict]) == [("held", "shared-variable")]
    assert verdict.because == HELD.partition("held: ")[2]


def test_uses_without_a_newer_tag_in_common_are_pinned_where_they_are(tmp_path):
    tags = ["20.1-alpine", "20.2-alpine", "20.1-slim", "20.3-slim", "20.1-bookworm", "20.4-bookworm"]  # fmt: skip
    shelf = Shelf({"node": tags})
    kinds = ["alpine", "slim", "bookworm"]
    verdicts, written = fixed(
        tmp_path, "ARG V=20.1\n" + "".join(f"FROM node:${{V}}-{kind}\n" for kind in kinds), shelf
    )
    assert said(verdicts) == [("pin", None)] * 3
    assert all("is newer, but held: V is shared with line" in v.because for v in verdicts)
    assert written == "ARG V=20.1\n" + "".join(
        f"FROM node:${{V}}-{kind}@{shelf.digest_at(f'node:20.1-{kind}')}\n" for kind in kinds
    )


def test_no_digest_is_written_behind_a_variable_that_names_the_image(tmp_path, shelf):
    text = "ARG V=1.1.0\nARG I=app/beta\nFROM app/alpha:${V}\nFROM ${I}:${V}\n"
    (alpha, beta), written = fixed(tmp_path, text, shelf)
    assert said([alpha, beta]) == [("pin", None), ("held", "shared-variable")]
    assert "V is shared with line 3" in beta.because
    assert "It cannot be pinned: I names the image" in beta.because
    assert f"FROM ${{I}}:${{V}}\n" in written  # noqa: F541


def test_a_digest_in_a_variable_of_one_image_is_refreshed_once_for_all(tmp_path, shelf):
    text = f"ARG V=1.1.0\nARG D={OLD}\nFROM app/alpha:$V\n" + "FROM app/beta:$V@$D\n" * 2
    verdicts, written = fixed(tmp_path, text, shelf)
    assert said(verdicts) == [("pin", None), ("update", None), ("update", None)]
    assert f"ARG D={shelf.digest_at('app/beta:1.1.0')}\n" in written


@pytest.mark.parametrize("text", [
    f"ARG V=1.1.0\nARG D={OLD}\nFROM app/alpha:$V@$D\nFROM app/beta:$V@$D\n",
    f"ARG T=1.1.0@{OLD}\nFROM app/alpha:$T\nFROM app/beta:$T\n",
    f"ARG T=1.1.0@{OLD}\nFROM app/beta:$T\n# basewatch: ignore\nFROM app/alpha:$T\n",
])  # fmt: skip
def test_a_digest_that_another_image_takes_too_is_left_alone(tmp_path, shelf, text):
    verdicts, written = fixed(tmp_path, text, shelf)
    assert written == text
    assert not any(verdict.offer for verdict in verdicts)
    assert {verdict.reason for verdict in verdicts} <= {"shared-variable", "ignored"}


def test_what_the_policy_does_not_allow_is_said_after_the_reason_of_the_hold(tmp_path, shelf):
    (_, beta), written = fixed(tmp_path, TWO, shelf, Policy(allow=ALL - {"digest"}, today=TODAY))
    assert (written, said([beta])) == (TWO, [("held", "shared-variable")])
    assert beta.because.startswith("V is shared with line 2")
    assert beta.because.endswith("The policy does not allow this kind of move (digest).")


def test_a_refresh_that_is_proposed_on_its_own_stays_so(tmp_path, shelf):
    policy = Policy(allow=ALL - {"digest"}, apart=frozenset({"digest"}), today=TODAY)
    (_, beta), written = fixed(tmp_path, TWO, shelf, policy)
    assert (written, said([beta])) == (TWO, [("held", "apart")])
    assert [offer.kind for offer in beta.apart] == ["digest"]
    assert beta.because.endswith(f"That is proposed on its own. {HELD}")


def test_a_digest_that_is_too_young_waits_for_its_day(tmp_path, shelf):
    ledger, day = LedgerFile(tmp_path / "ledger.sqlite"), dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    policy = Policy(allow=ALL, min_age=dt.timedelta(days=3), today=TODAY)
    alpha, was = (shelf.digest_at(f"app/{name}:1.1.0") for name in ("alpha", "beta"))
    text = f"ARG V=1.1.0\nFROM app/alpha:${{V}}@{alpha}\nFROM app/beta:${{V}}@{was}\n"
    tree = tree_of(tmp_path / "tree", {"Dockerfile": text})

    def check(days):
        now = day + dt.timedelta(days=days)
        desk = Desk(TAGS, shelf.open, lambda _: policy, ledger=ledger, clock=lambda: now)
        return flow.check(tree, desk).verdicts[1]

    assert check(0).reason == "age"  # 1.2.0 is too young itself
    assert check(4).reason == "shared-variable"
    shelf.move("app/beta:1.1.0")
    beta = check(5)
    assert (beta.outcome, beta.reason, beta.until) == ("held", "age", "2026-11-09")
    assert beta.because.endswith(f"when it is 3 days old. {HELD}")
    assert check(9).offer.kind == "digest"


def test_a_tag_that_is_no_more_is_not_asked_for(tmp_path):
    shelf = Shelf({"app/alpha": ["1.1.0"], "app/beta": ["1.2.0"]})
    (_, beta), _ = fixed(tmp_path, TWO, shelf)
    assert said([beta]) == [("held", "shared-variable")]
    assert not [asked for asked in shelf.asked if "beta:1.1.0" in asked[1]]


def test_a_tag_that_may_be_beyond_what_was_read_of_the_list_is_asked_for(tmp_path):
    class Cut(Shelf):
        async def tags(self, image):
            listed = tuple(tag for tag in self.images[image.repository] if tag != "1.1.0")
            return TagList(listed, {}, complete=False)

    shelf = Cut({"app/alpha": ["1.1.0"], "app/beta": ["1.1.0", "1.2.0"]})
    (_, beta), _ = fixed(tmp_path, TWO, shelf)
    assert beta.offer.new.digest == shelf.digest_at("app/beta:1.1.0")


def test_a_digest_that_cannot_be_had_is_a_failure_and_no_hold(tmp_path):
    images = {"app/alpha": ["1.1.0"], "app/beta": ["1.1.0", "1.2.0"]}
    (_, beta), _ = fixed(tmp_path, TWO, Shelf(images, broken=["app/beta:1.1.0"]))
    assert said([beta]) == [("failed", "lookup")]


def test_a_new_index_of_the_same_images_is_no_refresh(tmp_path, shelf):
    new = shelf.digest_at("app/beta:1.1.0")
    shelf.children = dict.fromkeys([OLD, new], (("linux/amd64", digest_of("same")),))
    (_, beta), written = fixed(tmp_path, TWO, shelf)
    assert f"FROM app/beta:${{V}}@{OLD}\n" in written
    assert said([beta]) == [("held", "shared-variable")]
    assert "Only the index changed" in beta.because


def test_it_gets_no_other_name_even_where_more_precise_ones_are_written(tmp_path):
    shelf = Shelf({"node": ["20-a", "21-a", "20.1.0-a", "20-b"]})
    shelf.alike("node:20-a", "node:20.1.0-a")
    policy = Policy(allow=ALL | {"major"}, pin="immutable", today=TODAY)
    (first, _), written = fixed(
        tmp_path, "ARG V=20\nFROM node:${V}-a\nFROM node:${V}-b\n", shelf, policy
    )
    assert (first.outcome, first.offer.new.tag) == ("pin", "20-a")
    assert written.startswith("ARG V=20\n")


def test_its_label_goes_with_it(tmp_path, shelf):
    name = "org.opencontainers.image.base"
    text = f"{TWO}LABEL {name}.name=app/beta:1.1.0 {name}.digest={OLD}\n"
    verdicts, written = fixed(tmp_path, text, shelf)
    assert f"{name}.digest={shelf.digest_at('app/beta:1.1.0')}\n" in written
    assert said(verdicts[2:]) == [("current", None), ("update", None)]


def test_telling_why_uses_stay_takes_work_in_proportion_to_how_many_there_are(
    tmp_path, shelf, monkeypatch
):
    looked = []
    where = together._where
    monkeypatch.setattr(together, "BUDGET", 10)  # what is tried is bounded by that alone
    monkeypatch.setattr(together, "_where", lambda choice: looked.append(choice) or where(choice))

    def work(count):
        looked.clear()
        text = "ARG V=1.1.0\n" + "FROM app/beta:${V}\nFROM app/alpha:${V}\n" * count
        verdicts, _ = fixed(tmp_path, text, shelf)
        assert {v.outcome for v in verdicts} <= {"held", "pin"}
        return len(looked)

    assert work(20) <= 3 * work(10)
