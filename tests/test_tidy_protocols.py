"""The rule that a protocol is data, held against the data itself."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from fakeai.core.document import plain, read
from tests.repository import ROOT, Finding, at, parsed, python_files

if TYPE_CHECKING:
    from collections.abc import Iterator


def texts() -> Iterator[Finding]:
    """Yield the texts and bytes that the package works with; docstrings are not among them."""
    for path in python_files("fakeai"):
        nodes = list(ast.walk(parsed(path)))
        remarks = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
        for node in nodes:
            if not isinstance(node, ast.Constant) or id(node) in remarks:
                continue
            if isinstance(node.value, bytes):
                yield at(path, node.value.decode("latin-1"), node.lineno)
            elif isinstance(node.value, str):
                yield at(path, node.value, node.lineno)


def protocol_headers() -> set[str]:
    """Return the headers that protocol files name, for requests and for answers."""
    names: set[str] = set()
    for path in (ROOT / "templates").glob("*/protocol.yaml"):
        file: Any = plain(read(path))
        names |= {file["request_id_header"], *file["headers"]}
        names |= {row["header"] for row in file["credentials"]}
        names = names.union(*(row.values() for row in file["rate_limits"]["headers"].values()))
    return names


def schema_fields() -> set[str]:
    """Return the fields that the schemas of endpoints declare, at any depth."""
    fields: set[str] = set()
    ahead: list[Any] = [plain(read(path)) for path in (ROOT / "schemas").glob("*/*.yaml")]
    while ahead:
        part = ahead.pop()
        if isinstance(part, dict):
            declared = part.get("properties")
            fields.update(declared if isinstance(declared, dict) else ())
            ahead += part.values()
        elif isinstance(part, list):
            ahead += part
    return fields


def test_python_names_no_header_of_a_protocol() -> None:
    """In which headers a protocol's clients say and read what, its file says."""
    headers = protocol_headers()

    assert {"x-api-key", "x-request-id", "request-id"} <= headers
    assert [] == [str(text) for text in texts() if text.what.lower() in headers]


def test_python_tells_of_no_field_of_a_request() -> None:
    """Sentences about fields are the protocol's; only compound names can be told from words."""
    fields = {field for field in schema_fields() if "_" in field}
    sentences = [text for text in texts() if " " in text.what]

    assert {"tool_calls", "tool_use_id", "max_tokens"} <= fields
    assert [] == [str(text) for text in sentences if fields & set(re.findall(r"\w+", text.what))]
