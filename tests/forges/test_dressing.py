"""Labels and people of new pull requests: given once, whatever a run is cut short by."""

from bot.errors import PlatformError
from bot.forges import Done
from bot.forges.carrying import carry_out
from bot.pulls import Course
from bot.pulls.actions import CreatePull, Dress, SetDress
from bot.pulls.marker import marker_in
from tests.forges.memory import forge
from tests.forges.test_platform import proposal, run, verbs

LABELLED = proposal(labels=("docker",))


def test_a_new_one_with_a_label_takes_three_writes_here():
    there = forge()
    run(there, LABELLED)
    assert there.writes() == ["CreateBranch", "CreatePull", "SetDress"]
    there.asked.clear()
    assert verbs(run(there, LABELLED)) == ["unchanged"]
    assert dict(there.asked) == {"pulls": 1, "branches": 1, "comments": 1}


def test_whether_a_person_took_it_off_is_asked_once_and_noted():
    there = forge()
    run(there, LABELLED)
    app = there.repos["team/app"]
    app.edit(1, labels=())
    there.asked.clear()
    assert verbs(run(there, LABELLED)) == ["updated"]
    assert (there.asked["dressed"], app.pulls[1].labels) == (1, ())
    there.asked.clear()
    assert verbs(run(there, LABELLED)) == ["unchanged"]
    assert there.asked["dressed"] == 0


def test_one_that_never_got_it_is_given_it():
    there = forge(dies_at=3, dies="before", error=PlatformError)
    assert verbs(run(there, LABELLED)) == ["failed"]
    there.dies_at = 0
    assert verbs(run(there, LABELLED)) == ["updated"]
    assert there.repos["team/app"].pulls[1].labels == ("docker",)
    assert verbs(run(there, LABELLED)) == ["unchanged"]


def test_what_the_forge_refuses_of_it_is_noted_at_once_and_not_tried_again():
    there = forge()
    app = there.repos["team/app"]

    class Refusing(type(there)):
        def carry_out(self, slug, action, number):
            if isinstance(action, SetDress):
                self.written += 1
                return Done(number, refused="labels docker (Not Found)")
            return super().carry_out(slug, action, number)

    refusing = Refusing(there.repos)
    (outcome,) = run(refusing, LABELLED)
    assert (outcome.verb, outcome.detail) == ("created", "labels docker (Not Found)")
    noted = marker_in(app.pulls[1].body)
    assert noted.tip == app.branches[LABELLED.branch].tip
    assert not noted.dress.startswith("meant")
    written = refusing.written
    assert verbs(run(refusing, LABELLED)) == ["unchanged"]
    assert refusing.written == written


def test_that_it_could_not_be_noted_is_a_failure():
    body = "text"
    refused = SetDress(0, Dress(("docker",)), body)
    course = Course("created", (CreatePull("b", "main", "t", body), refused))

    def do(action, _number):
        if isinstance(action, CreatePull):
            return Done(7)
        if isinstance(action, SetDress):
            return Done(7, refused="no")
        raise PlatformError("no answer")

    assert str(carry_out(course, do).error) == "no answer"
