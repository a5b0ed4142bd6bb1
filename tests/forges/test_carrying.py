"""How far the actions of a course come, and what is told of those that a forge does not take."""

from bot.errors import PlatformError
from bot.forges import Done
from bot.forges.carrying import Carried, carry_out
from bot.pulls.actions import AddComment, Course, Dress, EditPull, EnableAutomerge, SetDress

LABELS = Dress(labels=("docker",))


def carried(*actions, answers):
    """What was carried out, with each action and the number that was told with it."""
    left, asked = list(answers), []

    def do(action, number):
        asked.append((action, number))
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return carry_out(Course("updated", actions), do), asked


def test_what_is_refused_of_several_is_told_together_and_the_address_stays():
    found, asked = carried(
        AddComment(7, "a"),
        EnableAutomerge(7),
        AddComment(7, "b"),
        answers=[Done(7, "https://forge.test/7", refused="no a"), PlatformError("off"), Done()],
    )
    assert found == Carried(7, "https://forge.test/7", ("no a", "off"))
    assert [number for _, number in asked] == [0, 7, 7]


def test_labels_that_are_refused_are_noted_where_there_is_a_body_for_it():
    _, asked = carried(SetDress(7, LABELS, "noted"), answers=[Done(refused="no label"), Done()])
    assert [action for action, _ in asked][1:] == [EditPull(7, body="noted")]
    for action, answer in (
        (SetDress(7, LABELS, ""), Done(refused="no label")),
        (SetDress(7, LABELS, "noted"), Done()),
    ):
        _, asked = carried(action, answers=[answer])
        assert len(asked) == 1


def test_what_fails_ends_it_and_is_told():
    error = PlatformError("no answer")
    found, asked = carried(AddComment(7, "a"), AddComment(7, "b"), answers=[error])
    assert (found.error, len(asked)) == (error, 1)
    refused = [Done(refused="no label"), error]
    found, _ = carried(SetDress(7, LABELS, "noted"), answers=refused)
    assert found.error == error
