"""Sizes and lengths from bytes."""

from __future__ import annotations

import base64
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeai.sim.media import (
    Payload,
    Size,
    data_name,
    image_size,
    link_name,
    pdf_pages,
    read_base64,
    read_data_url,
    sound_seconds,
    video_seconds,
)
from tests.media import (
    data_url,
    gif,
    jpeg,
    mp3,
    mp4,
    packed_pdf,
    pdf,
    png,
    wav,
    webp_extended,
    webp_lossless,
    webp_lossy,
)


@pytest.mark.parametrize(
    "data",
    [
        png(640, 480),
        gif(640, 480),
        jpeg(640, 480),
        webp_lossy(640, 480),
        webp_lossless(640, 480),
        webp_extended(640, 480),
    ],
    ids=["png", "gif", "jpeg", "webp-lossy", "webp-lossless", "webp-extended"],
)
def test_every_format_states_its_size(data: bytes) -> None:
    """Width comes first."""
    assert Size(640, 480) == image_size(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"RIFF....WEBPVP8 ",
        png(0, 5),
        b"text",
    ],
)
def test_what_is_damaged_has_no_size(data: bytes) -> None:
    """Headers that end early, sizes of zero and other data state nothing."""
    assert image_size(data) is None


def test_a_jpeg_whose_size_comes_late() -> None:
    """Segments before the size are stepped over."""
    assert Size(10, 20) == image_size(jpeg(10, 20, before=b"\xff\xe1\x80\x00" + b"\0" * 32766))


def test_a_wav_is_as_long_as_its_samples() -> None:
    """Bytes of samples over bytes a second."""
    data = wav(seconds=2, rate_hz=8000)

    assert 2.0 == sound_seconds(Payload(data, len(data)))


def test_a_streamed_wav_states_no_true_size() -> None:
    """The data that is there decides."""
    data = wav(seconds=2, rate_hz=8000, stated_bytes=0xFFFFFFFF)

    assert 2.0 == sound_seconds(Payload(data, len(data)))


def test_an_mp3_is_as_long_as_its_bit_rate_says() -> None:
    """With and without a tag before the first frame."""
    plain, tagged = mp3(16_000), mp3(16_000, tag_bytes=100)

    assert 1.0 == sound_seconds(Payload(plain, len(plain)))
    assert 1.0 == sound_seconds(Payload(tagged, len(tagged)))


@pytest.mark.parametrize("data", [b"", b"noise", b"RIFF\0\0\0\0WAVE", b"\xff\xff\xff\xff"])
def test_what_is_no_sound_has_no_length(data: bytes) -> None:
    """Other data states nothing."""
    assert sound_seconds(Payload(data, len(data))) is None


@pytest.mark.parametrize("version", [0, 1])
def test_a_video_states_its_length(version: int) -> None:
    """Both versions of the movie header."""
    data = mp4(seconds=3, version=version)

    assert 3.0 == video_seconds(Payload(data, len(data)))


@pytest.mark.parametrize("data", [b"", b"mvhd", b"mvhd" + bytes(40)])
def test_a_video_without_a_header_has_no_length(data: bytes) -> None:
    """Nothing, half a header, or a scale of zero."""
    assert video_seconds(Payload(data, len(data))) is None


def test_a_data_url_holds_its_data() -> None:
    """In base64, in its form for URLs, and as percent escapes."""
    data = struct.pack(">I", 0xFBEFFFFE)
    text = base64.b64encode(data).decode()
    url_safe = base64.urlsafe_b64encode(data).decode().rstrip("=")

    assert Payload(data, 4) == read_data_url(f"data:image/png;base64,{text}")
    assert Payload(data, 4) == read_data_url(f"data:image/png;base64,{url_safe}")
    assert Payload(b"a b", 3) == read_data_url("data:,a%20b")


@pytest.mark.parametrize("url", ["https://example.com/a.png", "data:", "", "data:x;base64,a"])
def test_other_urls_hold_nothing(url: str) -> None:
    """Nothing is fetched."""
    assert read_data_url(url) is None


def test_only_the_beginning_is_decoded() -> None:
    """The length is that of all data."""
    found = read_base64(base64.b64encode(bytes(3_000_000)).decode())

    assert found is not None
    assert 3_000_000 == found.length
    assert len(found.head) < 300_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (data_url(pdf(1), "application/pdf"), 1),
        (data_url(pdf(12), "application/pdf").partition(",")[2], 12),
        (data_url(pdf(0), "application/pdf"), None),
        (data_url(packed_pdf(7), "application/pdf"), 7),
        (data_url(packed_pdf(7) + packed_pdf(5)[8:] + pdf(2)[8:], "application/pdf"), 14),
        (data_url(packed_pdf(7, end=b"")), None),
        (data_url(packed_pdf(7).replace(zlib.compress(b"")[:2], b"??")), None),
        (data_url(b"plain text", "text/plain"), None),
        ("JVBERi0xé", None),
        ("", None),
    ],
)
def test_pages_of_a_pdf_are_counted(text: str, expected: int | None) -> None:
    """In a data URL or bare, plain or compressed; what shows no pages has none to count."""
    assert expected == pdf_pages(text)


def test_compressed_objects_are_inflated_up_to_a_limit() -> None:
    """A page behind two megabytes of compressed nothing is not seen."""
    head, packed = (
        packed_pdf(1).split(b"stream\r\n")[0],
        zlib.compress(bytes(3_000_000) + b"<</Type/Page>>"),
    )
    bomb = head + b"stream\r\n" + packed + b"\nendstream"

    assert pdf_pages(data_url(bomb)) is None


@given(st.binary(max_size=200), st.integers(0, 200))
def test_damaged_pdfs_do_no_harm(noise: bytes, at: int) -> None:
    """Whatever stands in it, a number of pages or nothing comes out."""
    whole = packed_pdf(3)
    found = pdf_pages(data_url(whole[: 8 + at] + noise + whole[8 + at :]))

    assert found is None or found > 0


def test_equal_data_has_one_name() -> None:
    """However it is written, and never that of a link."""
    data = b"\xfb\xff\xfe~a"
    plain = base64.b64encode(data).decode()
    forms = [
        plain,
        plain.rstrip("="),
        f"{plain[:3]}\r\n{plain[3:]}\n",
        base64.urlsafe_b64encode(data).decode(),
        f"data:image/png;base64,{plain}",
        f"DATA:;Base64,{plain}",
        "data:image/png,%fb%ff%fe~a",
    ]

    assert 1 == len({data_name(form) for form in forms})
    assert 3 == len({data_name(plain), data_name(plain[1:]), link_name(plain)})
