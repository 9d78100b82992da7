"""How many tokens images, recordings, films and files count for."""

from __future__ import annotations

from typing import Annotated, TypeAlias, dataclass_transform

import msgspec
from msgspec import Meta

from fakeai.spec.units import Duration

Tokens = Annotated[int, Meta(ge=0, le=1_000_000)]
Pixels = Annotated[int, Meta(ge=1, le=100_000)]
Rate = Annotated[float, Meta(ge=0, le=100_000)]


@dataclass_transform(frozen_default=True, kw_only_default=True)
class ImageRule(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"
):
    """Base of the ways to count an image."""


class TileRule(ImageRule, frozen=True, kw_only=True, tag="tiles"):
    """A base, and so many for each tile of the fitted image."""

    base: Annotated[Tokens, Meta(description="For the image as a whole.")] = 85
    per_tile: Annotated[Tokens, Meta(description="For each tile.")] = 170
    tile: Annotated[Pixels, Meta(description="Side of a tile.")] = 512
    longest: Annotated[Pixels, Meta(description="The longer side is fitted to this.")] = 2048
    shortest: Annotated[Pixels, Meta(description="Then the shorter side to this.")] = 768
    low_detail: Annotated[Tokens, Meta(description="For an image sent as `detail: low`.")] = 85


class PatchRule(ImageRule, frozen=True, kw_only=True, tag="patches"):
    """So many for each patch of the image, scaled down to a number of patches."""

    patch: Annotated[Pixels, Meta(description="Side of a patch.")] = 32
    patches_max: Annotated[int, Meta(ge=1, le=1_000_000, description="Most patches.")] = 1536
    per_patch: Annotated[Rate, Meta(description="Tokens for each patch.")] = 1.0


class AreaRule(ImageRule, frozen=True, kw_only=True, tag="area"):
    """One for so many pixels of the fitted image."""

    pixels_per_token: Annotated[
        float, Meta(ge=1, le=1_000_000, description="Pixels to a token.")
    ] = 750.0
    longest: Annotated[Pixels, Meta(description="The longer side is fitted to this.")] = 1568
    tokens_max: Annotated[Tokens, Meta(description="Most tokens of an image.")] = 1600


class FixedRule(ImageRule, frozen=True, kw_only=True, tag="fixed"):
    """The same for every image."""

    tokens: Annotated[Tokens, Meta(description="For each image.")]


AnyImageRule: TypeAlias = TileRule | PatchRule | AreaRule | FixedRule


class MediaRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What media count. What is not in the request itself has a declared size."""

    image: Annotated[AnyImageRule, Meta(description="How an image is counted.")] = TileRule()
    image_size: Annotated[
        tuple[Pixels, Pixels],
        Meta(description="Width and height of an image that is only linked to."),
    ] = (1024, 1024)
    audio_per_second: Annotated[Rate, Meta(description="Tokens for a second of sound.")] = 10.0
    audio_length: Annotated[
        Duration, Meta(description="Length of a sound that does not state it.")
    ] = "10s"
    video_per_second: Annotated[Rate, Meta(description="Tokens for a second of video.")] = 263.0
    video_length: Annotated[
        Duration, Meta(description="Length of a video that does not state it.")
    ] = "1m"
    file_per_page: Annotated[Rate, Meta(description="Tokens for a page of a PDF file.")] = 1500.0
    file_pages: Annotated[
        int, Meta(ge=0, le=100_000, description="Pages of a file whose pages cannot be counted.")
    ] = 1
