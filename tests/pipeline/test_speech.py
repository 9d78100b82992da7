"""speech: spoken answers, their length and what they count."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from fakeai.pipeline.speech import Voice
from fakeai.spec.tokens import Speech
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

MODEL = "gpt-4o-audio-preview"
RULE = "tokens: {{ speech: {{ {} }} }}\n"
STARTS = {"wav": b"RIFF", "mp3": b"\xff\xf3", "aac": b"\xff\xf1", "flac": b"fLaC", "opus": b"OggS"}


def spoken(form: str) -> dict[str, Any]:
    """Return the fields that ask for speech."""
    return {"modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": form}}


async def speak(world: World, form: str = "mp3", **fields: Any) -> Any:
    """Return the body of a spoken answer."""
    answer = await world.chat("Say it", **{"model": MODEL, **spoken(form), **fields})
    assert 200 == answer.status
    return answer.json


def audio_tokens(body: Any) -> int:
    """Return the tokens that are sound."""
    count: int = body["usage"]["completion_tokens_details"]["audio_tokens"]
    return count


def test_there_is_a_piece_for_each_token_and_each_decodes() -> None:
    """A player may begin before the end."""
    pieces = Voice(Speech(characters_per_second=10, tokens_per_second=20)).say("x" * 30, "pcm16")

    assert [2400] * 60 == [len(base64.b64decode(piece)) for piece in pieces]


def test_words_and_sound_share_the_limit() -> None:
    """Of ten words with a token of sound each, a limit of 7 leaves room for three."""
    voice = Voice(Speech(characters_per_second=10, tokens_per_second=10, length_max="400ms"))
    tokens = ["x"] * 10

    assert [3, 4, 2] == [
        voice.room(tokens, 7, 1),
        voice.room(tokens, 99, 1),
        voice.room(tokens, 99, 2),
    ]


@pytest.mark.parametrize("form", STARTS)
async def test_the_sound_is_in_the_format_asked_for(tmp_path: Path, form: str) -> None:
    """Content is null, and the transcript is the text."""
    body = await speak(World(tmp_path), form, max_tokens=100)
    message = body["choices"][0]["message"]
    audio = message["audio"]

    assert message["content"] is None
    assert base64.b64decode(audio["data"]).startswith(STARTS[form])
    assert audio["id"].startswith("audio_")
    assert body["created"] + 3600 == audio["expires_at"]
    assert audio["transcript"]


async def test_a_limit_holds_for_words_and_sound_together(tmp_path: Path) -> None:
    """The transcript is cut so that the sound of it fits."""
    body = await speak(World(tmp_path), max_tokens=50)

    assert "length" == body["choices"][0]["finish_reason"]
    assert 30 < audio_tokens(body) < body["usage"]["completion_tokens"] <= 50


async def test_a_stream_sends_the_same_speech(tmp_path: Path) -> None:
    """First the transcript, then the samples, then when they expire."""
    world = World(tmp_path)
    body = await speak(world, "pcm16", max_tokens=60, seed=1)
    options = {"include_usage": True}
    streamed = await world.chat(
        "Say it",
        model=MODEL,
        max_tokens=60,
        seed=1,
        stream=True,
        stream_options=options,
        **spoken("pcm16"),
    )
    parts = [
        c["delta"]["audio"]
        for k in streamed.chunks
        for c in k["choices"]
        if c["delta"].get("audio")
    ]
    plain = body["choices"][0]["message"]["audio"]

    assert "" == streamed.text
    assert {"id", "transcript"} == set(parts[0])
    assert plain["transcript"] == "".join(part.get("transcript", "") for part in parts)
    assert plain["data"] == "".join(part.get("data", "") for part in parts)
    assert {"expires_at"} == set(parts[-1])
    assert body["usage"] == streamed.chunks[-1]["usage"]


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({**spoken("wav"), "audio": None}, "audio"),
        ({"modalities": ["text", "audio"]}, "audio"),
        (spoken("ogg"), "audio.format"),
        ({**spoken("wav"), "stream": True}, "audio.format"),
        ({"modalities": ["text", "smell"]}, "modalities.1"),
        ({**spoken("wav"), "model": "gpt-4o"}, "modalities"),
    ],
)
async def test_what_cannot_be_said_is_refused(tmp_path: Path, fields: Any, param: str) -> None:
    """The refusal names the field."""
    answer = await World(tmp_path).chat(**{"model": MODEL, **fields})

    assert (422, param) == (answer.status, answer.json["error"]["param"])


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("characters_per_second: 10, tokens_per_second: 10", 120),
        ("characters_per_second: 20, tokens_per_second: 10", 60),
        ("characters_per_second: 20, tokens_per_second: 20", 120),
        ("characters_per_second: 10, tokens_per_second: 10, length_max: 3s", 30),
    ],
)
async def test_the_rule_is_declared(tmp_path: Path, rule: str, expected: int) -> None:
    """Pace, tokens and the longest speech are keys of the spec."""
    files = {"templates/text/say.j2": "word " * 24}
    overlay = RULE.format(rule) + "templates: { personas: { say: say.j2 }, persona: say }\n"
    body = await speak(World(tmp_path, overlay, files))

    assert expected == pytest.approx(audio_tokens(body), abs=5)
    assert audio_tokens(body) <= expected


async def test_tools_are_called_without_a_word(tmp_path: Path) -> None:
    """A call is not spoken."""
    tools = [{"type": "function", "function": {"name": "say"}}]
    body = await speak(World(tmp_path), tools=tools, tool_choice="required")

    assert "audio" not in body["choices"][0]["message"]
    assert 0 == audio_tokens(body)


async def test_usage_reports_tell_of_speech(tmp_path: Path) -> None:
    """Sound is a part of the output there, too."""
    world = World(tmp_path)
    body = await speak(world, max_tokens=50)
    report = await world.send("GET", "/v1/organization/usage/completions?start_time=1767225600")
    results = [line for bucket in report.json["data"] for line in bucket["results"]]

    assert audio_tokens(body) == sum(line["output_audio_tokens"] for line in results)
