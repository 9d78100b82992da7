"""Media of a prompt, over HTTP: every rule, and every key of it."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from tests.harness import World
from tests.media import data_url, mp4, pdf, png, wav

if TYPE_CHECKING:
    from pathlib import Path

SQUARE: Any = {"type": "image_url", "image_url": {"url": data_url(png(1024, 1024))}}
LOW: Any = {"type": "image_url", "image_url": {**SQUARE["image_url"], "detail": "low"}}
LINK: Any = {"type": "image_url", "image_url": {"url": "https://example.com/cat.png"}}
SOUND: Any = {
    "type": "input_audio",
    "input_audio": {"data": base64.b64encode(wav(2, 8000)).decode(), "format": "wav"},
}
NOISE: Any = {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}
FILM: Any = {"type": "video_url", "video_url": {"url": data_url(mp4(3), "video/mp4")}}
FILM_LINK: Any = {"type": "video_url", "video_url": {"url": "https://example.com/cat.mp4"}}
PAPER: Any = {"type": "file", "file": {"file_data": data_url(pdf(3), "application/pdf")}}
STORED: Any = {"type": "file", "file": {"file_id": "file-1"}}


async def usage(folder: Path, part: Any, rules: str) -> Any:
    """Return the usage of a prompt of one part, by a model with these rules."""
    world = World(
        folder,
        "models: { eye: { media: mine, modalities: [text, image, audio, video, file] } }\n"
        f"tokens: {{ media: {{ mine: {rules} }} }}",
    )
    answer = await world.send(
        "POST",
        "/v1/chat/completions",
        {"model": "eye", "messages": [{"role": "user", "content": [part]}]},
    )
    return answer.json["usage"]


@pytest.mark.parametrize(
    ("part", "rules", "expected"),
    [
        (SQUARE, "{}", 765),
        (SQUARE, "{ image: { kind: tiles } }", 85 + 4 * 170),
        (SQUARE, "{ image: { kind: tiles, base: 0 } }", 4 * 170),
        (SQUARE, "{ image: { kind: tiles, per_tile: 1 } }", 89),
        (SQUARE, "{ image: { kind: tiles, tile: 768 } }", 85 + 170),
        (SQUARE, "{ image: { kind: tiles, longest: 512 } }", 85 + 170),
        (SQUARE, "{ image: { kind: tiles, shortest: 512 } }", 85 + 170),
        (LOW, "{ image: { kind: tiles } }", 85),
        (LOW, "{ image: { kind: tiles, low_detail: 7 } }", 7),
        (SQUARE, "{ image: { kind: patches } }", 1024),
        (SQUARE, "{ image: { kind: patches, patch: 64 } }", 256),
        (SQUARE, "{ image: { kind: patches, patches_max: 100 } }", 100),
        (SQUARE, "{ image: { kind: patches, per_patch: 1.62 } }", 1659),
        (SQUARE, "{ image: { kind: area } }", 1399),
        (SQUARE, "{ image: { kind: area, pixels_per_token: 1024 } }", 1024),
        (SQUARE, "{ image: { kind: area, longest: 75 } }", 8),
        (SQUARE, "{ image: { kind: area, tokens_max: 99 } }", 99),
        (SQUARE, "{ image: { kind: fixed, tokens: 258 } }", 258),
        (LINK, "{}", 765),
        (LINK, "{ image_size: [512, 512] }", 255),
        (SOUND, "{}", 20),
        (SOUND, "{ audio_per_second: 32 }", 64),
        (NOISE, "{ audio_length: 3s }", 30),
        (FILM, "{}", 789),
        (FILM, "{ video_per_second: 2 }", 6),
        (FILM_LINK, "{ video_length: 10s }", 2630),
        (PAPER, "{}", 4500),
        (PAPER, "{ file_per_page: 10 }", 30),
        (STORED, "{ file_per_page: 10 }", 10),
        (STORED, "{ file_per_page: 10, file_pages: 4 }", 40),
    ],
)
async def test_every_key_of_the_rules_counts(
    tmp_path: Path, part: Any, rules: str, expected: int
) -> None:
    """The tokens of a prompt are those of its only part."""
    assert expected == (await usage(tmp_path, part, rules))["prompt_tokens"]


@pytest.mark.parametrize(
    ("overlay", "expected"),
    [
        ("", 765),
        ("tokens: { default_media: area }", 1399),
        ("tokens: { default_media: null }", 0),
        ("models: { gpt-4o: { media: fixed } }", 258),
    ],
)
async def test_a_model_has_its_own_rules_or_the_default(
    tmp_path: Path, overlay: str, expected: int
) -> None:
    """Without any, media count nothing."""
    world = World(tmp_path, overlay)
    answer = await world.chat([SQUARE])

    assert expected == answer.json["usage"]["prompt_tokens"]


async def test_an_image_that_is_no_image_has_the_declared_size(tmp_path: Path) -> None:
    """Damaged data is never a fault of ours."""
    world = World(tmp_path)
    odd = ["data:image/png;base64,!!!!", "data:,", "data:image/png;base64,iVBORw0KGgo="]
    parts = [{"type": "image_url", "image_url": {"url": url}} for url in odd]
    answer = await world.chat(parts)

    assert (200, 3 * 765) == (answer.status, answer.json["usage"]["prompt_tokens"])


async def test_a_document_counts_its_pages_in_every_protocol(tmp_path: Path) -> None:
    """The data is the file itself there, without a URL around it."""
    source = {"type": "base64", "media_type": "application/pdf"}
    counts = []
    for pages in (1, 3):
        data = base64.b64encode(pdf(pages)).decode()
        block = {"type": "document", "source": {**source, "data": data}}
        body = {"model": "claude-sonnet-4-5", "messages": [{"role": "user", "content": [block]}]}
        answer = await World(tmp_path).send("POST", "/v1/messages/count_tokens", body)
        counts.append(answer.json["input_tokens"])

    assert [1500, 4500] == counts
