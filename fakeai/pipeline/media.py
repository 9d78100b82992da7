"""Media of a conversation: what was sent, and how many tokens it counts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from fakeai.sim import media_tokens
from fakeai.sim.media import (
    Size,
    image_size,
    pdf_pages,
    read_base64,
    read_data_url,
    sound_seconds,
    video_seconds,
)
from fakeai.spec.media import AreaRule, FixedRule, TileRule
from fakeai.spec.units import seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from fakeai.spec.media import AnyImageRule, MediaRules


class Medium(msgspec.Struct, frozen=True, kw_only=True):
    """An image, a sound, a video or a file of the prompt; what it does not state is null."""

    kind: Literal["image", "audio", "video", "file"]
    size: Size | None = None
    detail: str | None = None
    seconds: float | None = None
    pages: int | None = None


def read_media(content: Any) -> list[Medium]:
    """Return the media among the parts of a message's content."""
    if not isinstance(content, list):
        return []
    found = [(_READERS.get(part.get("type")), part) for part in content]
    return [read(part) for read, part in found if read is not None]


def _image(part: dict[str, Any]) -> Medium:
    link = part.get("image_url") or {}
    payload = read_data_url(str(link.get("url") or ""))
    size = image_size(payload.head) if payload else None
    return Medium(kind="image", size=size, detail=link.get("detail"))


def _audio(part: dict[str, Any]) -> Medium:
    payload = read_base64(str((part.get("input_audio") or {}).get("data") or ""))
    return Medium(kind="audio", seconds=sound_seconds(payload) if payload else None)


def _video(part: dict[str, Any]) -> Medium:
    payload = read_data_url(str((part.get("video_url") or {}).get("url") or ""))
    return Medium(kind="video", seconds=video_seconds(payload) if payload else None)


def _file(part: dict[str, Any]) -> Medium:
    data = (part.get("file") or {}).get("file_data")
    return Medium(kind="file", pages=pdf_pages(data) if isinstance(data, str) else None)


_READERS: Final = {
    "image_url": _image,
    "input_audio": _audio,
    "video_url": _video,
    "file": _file,
}


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
