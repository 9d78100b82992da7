"""The chunks of a stream, joined to the choices of the plain answer."""

from __future__ import annotations

from typing import Any

Json = Any


def joined(chunks: list[Json]) -> list[Json]:
    """Return the choices of a chat stream as its plain answer has them."""
    choices: dict[int, Json] = {}
    for chunk in chunks:
        for part in chunk["choices"]:
            choice = choices.setdefault(
                part["index"],
                {"message": {"annotations": []}, "logprobs": None, "finish_reason": None},
            )
            _add_delta(choice["message"], part["delta"])
            if part["logprobs"]:
                kept = choice["logprobs"] or {"content": [], "refusal": None}
                kept["content"] += part["logprobs"]["content"]
                choice["logprobs"] = kept
            choice["finish_reason"] = choice["finish_reason"] or part["finish_reason"]
    return [{"index": index, **choices[index]} for index in sorted(choices)]


def joined_texts(chunks: list[Json]) -> list[Json]:
    """Return the choices of a stream of texts as its plain answer has them."""
    choices: dict[int, Json] = {}
    for part in (part for chunk in chunks for part in chunk["choices"]):
        choice = choices.setdefault(part["index"], {**part, "text": "", "logprobs": None})
        choice["text"] += part["text"]
        choice["finish_reason"] = choice["finish_reason"] or part["finish_reason"]
        if part["logprobs"]:
            _add_lists(choice, part["logprobs"])
    return [choices[index] for index in sorted(choices)]


def _add_lists(choice: Json, logprobs: Json) -> None:
    kept = choice["logprobs"]
    choice["logprobs"] = {
        key: value if kept is None or value is None else kept[key] + value
        for key, value in logprobs.items()
    }


def _add_delta(message: Json, delta: Json) -> None:
    for key, value in delta.items():
        if key == "tool_calls":
            for call in value:
                calls = message.setdefault("tool_calls", [])
                if call["index"] == len(calls):
                    calls.append({})
                _add_delta(calls[call["index"]], {k: v for k, v in call.items() if k != "index"})
        elif isinstance(value, dict):
            _add_delta(message.setdefault(key, {}), value)
        elif key in {"role", "id", "type", "name"} or value is None:
            message.setdefault(key, value)
        else:
            message[key] = (message.get(key) or "") + value
