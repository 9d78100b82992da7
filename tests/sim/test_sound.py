"""sound: files of silence that are what they say."""

from __future__ import annotations

import io
import wave

import pytest

from fakeai.sim.media import Payload, sound_seconds
from fakeai.sim.sound import RATE_HZ, silence

SECONDS = 2.5


def checksum(data: bytes, bits: int, polynomial: int) -> int:
    """Return a cyclic redundancy check, worked out bit by bit."""
    state = 0
    for bit in (byte >> (7 - place) & 1 for byte in data for place in range(8)):
        out = state >> (bits - 1) & 1
        state = (state << 1 & ((1 << bits) - 1)) ^ (polynomial if out ^ bit else 0)
    return state


def pages(data: bytes) -> list[tuple[bytes, int, list[int]]]:
    """Return each Ogg page, its position, and the sizes of its packets."""
    found = []
    while data:
        count = data[26]
        sizes = list(data[27 : 27 + count])
        end = 27 + count + sum(sizes)
        found.append((data[:end], int.from_bytes(data[6:14], "little"), sizes))
        data = data[end:]
    return found


def test_samples_are_bare() -> None:
    """16 bits a sample, and nothing else."""
    assert bytes(2 * 60_000) == silence("pcm16", SECONDS)


def test_a_wav_file_plays_as_long() -> None:
    """Mono, 16 bits."""
    with wave.open(io.BytesIO(silence("wav", SECONDS))) as sound:
        assert (1, 2, RATE_HZ, 60_000) == sound.getparams()[:4]


def test_an_mp3_file_is_whole_frames() -> None:
    """Its length follows from the bit rate of the first one."""
    data = silence("mp3", SECONDS)
    length = sound_seconds(Payload(data, len(data)))

    assert length is not None
    assert SECONDS == pytest.approx(length, abs=576 / RATE_HZ)
    assert {b"\xff\xf3\x44\xc4"} == {data[at : at + 4] for at in range(0, len(data), 96)}


def test_an_aac_file_is_whole_frames() -> None:
    """Each states its own size."""
    data = silence("aac", SECONDS)
    sizes = [
        (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
        for at in range(0, len(data), 13)
    ]

    assert [13] * 59 == sizes
    assert 59 == data.count(b"\xff\xf1")


def test_a_flac_file_states_its_samples_and_its_checksums_hold() -> None:
    """The frames hold no samples: all of them are zero."""
    data = silence("flac", SECONDS)
    frames = [b"\xff\xf8" + part for part in data[42:].split(b"\xff\xf8")[1:]]

    assert b"fLaC" == data[:4]
    assert 60_000 == int.from_bytes(data[18:26]) & (1 << 36) - 1
    assert 15 == len(frames)
    assert 60_000 == sum(int.from_bytes(frame[5:7]) + 1 for frame in frames)
    assert {0} == {checksum(frame[:8], 8, 0x07) for frame in frames}
    assert {0} == {checksum(frame, 16, 0x8005) for frame in frames}


def test_an_opus_file_is_a_stream_of_ogg_pages() -> None:
    """Two heads, packets of 20 ms, the end marked, every checksum right."""
    found = pages(silence("opus", SECONDS))
    packets = [size for _, _, sizes in found[2:] for size in sizes]

    assert [b"OpusHead", b"OpusTags"] == [page[28:36] for page, _, _ in found[:2]]
    assert [3] * 125 == packets
    assert 120_000 == found[-1][1]
    assert [2, 0, 0, 0, 4] == [page[5] for page, _, _ in found]
    for page, _, _ in found:
        blank = page[:22] + bytes(4) + page[26:]
        assert int.from_bytes(page[22:26], "little") == checksum(blank, 32, 0x04C11DB7)
