"""The measure that other tests use tells a quadratic reader from a linear one."""

import re

import pytest

from tests.timing import assert_proportional

TAG = re.compile(r"<a[^>]*>")


def write(length: int) -> str:
    return "<a" * (length // 2)


def test_a_quadratic_reader_is_seen():
    with pytest.raises(AssertionError, match="10 times the length"):
        assert_proportional(TAG.findall, write)


def test_a_linear_reader_passes():
    assert_proportional(str.split, write)
    assert_proportional(lambda text: [character for character in text if character == ">"], write)
