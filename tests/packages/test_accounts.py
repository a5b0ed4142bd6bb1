"""The names of users and groups."""

from bot.packages.accounts import names


def test_the_first_field_of_each_line_is_a_name():
    passwd = "root:x:0:0:root:/root:/bin/sh\n_apt:x:42:65534::/nonexistent:\n"
    assert names(passwd) == {"root", "_apt"}


def test_comments_and_what_nis_would_add_are_no_names():
    assert names("# root:x\n+nis:x\n-x:x\n :x\n\nnocolon\nok:x") == {"ok"}
