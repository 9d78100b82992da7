"""A tokenizer folder for load tools, equal to one of the exact counters.

`python -m benchmarks.tokenizer_folder cl100k_base FOLDER` writes what `transformers` loads from a
folder, from the vocabulary in the package rs-bpe: nothing is downloaded.
"""

from __future__ import annotations

import argparse
import importlib
import json
from pathlib import Path
from typing import Any, Final

from fakeai.sim.bpe import VOCABULARY_SIZES

_END_OF_TEXT: Final = "<|endoftext|>"
_SMALL_LETTER: Final = r"\p{Ll}\p{Lm}\p{Lo}\p{M}"
_LARGE_LETTER: Final = r"\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}"
_CONTRACTION: Final = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
#: How each encoding cuts a text before it looks for pairs.
_PATTERNS: Final = {
    "cl100k_base": [
        _CONTRACTION,
        r"[^\r\n\p{L}\p{N}]?\p{L}+",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    ],
    "o200k_base": [
        rf"[^\r\n\p{{L}}\p{{N}}]?[{_LARGE_LETTER}]*[{_SMALL_LETTER}]+{_CONTRACTION}?",
        rf"[^\r\n\p{{L}}\p{{N}}]?[{_LARGE_LETTER}]+[{_SMALL_LETTER}]*{_CONTRACTION}?",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    ],
}


def main() -> None:
    """Write the folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("encoding", choices=sorted(VOCABULARY_SIZES))
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    write(arguments.encoding, arguments.folder)


def write(encoding: str, folder: Path) -> None:
    """Write `tokenizer.json` and `tokenizer_config.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": _END_OF_TEXT}
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer(encoding)))


def tokenizer(encoding: str) -> dict[str, Any]:
    """Return the encoding in the format of the package `tokenizers`."""
    tokens = _tokens(encoding)
    spelled = _spelling()
    vocabulary = {"".join([spelled[byte] for byte in token]): i for i, token in enumerate(tokens)}
    end = {"id": len(tokens), "content": _END_OF_TEXT, "special": True, "normalized": False}
    cut = {"Regex": "|".join(_PATTERNS[encoding])}
    return {
        "version": "1.0",
        "added_tokens": [{**end, "single_word": False, "lstrip": False, "rstrip": False}],
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [
                {"type": "Split", "pattern": cut, "behavior": "Isolated", "invert": False},
                _byte_level(),
            ],
        },
        "decoder": _byte_level(),
        "model": {
            "type": "BPE",
            "ignore_merges": True,
            "vocab": vocabulary,
            "merges": _merges(vocabulary),
        },
    }


def _tokens(encoding: str) -> list[bytes]:
    """Return the bytes of every token, in the order of their ids."""
    groups = vars(importlib.import_module("rs_bpe.bpe")).values()
    load = next(vars(group)[encoding] for group in groups if hasattr(group, encoding))
    decode = load().bpe().decode_tokens
    return [bytes(decode([token])) for token in range(VOCABULARY_SIZES[encoding])]


def _merges(vocabulary: dict[str, int]) -> list[list[str]]:
    """Return every pair that makes a token, those of lower ids first."""
    return [
        [token[:cut], token[cut:]]
        for token in vocabulary
        for cut in range(1, len(token))
        if token[:cut] in vocabulary and token[cut:] in vocabulary
    ]


def _spelling() -> list[str]:
    """Return the printable character that the format has for each byte."""
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = iter(range(0x100, 0x200))
    return [chr(byte if byte in printable else next(others)) for byte in range(0x100)]


def _byte_level() -> dict[str, Any]:
    return {
        "type": "ByteLevel",
        "add_prefix_space": False,
        "trim_offsets": True,
        "use_regex": False,
    }


if __name__ == "__main__":
    main()
