"""Exact byte-pair encodings, from the optional extra `fakeai[bpe]`."""

from __future__ import annotations

import codecs
import importlib
from typing import TYPE_CHECKING, Any, Final

from fakeai.sim.tokens import join_blocks

if TYPE_CHECKING:
    from collections.abc import Iterable

# Ordinary tokens of each encoding; special tokens never come from text.
VOCABULARY_SIZES: Final = {"cl100k_base": 100_256, "o200k_base": 199_998}

_PACKAGE: Final = "rs_bpe.bpe"


class BpeUnavailableError(Exception):
    """The exact counters are not installed."""

    def __init__(self) -> None:
        """Say how to install them."""
        super().__init__(
            "exact token counts need the package rs-bpe: pip install 'fakeai[bpe]', "
            "or use the counter `heuristic`"
        )


def _package() -> dict[str, Any]:
    """Import the vocabularies: tens of megabytes that only those who ask for them pay for."""
    try:
        return vars(importlib.import_module(_PACKAGE))
    except ImportError as error:
        raise BpeUnavailableError from error


class BpeCounter:
    """Counts as the model families that publish their vocabulary do."""

    __slots__ = ("_bytes_of", "_tokenizer", "_vocabulary_size", "name")
    is_local = False

    def __init__(self, encoding: str, name: str | None = None) -> None:
        """Load one of VOCABULARY_SIZES; raise BpeUnavailableError without the extra."""
        self._vocabulary_size = VOCABULARY_SIZES[encoding]
        # The package groups encodings by publisher; an encoding's own name is enough.
        groups = _package().values()
        load = next(vars(group)[encoding] for group in groups if hasattr(group, encoding))
        self._tokenizer = load()
        self._bytes_of = self._tokenizer.bpe().decode_tokens
        self.name = name or encoding

    def count(self, text: str) -> int:
        """Return the number of tokens; special tokens in the text count as plain text."""
        return int(self._tokenizer.count(text))

    def split(self, text: str) -> list[str]:
        """Return the tokens as text.

        A token may end within a character: its last bytes are then carried to the next piece,
        so that pieces are valid text, and a piece may be empty.
        """
        decode = codecs.getincrementaldecoder("utf-8")().decode
        bytes_of = self._bytes_of
        return [decode(bytes_of([token])) for token in self._tokenizer.encode(text)]

    def encode(self, text: str) -> list[int]:
        """Return the encoding's own ids."""
        return list(self._tokenizer.encode(text))

    def blocks(self, text: str, size: int) -> tuple[list[bytes], str]:
        """Cut a text into blocks of `size` tokens; return those in UTF-8, and what is left over."""
        return join_blocks(self.split(text), size)

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text of the ids; bytes that are no character become U+FFFD."""
        known = list(ids)
        for token in known:
            # The library crashes the process on an id that it does not have.
            if not 0 <= token < self._vocabulary_size:
                raise ValueError(f"token id {token} is out of range for {self.name}")
        return bytes(self._bytes_of(known)).decode("utf-8", "replace")
