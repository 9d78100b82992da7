"""Routes: `POST /v1/models/{model:path}` taken apart."""

from __future__ import annotations

import re
from typing import Final

from fakeai.core.value import Value

_PARAMETER: Final = re.compile(r"\{([a-z_][a-z0-9_]*)(:path)?\}")
_PLAIN: Final = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@%-]*")


class Route(Value):
    """A method and a path whose parts may be parameters."""

    method: str
    path: str
    parameters: tuple[str, ...]
    rest: str | None
    """The parameter that takes the rest of the path, slashes included."""

    @classmethod
    def page(cls, path: str) -> Route:
        """Return the route of a page without parameters."""
        return cls(method="GET", path=path, parameters=(), rest=None)

    @property
    def methods(self) -> tuple[str, ...]:
        """What it answers: HEAD works wherever GET does."""
        return ("GET", "HEAD") if self.method == "GET" else (self.method,)

    @property
    def shape(self) -> tuple[str, str]:
        """Equal for two routes that take the same requests."""
        return self.method, _PARAMETER.sub(lambda m: "{*}" if m[2] else "{}", self.path)

    @property
    def litestar_path(self) -> str:
        """The path in Litestar's form, in which every parameter has a type."""
        return _PARAMETER.sub(lambda m: f"{{{m[1]}{m[2] or ':str'}}}", self.path)

    def pattern(self) -> re.Pattern[str]:
        """Return an expression that matches the paths it takes."""
        parts: list[str] = []
        end = 0
        for match in _PARAMETER.finditer(self.path):
            parts.append(re.escape(self.path[end : match.start()]))
            parts.append(".+" if match[2] else "[^/]+")
            end = match.end()
        return re.compile("".join([*parts, re.escape(self.path[end:])]) + "/?")


def parse_route(text: str) -> Route | str:
    """Return the route, or what is wrong with it in words."""
    method, _, path = text.partition(" ")
    names: list[str] = []
    rest: str | None = None
    segments = path.strip("/").split("/")
    for position, segment in enumerate(segments):
        match = _PARAMETER.fullmatch(segment)
        if match is None:
            if not _PLAIN.fullmatch(segment):
                return f"`{segment}` is neither plain text nor one `{{name}}`"
            continue
        if match[1] in names:
            return f"the parameter `{match[1]}` occurs twice"
        names.append(match[1])
        if match[2]:
            rest = match[1]
            if position != len(segments) - 1:
                return f"`{segment}` takes the rest of the path, so it must be the last part"
    return Route(method=method, path=path, parameters=tuple(names), rest=rest)
