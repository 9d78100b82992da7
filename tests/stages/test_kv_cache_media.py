"""kv_cache: media are a part of the prompt that is cached."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.harness import World
from tests.media import png

if TYPE_CHECKING:
    from pathlib import Path

EXACT: Final = """
kv_cache: { pools: { main: { block_size: 16, prompt_cache: { minimum: 0, rounding: 1 } } } }
latency: { profiles: { instant: { ttft: { per_uncached_token: 1ms } } } }
"""
WORDS: Final = " ".join([f"w{number}" for number in range(160)])


def data_url(data: bytes) -> str:
    """Return a data URL of an image."""
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"


def image(url: str, **fields: Any) -> dict[str, Any]:
    """Return the part of an image."""
    return {"type": "image_url", "image_url": {"url": url, **fields}}


def text(words: str) -> dict[str, Any]:
    """Return the part of a text."""
    return {"type": "text", "text": words}


#: Images of one tile, which count 255 tokens each.
CAT: Final = data_url(png(512, 512) + b"cat")
DOG: Final = data_url(png(512, 512) + b"dog")
LINK: Final = "https://example.com/cat.png"


async def ask(world: World, *parts: dict[str, Any], **fields: Any) -> tuple[int, int, int]:
    """Ask about some parts; return prompt tokens, those cached, and the milliseconds it took."""
    body = {"model": "gpt-4o", "max_tokens": 1, "temperature": 0, **fields}
    body["messages"] = [{"role": "user", "content": [*parts]}]
    started_s = world.clock.now()
    answer = await world.send("POST", "/v1/chat/completions", body)
    usage = answer.json["usage"]
    cached = usage["prompt_tokens_details"]["cached_tokens"]
    return usage["prompt_tokens"], cached, round((world.clock.now() - started_s) * 1000)


async def test_another_image_is_another_prompt(tmp_path: Path) -> None:
    """It stands before the text, so nothing of the text is cached behind it."""
    world = World(tmp_path, EXACT)
    asked = [await ask(world, image(url), text(WORDS)) for url in (CAT, DOG, CAT, DOG)]

    assert [(415, 0), (415, 0), (415, 400), (415, 400)] == [each[:2] for each in asked]


async def test_only_what_comes_before_an_image_is_shared(tmp_path: Path) -> None:
    """The text before it is a hit; the image and all after it are not."""
    world = World(tmp_path, EXACT)
    asked = [await ask(world, text(WORDS), image(url), text("And?")) for url in (CAT, DOG)]

    assert [0, 160] == [each[1] for each in asked]


async def test_the_time_follows_the_hit(tmp_path: Path) -> None:
    """An image that was seen before need not be computed again."""
    world = World(tmp_path, EXACT)
    first, second = [await ask(world, image(CAT), text("What?")) for _ in range(2)]

    assert (257, 0, 257) == first
    assert (257, 256, 1) == second


@pytest.mark.parametrize(
    ("first", "second", "cached"),
    [
        (image(LINK), image(LINK), 765),
        (image(LINK), image("https://example.com/dog.png"), 0),
        (image(CAT), image(CAT.replace("image/png", "image/gif")), 255),
        (image(CAT), image(CAT.rstrip("=") + "\n"), 255),
        (image(CAT, detail="high"), image(CAT, detail="low"), 0),
    ],
)
async def test_equal_images_have_equal_bytes(
    tmp_path: Path, first: dict[str, Any], second: dict[str, Any], cached: int
) -> None:
    """Or equal links; what the data is said to be is no matter, its count is one."""
    world = World(tmp_path, EXACT)
    await ask(world, first, text(WORDS))
    hit = (await ask(world, second, text("Hm.")))[1]

    assert cached - cached % 16 == hit


async def test_other_media_are_told_apart(tmp_path: Path) -> None:
    """Sounds and files have their bytes, or what names them."""
    world = World(tmp_path, EXACT)
    sounds = [
        {"type": "input_audio", "input_audio": {"data": data, "format": "wav"}}
        for data in ("QUFB", "QkJC", "QUFB")
    ]
    files = [
        {"type": "file", "file": {"file_data": f"data:;base64,{data}"}} for data in ("QUFB", "QkJC")
    ]
    ids = [{"type": "file", "file": {"file_id": f"file-{number}"}} for number in (1, 2, 2)]
    given = [
        ("gpt-4o-audio-preview", sounds),
        ("gpt-4o", [*files, files[0]]),
        ("gpt-4o", ids),
    ]
    hits = [
        [(await ask(world, part, text(WORDS), model=model))[1] for part in parts]
        for model, parts in given
    ]

    assert [[0, 0], [0, 0], [0, 0]] == [each[:2] for each in hits]
    assert all(each[2] > 160 for each in hits), hits


async def test_the_next_turn_finds_image_and_answer(tmp_path: Path) -> None:
    """A conversation goes on behind its image, whether it streams or not."""
    world = World(tmp_path, EXACT)
    turn: Any = {"role": "user", "content": [image(CAT), text(WORDS)]}
    body: Any = {"model": "gpt-4o", "max_tokens": 40, "ignore_eos": True, "messages": [turn]}
    first = (await world.send("POST", "/v1/chat/completions", body)).json
    said = first["choices"][0]["message"]["content"]
    body["messages"] += [
        {"role": "assistant", "content": said},
        {"role": "user", "content": "Go on with the next."},
    ]
    second = (await world.send("POST", "/v1/chat/completions", body)).json["usage"]
    before = first["usage"]["total_tokens"]

    assert before - before % 16 == second["prompt_tokens_details"]["cached_tokens"]


#: Parts, and how many tokens each counts.
COUNTS: Final = (
    (text(WORDS), 160),
    (text("a, b"), 3),
    (image(CAT), 255),
    (image(DOG, detail="low"), 85),
    (image(LINK), 765),
)
PARTS: Final = st.lists(st.sampled_from(COUNTS), min_size=1, max_size=5)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PARTS, PARTS, st.booleans())
async def test_hits_are_what_two_prompts_begin_with(
    tmp_path: Path, left: list[Any], right: list[Any], goes_on: bool
) -> None:
    """A hit never reaches over the first part that differs, nor over the last token."""
    world = World(tmp_path, EXACT)
    right = left + right if goes_on else right
    pairs = enumerate(zip(left, right, strict=False))
    shorter = min(len(left), len(right))
    same = next((place for place, pair in pairs if pair[0] != pair[1]), shorter)
    least = sum(count for _, count in right[:same])
    await ask(world, *[part for part, _ in left])
    asked = [part for part, _ in right]
    prompt, cached, took_ms = await ask(world, *asked)

    assert (sum(count for _, count in right), prompt - cached) == (prompt, took_ms)
    assert min(least, prompt - 1) // 16 * 16 <= cached < prompt
    if same < shorter:
        assert least // 16 * 16 == cached
    assert (prompt - 1) // 16 * 16 == (await ask(world, *asked))[1]
