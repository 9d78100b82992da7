"""Images, sounds, videos and files that are headers only, for tests."""

from __future__ import annotations

import base64
import struct
import zlib


def png(width: int, height: int) -> bytes:
    """Return the beginning of a PNG."""
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + bytes(9)


def gif(width: int, height: int) -> bytes:
    """Return the beginning of a GIF."""
    return b"GIF89a" + struct.pack("<HH", width, height) + bytes(3)


def jpeg(width: int, height: int, before: bytes = b"") -> bytes:
    """Return the beginning of a JPEG, with segments before the one that states its size."""
    return b"\xff\xd8" + before + b"\xff\xff\xc0\0\x11\x08" + struct.pack(">HH", height, width)


def webp_lossy(width: int, height: int) -> bytes:
    """Return the beginning of a lossy WebP."""
    frame = b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height)
    return b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0" + frame


def webp_lossless(width: int, height: int) -> bytes:
    """Return the beginning of a lossless WebP."""
    bits = width - 1 | (height - 1) << 14
    return b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + struct.pack("<I", bits)


def webp_extended(width: int, height: int) -> bytes:
    """Return the beginning of a WebP with an extended header."""
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0" + bytes(4) + sides


def wav(seconds: int, rate_hz: int, stated_bytes: int | None = None) -> bytes:
    """Return a WAV of silence, 16 bits mono."""
    samples = bytes(seconds * rate_hz * 2)
    stated = len(samples) if stated_bytes is None else stated_bytes
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate_hz, rate_hz * 2, 2, 16)
    return b"RIFF\0\0\0\0WAVE" + form + struct.pack("<4sI", b"data", stated) + samples


def mp3(frame_bytes: int, tag_bytes: int = 0) -> bytes:
    """Return an MP3 of 128 kbit/s, which takes 16,000 bytes a second."""
    tag = b"ID3\4\0\0" + bytes([0, 0, tag_bytes >> 7, tag_bytes & 0x7F]) + bytes(tag_bytes)
    return (tag if tag_bytes else b"") + b"\xff\xfb\x90\x00" + bytes(frame_bytes - 4)


def mp4(seconds: int, version: int = 0) -> bytes:
    """Return the movie header of an MP4."""
    times = struct.pack(">QQIQ", 0, 0, 1000, seconds * 1000)
    if version == 0:
        times = struct.pack(">IIII", 0, 0, 1000, seconds * 1000)
    return b"ftypmoovmvhd" + bytes([version, 0, 0, 0]) + times


def data_url(data: bytes, kind: str = "image/png") -> str:
    """Return data as a URL."""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def pdf(pages: int) -> bytes:
    """Return the objects of a PDF that tell of its pages."""
    tree = b"%%PDF-1.7\n2 0 obj << /Type /Pages /Count %d >> endobj\n" % pages
    return tree + b"3 0 obj <</Type/Page /Parent 2 0 R>> endobj\n" * pages


def packed_pdf(pages: int, end: bytes = b"\nendstream endobj\n") -> bytes:
    """Return a PDF that keeps its pages in a compressed stream of objects."""
    packed = zlib.compress(b"<</Type/Page /Parent 2 0 R>> " * pages)
    head = b"%%PDF-1.7\n5 0 obj <</Type /ObjStm /N %d /First 9 /Filter /FlateDecode" % pages
    return (
        head + b" /DecodeParms <</Columns 4>> /Length %d>>\nstream\r\n" % len(packed) + packed + end
    )
