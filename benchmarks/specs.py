"""The specs that are measured: stages off, built-in, everything on."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

import yaml

from benchmarks.cases import (
    FAST_ITL_MS,
    FAST_MODEL,
    ITL_MS,
    KEY,
    MODEL,
    PACED_MODEL,
    STREAMS_MAX,
)
from fakeai.spec.files import SPEC_FILE, builtin_folder

if TYPE_CHECKING:
    from pathlib import Path

#: What no chat request can do without.
NEEDED: Final = frozenset({"body", "inputs", "model", "generate", "respond"})

Tree = dict[str, Any]


def removable() -> list[str]:
    """Return the stages of the built-in pipeline that an endpoint may leave out."""
    built_in: Any = yaml.safe_load((builtin_folder() / SPEC_FILE).read_text("utf-8"))
    return [stage for stage in built_in["pipeline"] if stage not in NEEDED]


def stage_path(stage: str) -> str:
    """Return the path of the chat endpoint that leaves a stage out."""
    return f"/without/{stage}"


def built_in() -> Tree:
    """Return the built-in spec, with a model at zero delay and two that take their time."""
    # A batch that takes every stream: the server is measured, not a simulated queue.
    queue = {"max_num_seqs": STREAMS_MAX, "max_waiting": STREAMS_MAX}
    paced: Tree = {"ttft": "0ms", "itl": f"{ITL_MS}ms", "queue": queue}
    fast: Tree = paced | {"itl": f"{FAST_ITL_MS}ms"}
    # A stream of 512 tokens holds 32 blocks of its own.
    pool: Tree = {"blocks_per_worker": 64 * STREAMS_MAX}
    model: Tree = {"context_window": 128_000, "pricing": "gpt-4o"}
    return {
        "fakeai": 1,
        "extends": "builtin",
        "kv_cache": {"pools": {"streams": pool}},
        "latency": {"profiles": {"paced": paced, "fast": fast}},
        "models": {
            MODEL: model,
            PACED_MODEL: model | {"latency": "paced", "kv_cache": "streams"},
            FAST_MODEL: model | {"latency": "fast", "kv_cache": "streams"},
        },
    }


def everything() -> Tree:
    """Return a spec that uses every stage: known keys, JSON log lines, all detectors."""
    detectors = ("sql", "xss", "command", "path", "xml", "ldap")
    hashed = hashlib.sha256(KEY.encode()).hexdigest()
    return built_in() | {
        "request_log": {"format": "json"},
        "auth": {"required": True, "keys": {"bench": {"key": f"sha256:{hashed}"}}},
        "injection": {
            "fields": ["messages.*.content"],
            "detectors": {name: {} for name in detectors},
        },
    }


def off() -> Tree:
    """Return a spec whose chat endpoint runs what it cannot do without."""
    return built_in() | {"endpoints": {"chat_completions": {"skip": removable()}}}


def quiet() -> Tree:
    """Return the built-in spec without its log, for a server inside this process."""
    return built_in() | {"request_log": None}


def stages() -> Tree:
    """Return everything, and beside it an endpoint without each of the stages."""
    row: Tree = {
        "protocol": "openai",
        "generate": "completion",
        "schema": "openai/chat_completions.yaml",
        "template": "openai/chat_completions.yaml",
    }
    rows = {
        f"chat_without_{stage}": row | {"route": f"POST {stage_path(stage)}", "skip": [stage]}
        for stage in removable()
    }
    rows["chat_with_all"] = row | {"route": f"POST {stage_path('nothing')}"}
    return everything() | {"endpoints": rows}


OFF: Final = "stages off"
SPECS: Final = {OFF: off, "built-in": built_in, "everything": everything}


def write(folder: Path, name: str, spec: Tree) -> Path:
    """Write a spec into a folder and return its path; JSON is YAML."""
    path = folder / f"{name.replace(' ', '-')}.yaml"
    path.write_text(json.dumps(spec, indent=2), encoding="utf-8")
    return path
