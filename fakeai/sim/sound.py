"""Sound: silence of a length, in the formats of speech."""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

RATE_HZ: Final = 24_000
"""Samples a second; there is one channel of 16 bits."""

_SAMPLE_BYTES: Final = 2

# A frame of silence in each coding; frames do not depend on each other.
_MP3_FRAME: Final = b"\xff\xf3\x44\xc4" + bytes(92)
"""MPEG-2 layer III, 32 kbit/s, mono: no bits of the granule are used."""
_MP3_SAMPLES: Final = 576
_AAC_PAYLOAD: Final = b"\x00\xc8\x00\x80\x23\x80"
_AAC_SAMPLES: Final = 1024
_ADTS_HEAD: Final = b"\xff\xf1\x58\x40"
"""MPEG-4, no checksum; low complexity, 24 kHz, mono."""
_OPUS_PACKET: Final = b"\xf8\xff\xfe"
_OPUS_SAMPLES: Final = 960
"""20 ms: positions in an Opus stream are told at 48 kHz."""
_OPUS_HZ: Final = 48_000
_OPUS_SERIAL: Final = 1
_PAGE_PACKETS: Final = 50
_FLAC_SAMPLES: Final = 4096


def silence(form: str, seconds: float) -> bytes:
    """Return a file of silence: `wav`, `pcm16`, `mp3`, `aac`, `flac` or `opus`."""
    return _WRITERS[form](seconds)


def _pcm16(seconds: float) -> bytes:
    return bytes(_samples(seconds) * _SAMPLE_BYTES)


def _wav(seconds: float) -> bytes:
    data = _pcm16(seconds)
    rate = RATE_HZ * _SAMPLE_BYTES
    form = struct.pack("<HHIIHH", 1, 1, RATE_HZ, rate, _SAMPLE_BYTES, 8 * _SAMPLE_BYTES)
    head = b"WAVEfmt " + struct.pack("<I", len(form)) + form
    body = head + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _mp3(seconds: float) -> bytes:
    return _MP3_FRAME * _frames(_samples(seconds), _MP3_SAMPLES)


def _aac(seconds: float) -> bytes:
    size = 7 + len(_AAC_PAYLOAD)
    head = _ADTS_HEAD[:3] + struct.pack(">I", 0x40 << 24 | size << 13 | 0x7FF << 2)
    return (head + _AAC_PAYLOAD) * _frames(_samples(seconds), _AAC_SAMPLES)


def _flac(seconds: float) -> bytes:
    """Each frame says that all its samples are zero."""
    samples = _samples(seconds)
    # Rate of 20 bits, channels less one of 3, bits a sample less one of 5, samples of 36.
    shape = RATE_HZ << 44 | 0 << 41 | (8 * _SAMPLE_BYTES - 1) << 36 | samples
    info = struct.pack(">HH6xQ16x", _FLAC_SAMPLES, _FLAC_SAMPLES, shape)
    head = b"fLaC\x80" + len(info).to_bytes(3) + info
    starts = range(0, samples, _FLAC_SAMPLES)
    frames = [
        _flac_frame(number, min(_FLAC_SAMPLES, samples - start))
        for number, start in enumerate(starts)
    ]
    return head + b"".join(frames)


def _flac_frame(number: int, samples: int) -> bytes:
    head = b"\xff\xf8\x77\x08" + _coded(number) + struct.pack(">H", samples - 1)
    head += bytes([_checksum(head, bits=8, polynomial=0x07)])
    frame = head + bytes(1 + _SAMPLE_BYTES)
    return frame + _checksum(frame, bits=16, polynomial=0x8005).to_bytes(2)


def _coded(number: int) -> bytes:
    """Return a number as UTF-8 writes a character; these numbers are all small."""
    return chr(number).encode("utf-8", "surrogatepass")


def _opus(seconds: float) -> bytes:
    packets = _frames(_samples(seconds), _OPUS_SAMPLES * RATE_HZ // _OPUS_HZ)
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 0, RATE_HZ, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 0) + struct.pack("<I", 0)
    pages = [_page(0, 2, 0, [head]), _page(1, 0, 0, [tags])]
    for start in range(0, packets, _PAGE_PACKETS):
        end = min(packets, start + _PAGE_PACKETS)
        flags = 4 if end == packets else 0
        page = [_OPUS_PACKET] * (end - start)
        pages.append(_page(len(pages), flags, end * _OPUS_SAMPLES, page))
    return b"".join(pages)


def _page(number: int, flags: int, position: int, packets: list[bytes]) -> bytes:
    """Return an Ogg page: its checksum is taken with zeros in its own place."""
    sizes = bytes(map(len, packets))
    head = b"OggS" + struct.pack("<BBqII", 0, flags, position, _OPUS_SERIAL, number)
    rest = bytes([len(sizes)]) + sizes + b"".join(packets)
    checksum = _checksum(head + bytes(4) + rest, bits=32, polynomial=0x04C11DB7)
    return head + struct.pack("<I", checksum) + rest


def _checksum(data: Iterable[int], *, bits: int, polynomial: int) -> int:
    """Return a cyclic redundancy check, highest bit first, that starts at zero."""
    table, mask, state = _TABLES[bits, polynomial], (1 << bits) - 1, 0
    for byte in data:
        state = (state << 8 & mask) ^ table[state >> (bits - 8) ^ byte]
    return state


def _table(bits: int, polynomial: int) -> list[int]:
    table, top, mask = [], 1 << (bits - 1), (1 << bits) - 1
    for byte in range(256):
        state = byte << (bits - 8)
        for _ in range(8):
            state = (state << 1 ^ (polynomial if state & top else 0)) & mask
        table.append(state)
    return table


_TABLES: Final = {key: _table(*key) for key in ((8, 0x07), (16, 0x8005), (32, 0x04C11DB7))}


def _samples(seconds: float) -> int:
    return max(1, round(seconds * RATE_HZ))


def _frames(samples: int, each: int) -> int:
    return math.ceil(samples / each)


_WRITERS: Final[dict[str, Callable[[float], bytes]]] = {
    "wav": _wav,
    "pcm16": _pcm16,
    "mp3": _mp3,
    "aac": _aac,
    "flac": _flac,
    "opus": _opus,
}
