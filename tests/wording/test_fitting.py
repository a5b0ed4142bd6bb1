"""What gives way when a text is too long, and what never does."""

from hypothesis import given
from hypothesis import strategies as st

from bot.wording.fitting import LEFT_OUT, ORDER, Section, fitted


def test_what_fits_is_left_as_it_is():
    assert fitted([Section("a"), Section(""), Section("b", "notes")], 100) == "a\n\nb"


def test_the_least_worth_gives_way_first_and_only_as_far_as_it_must():
    sections = [
        Section("k" * 50),
        Section("n" * 900, "notes", ("n" * 100,)),
        Section("p" * 300, "packages"),
    ]
    assert fitted(sections, 500) == "\n\n".join(["k" * 50, "n" * 100, "p" * 300])
    assert fitted(sections, 450) == "\n\n".join(["k" * 50, LEFT_OUT, "p" * 300])
    assert fitted(sections, 200) == "\n\n".join(["k" * 50, LEFT_OUT, LEFT_OUT])


def test_what_fits_once_the_others_gave_way_comes_back():
    sections = [Section("n" * 200, "notes"), Section("f" * 900, "files", ("f" * 100,))]
    assert fitted(sections, 310) == "\n\n".join(["n" * 200, "f" * 100])
    assert fitted(sections, 300) == "\n\n".join([LEFT_OUT, "f" * 100])


def test_what_is_kept_goes_from_the_end():
    sections = [Section("a" * 100), Section("b" * 100), Section("c" * 10)]
    assert fitted(sections, 190) == "\n\n".join(["a" * 100, LEFT_OUT, "c" * 10])
    assert fitted(sections, 180) == "\n\n".join(["a" * 100, LEFT_OUT])


SECTIONS = st.lists(
    st.builds(
        Section,
        st.integers(0, 500).map(lambda n: "x" * n),
        st.sampled_from([*ORDER, "kept"]),
        st.integers(0, 100).map(lambda n: ("y" * n,)),
    ),
    max_size=8,
)


@given(SECTIONS, st.integers(len(LEFT_OUT) * 8 + 16, 3000))
def test_it_always_fits_and_cuts_nothing(sections, limit):
    text = fitted(sections, limit)
    assert len(text) <= limit
    whole = {LEFT_OUT, "", *(s.text for s in sections), *(t for s in sections for t in s.shorter)}
    assert set(text.split("\n\n")) <= whole
