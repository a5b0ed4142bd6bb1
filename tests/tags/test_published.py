"""What the rules say of published tags of images that they were not made from; see docs/tags.md."""

from pathlib import Path

import pytest
import yaml

from bot.image import ImageRef
from bot.rules import load
from bot.tags import TagBook

GROUPS = yaml.safe_load((Path(__file__).parent / "published.yaml").read_text(encoding="utf-8"))
BOOK = TagBook(load())


def called(image, tag):
    return BOOK.facts(ImageRef(str(ImageRef.parse(image).repository), tag)).mutability


@pytest.mark.parametrize("group", GROUPS)
def test_every_published_tag_is_called_what_its_publisher_does_with_it(group):
    wrong = {
        f"{image}:{tag}": (found, meant)
        for image, known in GROUPS[group].items()
        for meant, tags in known.items()
        for tag in tags
        if (found := called(image, tag)) != meant
    }
    assert wrong == {}


def test_the_table_is_of_several_hundred_tags_of_more_than_sixty_images():
    listed = [known for images in GROUPS.values() for known in images.values()]
    tags = [some for known in listed for some in known.values()]
    assert sum(map(len, tags)) > 800
    assert sum(map(len, GROUPS.values())) > 150
    assert all(isinstance(tag, str) for some in tags for tag in some)
