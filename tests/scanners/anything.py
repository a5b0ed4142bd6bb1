"""JSON of any shape, from words that a reader looks for."""

from hypothesis import strategies as st


def anything(keys, *words):
    """Values of any type, `words` among them, in lists and objects of these keys."""
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
    return st.recursive(
        leaves | st.sampled_from(words),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=5,
    )
