"""Documents: YAML as plain data plus the place of every node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn, TypeAlias

import yaml

from fakeai.core.known import Known
from fakeai.core.marks import Marks
from fakeai.core.problem import Place, Problem, Related, SpecError
from fakeai.core.scalar import TAGS, Scalar, plain_scalar, tagged_scalar
from fakeai.core.source import read_text
from fakeai.core.syntax import syntax_problem
from fakeai.core.value import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from fakeai.core.marks import Event, Mark

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

#: What people write stays far below these; they stop what was made to exhaust the reader.
DEPTH_MAX: Final = 100
VALUES_MAX: Final = 250_000

# The C parser is ten times faster; a PyYAML built without it has only the other one.
_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MERGE: Final = "<<"
_KNOWN: Final[Known[Node]] = Known(256)


class Node(Record):
    """A YAML value, where it stands, and where its key stands."""

    value: bool | int | float | str | dict[str, Node] | list[Node] | None
    place: Place
    key_place: Place | None = None

    @property
    def children(self) -> dict[str, Node]:
        """The entries of a map; none of anything else."""
        return self.value if isinstance(self.value, dict) else {}


def plain(node: Node) -> Json:
    """Return a node's value without places."""
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain(child) for child in node.value]
    return node.value


def locate(node: Node, path: Sequence[str | int]) -> Node:
    """Return the node at a path, or the deepest one that exists on the way."""
    for part in path:
        child = _child(node, part)
        if child is None:
            break
        node = child
    return node


def _child(node: Node, part: str | int) -> Node | None:
    value = node.value
    if isinstance(value, list) and isinstance(part, int):
        return value[part] if part < len(value) else None
    return value.get(str(part)) if isinstance(value, dict) else None


