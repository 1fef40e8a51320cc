"""The blocks of the texts, filled and empty."""

import pytest
from django.core.exceptions import ValidationError

from portal.base.blocks import ButtonBlock, ContentBlock, HeadingBlock
from portal.site_setup.starting_texts import caps_page, clsm_page, help_page, legal_notice, privacy_page


@pytest.mark.parametrize("name", list(ContentBlock().child_blocks))
def test_an_empty_block_renders(name):
    block = ContentBlock().child_blocks[name]
    assert "None" not in block.render(block.normalize(block.get_default()))


@pytest.mark.parametrize("module", [caps_page, clsm_page, help_page, legal_notice, privacy_page])
def test_first_texts_are_valid(module):
    block = ContentBlock()
    block.clean(block.normalize(module.BODY))


def test_heading_has_an_anchor():
    block = HeadingBlock()
    assert 'id="cinq-objectifs"' in block.render(block.normalize({"text": "Cinq objectifs", "level": "h2"}))


@pytest.mark.parametrize("url", ["", None])
def test_button_needs_a_destination(url):
    block = ButtonBlock()
    with pytest.raises(ValidationError):
        block.clean(block.normalize({"label": "Trouver", "page": None, "url": url}))


def test_button_to_an_address():
    block = ButtonBlock()
    value = block.clean(block.normalize({"label": "Lire", "page": None, "url": "https://exemple.example/"}))
    assert 'href="https://exemple.example/"' in block.render(value)
