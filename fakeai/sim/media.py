"""Media: sizes of images, lengths of recordings and files, from bytes."""

from __future__ import annotations

import base64
import binascii
import re
import struct
import zlib
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes

from xxhash import xxh3_64_intdigest

#: Image headers are looked for in this much of the data.
_HEAD_BYTES: Final = 256 * 1024
_JPEG_SIZES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BARE: Final = frozenset({0x01, *range(0xD0, 0xDA)})
_MP3_KBPS: Final = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}

_PDF_START: Final = base64.b64encode(b"%PDF-1").decode()
_PDF_PAGE: Final = re.compile(rb"/Type\s{0,8}/Page(?![A-Za-z])")
_PDF_OBJECTS: Final = re.compile(rb"/ObjStm\b.{0,500}?\bstream\r?\n", re.DOTALL)
_PDF_OBJECTS_END: Final = b"endstream"
#: So much of a document's compressed objects is read, inflated.
_PDF_INFLATED_BYTES_MAX: Final = 2 * 1024 * 1024

_URL_SAFE: Final = str.maketrans("-_", "+/", "\r\n \t")
_UNUSUAL_BASE64: Final = "-_\r\n \t"


class Size(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int


class Payload(NamedTuple):
    """The beginning of some data, and how long all of it is."""

    head: bytes
    length: int


def read_data_url(url: str) -> Payload | None:
    """Return what a `data:` URL holds, or None when it is no such URL or is damaged."""
    if url[:5].lower() != "data:":
        return None
    start = url.find(",")
    if start < 0:
        return None
    if url[5:start].lower().endswith(";base64"):
        return read_base64(url[start + 1 :])
    data = unquote_to_bytes(url[start + 1 :])
    return Payload(data[:_HEAD_BYTES], len(data))


def read_base64(text: str) -> Payload | None:
    """Return what a base64 text holds; only its beginning is decoded."""
    text = text.rstrip("=\r\n \t")
    head = text[: _HEAD_BYTES // 3 * 4].translate(_URL_SAFE)
    try:
        data = base64.b64decode(head + "=" * (-len(head) % 4))
    except (binascii.Error, ValueError):
        return None
    return Payload(data, len(text) * 3 // 4)


def data_name(text: str) -> int:
    """Return a name of what a `data:` URL or a base64 text holds; equal bytes have the same."""
    if text[:5].lower() == "data:":
        head, _, text = text.partition(",")
        if not head.lower().endswith(";base64"):
            text = base64.b64encode(unquote_to_bytes(text)).decode()
    if any(sign in text for sign in _UNUSUAL_BASE64):  # ten times as fast as to translate it
        text = text.translate(_URL_SAFE)
    return xxh3_64_intdigest(text.rstrip("=").encode("utf-8", "surrogatepass"))


def link_name(text: str) -> int:
    """Return a name of what is only linked to; no data has the same one."""
    return xxh3_64_intdigest(f":{text}".encode("utf-8", "surrogatepass"))


def pdf_pages(text: str) -> int | None:
    """Return how many pages a PDF has, as a data URL or base64; None where none can be seen."""
    start = text.find(",") + 1 if text[:5].lower() == "data:" else 0
    if text[start : start + len(_PDF_START)] != _PDF_START:
        return None
    plain = text[start:].translate(_URL_SAFE).rstrip("=")
    try:
        data = base64.b64decode(plain + "=" * (-len(plain) % 4))
    except (binascii.Error, ValueError):
        return None
    count = _pages(data)
    left_bytes = _PDF_INFLATED_BYTES_MAX
    found = _PDF_OBJECTS.search(data)
    while found and left_bytes > 0:
        end = data.find(_PDF_OBJECTS_END, found.end())
        if end < 0:
            break
        objects = _inflated(data[found.end() : end], left_bytes)
        left_bytes -= len(objects)
        count += _pages(objects)
        found = _PDF_OBJECTS.search(data, end)
    return count or None


def _pages(objects: bytes) -> int:
    return sum(1 for _ in _PDF_PAGE.finditer(objects))


def _inflated(data: bytes, most_bytes: int) -> bytes:
    """Return the beginning of compressed data; nothing where it is damaged."""
    try:
        return zlib.decompressobj().decompress(data, most_bytes)
    except zlib.error:
        return b""


def image_size(data: bytes) -> Size | None:
    """Return the size that a PNG, JPEG, GIF or WebP states, or None."""
    size = None
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            size = Size(*struct.unpack_from(">II", data, 16))
        elif data.startswith((b"GIF87a", b"GIF89a")):
            size = Size(*struct.unpack_from("<HH", data, 6))
        elif data.startswith(b"\xff\xd8"):
            size = _jpeg(data)
        elif data.startswith(b"RIFF") and data[8:12] == b"WEBP":
            size = _webp(data)
    except struct.error:
        return None
    return size if size and size.width and size.height else None


def sound_seconds(payload: Payload) -> float | None:
    """Return how long a WAV or MP3 plays, or None."""
    data = payload.head
    try:
        if data.startswith(b"RIFF") and data[8:12] == b"WAVE":
            return _wav(payload)
        return _mp3(payload)
    except struct.error:
        return None


def video_seconds(payload: Payload) -> float | None:
    """Return how long an MP4 plays whose movie header stands near its beginning, or None."""
    at = payload.head.find(b"mvhd")
    if at < 0:
        return None
    try:
        version = payload.head[at + 4]
        form, start = (">IQ", at + 24) if version == 1 else (">II", at + 16)
        timescale, duration = struct.unpack_from(form, payload.head, start)
    except (IndexError, struct.error):
        return None
    return duration / timescale if timescale else None


def _jpeg(data: bytes) -> Size | None:
    """Walk from marker to marker until one states the size."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _JPEG_BARE:
            at += 2
        elif marker in _JPEG_SIZES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return Size(width, height)
        else:
            at += 2 + max(2, struct.unpack_from(">H", data, at + 2)[0])
    return None


def _webp(data: bytes) -> Size | None:
    form = data[12:16]
    if form == b"VP8X":
        width = int.from_bytes(data[24:27], "little")
        return Size(width + 1, int.from_bytes(data[27:30], "little") + 1)
    if form == b"VP8L":
        bits = struct.unpack_from("<I", data, 21)[0]
        return Size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if form == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return Size(width & 0x3FFF, height & 0x3FFF)
    return None


def _wav(payload: Payload) -> float | None:
    """Divide the size of the samples by the rate that the format chunk states."""
    data, at, byte_rate = payload.head, 12, 0
    while at + 8 <= len(data):
        size = struct.unpack_from("<I", data, at + 4)[0]
        if data[at : at + 4] == b"fmt ":
            byte_rate = struct.unpack_from("<I", data, at + 16)[0]
        elif data[at : at + 4] == b"data":
            # A writer that streamed leaves a size that is too large: the data decides.
            return min(size, payload.length - at - 8) / byte_rate if byte_rate else None
        at += 8 + size + size % 2
    return None


def _mp3(payload: Payload) -> float | None:
    """Divide the size by the bit rate of the first frame, as if it were constant."""
    data, at = payload.head, 0
    if data.startswith(b"ID3") and len(data) >= 10:
        a, b, c, d = (byte & 0x7F for byte in data[6:10])
        at = 10 + (a << 21 | b << 14 | c << 7 | d)
    header = struct.unpack_from(">I", data, at)[0]
    version, layer = header >> 19 & 3, header >> 17 & 3
    rate, frequency = header >> 12 & 15, header >> 10 & 3
    sync = header >> 21 == 0x7FF
    if not sync or version == 1 or layer != 1 or not 0 < rate < 15 or frequency == 3:
        return None
    kbps = _MP3_KBPS[1 if version == 3 else 2][rate]
    return (payload.length - at) / (kbps * 125)
