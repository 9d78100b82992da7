"""The chunks of a stream, joined to the choices of the plain answer."""

from __future__ import annotations

import json
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


def joined_message(events: list[Json]) -> Json:
    """Return the message that the events of a stream build, as the plain answer has it."""
    message: Json = {}
    pieces: list[str] = []
    for event in events:
        match event:
            case {"type": "message_start"}:
                message = event["message"]
            case {"type": "content_block_start"}:
                message["content"].append(event["content_block"])
                pieces = []
            case {"type": "content_block_delta"}:
                pieces += _pieces(message["content"][event["index"]], event["delta"])
            case {"type": "content_block_stop"} if pieces:
                message["content"][event["index"]]["input"] = _whole("".join(pieces))
            case {"type": "message_delta"}:
                message |= event["delta"]
                message["usage"] |= event["usage"]
    return message


def _whole(text: str) -> Json:
    """Return the JSON of a call's input, which is empty where the limit has cut it."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return {}


def _pieces(block: Json, delta: Json) -> list[str]:
    """Add a delta to its block; return the piece of JSON that waits for the others."""
    if delta["type"] == "input_json_delta":
        return [delta["partial_json"]]
    for key, value in delta.items():
        if key != "type":
            block[key] += value
    return []


def _add_lists(choice: Json, logprobs: Json) -> None:
    kept = choice["logprobs"]
    choice["logprobs"] = {
        key: value if kept is None or value is None else kept[key] + value
        for key, value in logprobs.items()
    }


def _add_delta(message: Json, delta: Json) -> None:
    for key, value in delta.items():
        if key == "tool_calls":
            _add_calls(message.setdefault(key, []), value)
        elif isinstance(value, dict):
            _add_delta(message.setdefault(key, {}), value)
        elif key in {"role", "id", "type", "name"} or value is None:
            message.setdefault(key, value)
        else:
            message[key] = (message.get(key) or "") + value


def _add_calls(calls: list[Json], deltas: list[Json]) -> None:
    for delta in deltas:
        if delta["index"] == len(calls):
            calls.append({})
        _add_delta(calls[delta["index"]], {k: v for k, v in delta.items() if k != "index"})