def path_text(path: Sequence[str | int]) -> str:
    """Return a path as messages show it: `pipeline[3]`, `models.small.latency`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def read(path: Path, name: str | None = None) -> Node:
    """Return the document in a file; SpecError holds everything that is wrong with its YAML."""
    problems: list[Problem] = []
    file = name or str(path)
    if (text := read_text(path, file, problems)) is None:
        raise SpecError(problems)
    return parse(text, file)


def parse(text: str, file: str) -> Node:
    """Return the document, a map; SpecError holds everything that is wrong with its YAML."""
    problems: list[Problem] = []
    node = _KNOWN.get((file, text), lambda: _composed(text, file, problems))
    if node is None:
        raise SpecError(problems)
    return node


def _composed(text: str, file: str, problems: list[Problem]) -> Node | None:
    node = compose_map(text, file, problems)
    return None if problems else node


def compose_map(text: str, file: str, problems: list[Problem]) -> Node | None:
    """Return the document if it is a map; what is wrong is added to `problems`."""
    node = compose(text, file, problems)
    if node is None or isinstance(node.value, dict):
        return node
    kind = "a list" if isinstance(node.value, list) else "a single value"
    message = f"expected a map at the top of the file, got {kind}"
    problems.append(Problem(code="FA009", place=node.place, path="", message=message))
    return None


def compose(text: str, file: str, problems: list[Problem]) -> Node | None:
    """Return the document whatever its top is; what is wrong is added to `problems`."""
    try:
        return _Composer(text, file, problems).document()
    except SpecError as refused:
        problems.extend(refused.problems)
    except yaml.YAMLError as error:
        problems.append(syntax_problem(error, file, text))
    return None


class _Anchor(NamedTuple):
    """What an alias stands for, and how much it adds each time."""

    node: Node
    values: int
    height: int


class _Composer:
    """Builds nodes from the parser's events.

    PyYAML's own composer keeps the last of two equal keys, reads words as YAML 1.1 does, expands
    aliases without a bound, and its C form overflows the stack on deep nesting.
    """

    def __init__(self, text: str, file: str, problems: list[Problem]) -> None:
        self._next: Callable[[], Event] = _Loader(text).get_event
        self._marks = Marks(text, file)
        self._file = file
        self._problems = problems
        self._anchors: dict[str, _Anchor | None] = {}
        self._values = 0
        self._reach = 0
        self._path: list[str | int] = []

    def document(self) -> Node | None:
        """Return the only document of the stream."""
        self._next()
        if isinstance(self._next(), yaml.StreamEndEvent):
            self._empty()
            return None
        first = self._next()
        node = self._node(first, 0)
        self._next()
        after = self._next()
        if isinstance(after, yaml.DocumentStartEvent):
            place = self._marks.event(after)
            self._report("FA006", place, "a second document begins here", "keep one in a file")
        if node.value is None:
            self._empty()
            return None
        return node

    def _empty(self) -> None:
        place = Place(self._file, 1, 1)
        self._report("FA005", place, "the file is empty", "a spec begins with `fakeai: 1`")

    def _node(self, event: Event, depth: int) -> Node:
        self._values += 1
        self._bound(event, depth)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, depth)
        if not event.anchor:
            return self._value(event, depth)
        values, reach = self._values, self._reach
        self._anchors[event.anchor] = None
        self._reach = depth
        node = self._value(event, depth)
        height = self._reach - depth
        self._anchors[event.anchor] = _Anchor(node, self._values - values + 1, height)
        self._reach = max(self._reach, reach)
        return node

    def _bound(self, event: Event, depth: int) -> None:
        self._reach = max(self._reach, depth)
        if depth > DEPTH_MAX:
            self._refuse(event, f"nested more than {DEPTH_MAX} deep")
        if self._values > VALUES_MAX:
            self._refuse(event, f"more than {VALUES_MAX:,} values, those of aliases included")

    def _alias(self, event: Event, depth: int) -> Node:
        if event.anchor not in self._anchors:
            self._refuse(event, f"`*{event.anchor}` names no anchor above it")
        anchor = self._anchors[event.anchor]
        if anchor is None:
            self._refuse(event, f"`*{event.anchor}` stands inside the value that it names")
        self._values += anchor.values
        self._bound(event, depth + anchor.height)
        return Node(anchor.node.value, anchor.node.place)

    def _value(self, event: Event, depth: int) -> Node:
        if isinstance(event, yaml.MappingStartEvent):
            self._collection_tag(event, "map")
            children, end = self._map(depth)
            return Node(children, self._marks.place(event.start_mark, end))
        if isinstance(event, yaml.SequenceStartEvent):
            self._collection_tag(event, "seq")
            items: list[Node] = []
            while not isinstance(item := self._next(), yaml.SequenceEndEvent):
                self._path.append(len(items))
                items.append(self._node(item, depth + 1))
                self._path.pop()
            return Node(items, self._marks.place(event.start_mark, item.end_mark))
        place = self._marks.event(event)
        return Node(self._scalar(event, place), place)

    def _collection_tag(self, event: Event, name: str) -> None:
        if event.tag not in {None, "!", f"tag:yaml.org,2002:{name}"}:
            place = self._marks.event(event)
            self._report("FA008", place, f"the tag `{event.tag}` means nothing here")

    def _scalar(self, event: Event, place: Place) -> Scalar:
        text: str = event.value
        try:
            if event.tag is None:
                return text if event.style else plain_scalar(text)
            if event.tag in TAGS:
                return tagged_scalar(text, event.tag)
            self._report("FA008", place, f"the tag `{event.tag}` means nothing here")
        except ValueError as error:
            self._report("FA008", place, str(error))
        return text

    def _map(self, depth: int) -> tuple[dict[str, Node], Mark]:
        own: dict[str, Node] = {}
        merged: dict[str, Node] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key_node = self._node(event, depth + 1)
            key = self._key(event, key_node)
            self._path.append(key or "")
            value = self._node(self._next(), depth + 1)
            if key == _MERGE and not getattr(event, "style", None):
                merged = {**self._merge(value), **merged}
            elif key is not None:
                value.key_place = key_node.place
                self._add(own, key, value)
            self._path.pop()
        return {**merged, **own}, event.end_mark

    def _add(self, own: dict[str, Node], key: str, value: Node) -> None:
        """The first of two equal keys stays; the second is a problem."""
        first = own.setdefault(key, value)
        if first is value or first.key_place is None or value.key_place is None:
            return
        related = (Related(first.key_place, "first given here"),)
        self._report("FA002", value.key_place, f"`{key}` is given twice", related=related)

    def _key(self, event: Event, node: Node) -> str | None:
        """A key is its text, whatever a plain word would mean as a value."""
        text = event.value if isinstance(event, yaml.ScalarEvent) else node.value
        if isinstance(text, str) and text:
            return text
        self._report("FA008", node.place, "a key must be a word or a quoted text")
        return None

    def _merge(self, node: Node) -> Mapping[str, Node]:
        sources = node.value if isinstance(node.value, list) else [node]
        merged: dict[str, Node] = {}
        for source in sources:
            if not isinstance(source.value, dict):
                self._report("FA007", source.place, "`<<` takes a map, or a list of maps")
                continue
            merged = {**source.value, **merged}
        return merged

    def _report(
        self,
        code: str,
        place: Place,
        message: str,
        hint: str | None = None,
        related: tuple[Related, ...] = (),
    ) -> None:
        path = path_text(self._path)
        self._problems.append(
            Problem(code=code, place=place, path=path, message=message, hint=hint, related=related)
        )

    def _refuse(self, event: Event, message: str) -> NoReturn:
        """Give up: what follows cannot be trusted to end."""
        place = self._marks.event(event)
        path = path_text(self._path)
        raise SpecError([Problem(code="FA007", place=place, path=path, message=message)])
