"""Marks: found where they were put, and nowhere else."""

from __future__ import annotations

import msgspec

from fakeai.template.marks import mark, parted


def test_marks_are_found_where_they_stand() -> None:
    """A text that looks like a mark is escaped by the encoder."""
    encoded = msgspec.json.encode({"a": mark("one"), "b": "\0one\0", "c": [mark("two")]})

    fixed, names = parted(encoded)

    assert ["one", "two"] == names
    assert [b'{"a":', b',"b":"\\u0000one\\u0000","c":[', b"]}"] == fixed
