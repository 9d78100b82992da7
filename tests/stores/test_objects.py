"""Objects: found again, listed in order, bounded by number and by bytes."""

from __future__ import annotations

from fakeai.stores.objects import Key, MemoryObjects


def bodies(objects: MemoryObjects, owner: str = "acme") -> list[bytes]:
    """Return an owner's bodies, the oldest first."""
    return [entry.body for entry in objects.owned(owner)]


def test_an_object_is_its_owners() -> None:
    """The same id under another owner is another object."""
    objects = MemoryObjects(9, 99)
    objects.put(Key("acme", "a"), b"1")
    objects.put(Key("other", "a"), b"2")

    assert (b"1", b"2") == (objects.get(Key("acme", "a")), objects.get(Key("other", "a")))
    assert [b"1"] == bodies(objects)


def test_the_oldest_goes_first() -> None:
    """A collection that is full makes room for the new object."""
    objects = MemoryObjects(2, 99)
    for name in "abc":
        objects.put(Key("acme", name), name.encode())

    assert [b"b", b"c"] == bodies(objects)


def test_bytes_are_bounded_too() -> None:
    """As many of the oldest go as the new one takes the room of; too large a one is not kept."""
    objects = MemoryObjects(9, 10)
    objects.put(Key("acme", "a"), b"aaaa")
    objects.put(Key("acme", "b"), b"bbbb")
    objects.put(Key("acme", "c"), b"cccccc")
    objects.put(Key("acme", "d"), b"d" * 11)

    assert [b"bbbb", b"cccccc"] == bodies(objects)


def test_a_replaced_object_keeps_its_place() -> None:
    """Its bytes count anew, and may push the oldest out."""
    objects = MemoryObjects(9, 10)
    for name in "abc":
        objects.put(Key("acme", name), name.encode())
    objects.replace(Key("acme", "b"), b"bbbbbbbbb")
    replaced = bodies(objects)
    objects.put(Key("acme", "d"), b"d")

    assert [b"bbbbbbbbb", b"c"] == replaced
    assert [b"c", b"d"] == bodies(objects)


def test_storing_again_makes_an_object_the_newest() -> None:
    """There is one object of an id."""
    objects = MemoryObjects(9, 99)
    for name in ("a", "b", "a"):
        objects.put(Key("acme", name), name.encode())

    assert [b"b", b"a"] == bodies(objects)
    assert 2 == len(objects)


def test_what_was_removed_is_remembered_by_its_place() -> None:
    """As many are remembered as are held."""
    objects = MemoryObjects(2, 99)
    places = []
    for name in "abc":
        objects.put(Key("acme", name), b"")
        places.append(objects.place(Key("acme", name)))
        objects.remove(Key("acme", name))

    assert [0, 1, 2] == places
    assert [None, 1, 2] == [objects.place(Key("acme", name)) for name in "abc"]
    assert not objects.remove(Key("acme", "a"))
