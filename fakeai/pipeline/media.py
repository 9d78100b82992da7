"""Media of a conversation: what was sent, and how many tokens it counts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec
from xxhash import xxh3_64_digest

from fakeai.sim import media_tokens
from fakeai.sim.blocks import Run
from fakeai.sim.media import (
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
from fakeai.spec.media import AreaRule, FixedRule, TileRule
from fakeai.spec.units import seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fakeai.pipeline.stage import Build
    from fakeai.spec.media import AnyImageRule, MediaRules


class Medium(msgspec.Struct, frozen=True, kw_only=True):
    """An image, a sound, a video or a file of the prompt; what it does not state is null."""

    kind: Literal["image", "audio", "video", "file"]
    name: int = 0
    """Stands for its data, or for the link to it: of equal ones it is equal."""
    size: Size | None = None
    detail: str | None = None
    seconds: float | None = None
    pages: int | None = None


def holds_media(content: Any) -> bool:
    """Tell whether there are media among the parts of a message's content."""
    return isinstance(content, list) and any(part.get("type") in _READERS for part in content)


def media_of(content: Any) -> int:
    """Return how many media are among the parts of a message's content."""
    return sum(part.get("type") in _READERS for part in content) if holds_media(content) else 0


def read_pieces(content: Any) -> list[str | Medium]:
    """Return the texts and the media of a message's content, each in its place."""
    pieces: list[str | Medium] = []
    for part in content:
        read = _READERS.get(part.get("type"))
        piece = part_text(part) if read is None else read(part)
        if piece:
            pieces.append(piece)
    return pieces


def part_text(part: dict[str, Any]) -> str | None:
    """Return the text of a part, if it has one."""
    text: str | None = part.get("text") or part.get("refusal")
    return text


def _image(part: dict[str, Any]) -> Medium:
    link = part.get("image_url") or {}
    url = str(link.get("url") or "")
    payload = read_data_url(url)
    size = image_size(payload.head) if payload else None
    return Medium(kind="image", name=_name(url), size=size, detail=link.get("detail"))


def _audio(part: dict[str, Any]) -> Medium:
    data = str((part.get("input_audio") or {}).get("data") or "")
    payload = read_base64(data)
    length_s = sound_seconds(payload) if payload else None
    return Medium(kind="audio", name=data_name(data), seconds=length_s)


def _video(part: dict[str, Any]) -> Medium:
    url = str((part.get("video_url") or {}).get("url") or "")
    payload = read_data_url(url)
    length_s = video_seconds(payload) if payload else None
    return Medium(kind="video", name=_name(url), seconds=length_s)


def _file(part: dict[str, Any]) -> Medium:
    file = part.get("file") or {}
    data = file.get("file_data")
    if isinstance(data, str):
        return Medium(kind="file", name=data_name(data), pages=pdf_pages(data))
    link = file.get("file_id") or file.get("file_url") or file.get("filename")
    return Medium(kind="file", name=link_name(str(link or "")))


def _name(url: str) -> int:
    return data_name(url) if url[:5].lower() == "data:" else link_name(url)


_READERS: Final[dict[Any, Callable[[dict[str, Any]], Medium]]] = {
    "image_url": _image,
    "input_audio": _audio,
    "video_url": _video,
    "file": _file,
}


def media_counts_of(build: Build) -> dict[str, Callable[[Medium], int]]:
    """Return the counts of media by the name of their rules, which the stages share."""
    rules = build.spec.tokens.media
    return build.shared.once(
        "media counts", lambda: {name: compile_media_count(rules[name]) for name in rules}
    )


def in_runs(
    pieces: Sequence[str | Medium], count: Callable[[Medium], int] | None
) -> list[str | Run]:
    """Return texts and media as a cache knows them; where nothing counts media, they are empty."""
    return [
        piece if isinstance(piece, str) else _run(piece, count(piece) if count else 0)
        for piece in pieces
    ]


def _run(medium: Medium, tokens: int) -> Run:
    # The same image in another detail has other tokens.
    name = f"{medium.kind} {medium.name} {tokens}".encode()
    return Run(xxh3_64_digest(name), tokens)


def compile_media_count(rules: MediaRules) -> Callable[[Medium], int]:
    """Return the function from a medium to its tokens."""
    image = _image_count(rules.image)
    default_size = Size(*rules.image_size)
    audio_s, video_s = seconds(rules.audio_length), seconds(rules.video_length)

    def count(medium: Medium) -> int:
        if medium.kind == "image":
            return image(medium.size or default_size, medium.detail)
        if medium.kind == "audio":
            length = audio_s if medium.seconds is None else medium.seconds
            return math.ceil(length * rules.audio_per_second)
        if medium.kind == "file":
            pages = rules.file_pages if medium.pages is None else medium.pages
            return math.ceil(pages * rules.file_per_page)
        length = video_s if medium.seconds is None else medium.seconds
        return math.ceil(length * rules.video_per_second)

    return count


def _image_count(rule: AnyImageRule) -> Callable[[Size, str | None], int]:
    if isinstance(rule, TileRule):
        return lambda size, detail: _tiles(rule, size, detail)
    if isinstance(rule, AreaRule):
        return lambda size, _: min(
            rule.tokens_max,
            media_tokens.area(size, longest=rule.longest, pixels_per_token=rule.pixels_per_token),
        )
    if isinstance(rule, FixedRule):
        return lambda _size, _detail: rule.tokens
    return lambda size, _: math.ceil(
        rule.per_patch * media_tokens.patches(size, patch=rule.patch, patches_max=rule.patches_max)
    )


def _tiles(rule: TileRule, size: Size, detail: str | None) -> int:
    if detail == "low":
        return rule.low_detail
    count = media_tokens.tiles(size, longest=rule.longest, shortest=rule.shortest, tile=rule.tile)
    return rule.base + rule.per_tile * count
