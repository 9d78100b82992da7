"""An endpoint's files: its schema and its template, read and compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, get_args

import msgspec
from msgspec import Meta

from fakeai.core.value import Value
from fakeai.pipeline import variables as v
from fakeai.pipeline.headers import Headers, Leaves, compile_headers, header_leaves
from fakeai.pipeline.outcome import SegmentKind
from fakeai.spec.check import structure
from fakeai.spec.model import Section
from fakeai.template.frames import Frame, Framing, compile_frame
from fakeai.template.tree import Tree, compile_tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jsonschema_rs import Validator

    from fakeai.core.document import Node
    from fakeai.core.problem import Problem
    from fakeai.pipeline.saving import Saving


class Parameters(Section):
    """What stands in the address of a request."""

    path: Annotated[
        dict[str, Any] | None, Meta(description="Schema of the parameters of the path.")
    ] = None
    query: Annotated[
        dict[str, Any] | None, Meta(description="Schema of the fields of the query.")
    ] = None


class SchemaFile(Section):
    """A schema file: what an endpoint takes and gives, as JSON Schema 2020-12."""

    parameters: Annotated[
        Parameters | None, Meta(description="`path` and `query`: object schemas.")
    ] = None
    request: Annotated[Any, Meta(description="Of the request body.")] = None
    response: Annotated[Any, Meta(description="Of the body of a 200.")] = None
    chunk: Annotated[Any, Meta(description="Of one streamed data object.")] = None
    defs: Annotated[Any, Meta(description="Shared definitions.")] = msgspec.field(
        default=None, name="$defs"
    )


class SegmentFrames(Section, kw_only=True):
    """Frames of one kind of segment."""

    start: Annotated[Any, Meta(description="Frames before its first token.")] = None
    delta: Annotated[Any, Meta(description="Frame of each token.")]
    last: Annotated[Any, Meta(description="Frame of the last token of the choice.")] = None
    end: Annotated[Any, Meta(description="Frames after its last token.")] = None


class ChoiceFrames(Section, kw_only=True):
    """Frames of one choice."""

    start: Annotated[Any, Meta(description="Frames before its first segment.")] = None
    reasoning: Annotated[
        SegmentFrames | None, Meta(description="Reasoning; absent: it is not sent.")
    ] = None
    text: Annotated[SegmentFrames, Meta(description="Visible text.")]
    speech: Annotated[
        SegmentFrames | None, Meta(description="The sound of the text; absent: it is not sent.")
    ] = None
    tool_call: Annotated[
        SegmentFrames | None, Meta(description="The call of a tool; absent: it is not sent.")
    ] = None
    end: Annotated[Any, Meta(description="Frames after its last segment.")] = None


class StreamFrames(Section, kw_only=True):
    """Frames of a whole stream."""

    start: Annotated[Any, Meta(description="Frames once, before all choices.")] = None
    choice: Annotated[ChoiceFrames, Meta(description="Frames of each choice.")]
    end: Annotated[Any, Meta(description="Frames once, after all choices.")] = None
    done: Annotated[Any, Meta(description="The last frame.")] = None


class SaveTrees(Section, kw_only=True):
    """What is kept of an answer in the resource that the endpoint's row names."""

    when: Annotated[Any, Meta(description="Whether it is kept; absent: always.")] = None
    object: Annotated[Any, Meta(description="Tree of the object; it has an `id`.")]
    items: Annotated[Any, Meta(description="Tree of a list of what belongs to it.")] = None


class TemplateFile(Section, kw_only=True):
    """A template file: how an endpoint reads requests and shapes answers."""

    inputs: Annotated[Any, Meta(description="Request to the generator's words.")] = None
    response: Annotated[Any, Meta(description="Tree of the body of a 200.")]
    stream: Annotated[StreamFrames | None, Meta(description="Frames of a streamed answer.")] = None
    save: Annotated[SaveTrees | None, Meta(description="What is kept of an answer.")] = None
    headers: Annotated[
        Leaves | None, Meta(description="Headers of its answers, over those of the protocol.")
    ] = None


class SegmentPlan(Value):
    """Compiled frames of one kind of segment."""

    start: tuple[Frame, ...]
    delta: Frame
    last: Frame | None
    end: tuple[Frame, ...]


class StreamPlan(Value):
    """Compiled frames of a whole stream."""

    start: tuple[Frame, ...]
    choice_start: tuple[Frame, ...]
    segments: Mapping[str, SegmentPlan]
    choice_end: tuple[Frame, ...]
    end: tuple[Frame, ...]
    done: Frame | None

    @property
    def variables(self) -> frozenset[str]:
        """The variables that any of its frames reads."""
        frames = [*self.start, *self.choice_start, *self.choice_end, *self.end, self.done]
        for segment in self.segments.values():
            frames += [*segment.start, segment.delta, segment.last, *segment.end]
        return frozenset().union(*(frame.variables for frame in frames if frame is not None))


class EndpointFiles(Value):
    """What the schema and the template of one endpoint say, compiled."""

    schemas: Mapping[str, Any]
    """`path`, `query`, `request`, `response`, `chunk`, as far as given; `$defs` in each."""
    validators: Mapping[str, Validator]
    """Of each of the schemas."""
    inputs: Tree | None
    words: frozenset[str]
    """The generator's words that the `inputs` tree sets."""
    response: Tree | None
    stream: StreamPlan | None
    saving: Saving | None = None
    headers: Headers | None = None
    """Of its answers, those of the protocol included; None: no others than those."""


NO_FILES = EndpointFiles(
    schemas={}, validators={}, inputs=None, words=frozenset(), response=None, stream=None
)


def compile_template(
    node: Node, framing: Framing, problems: list[Problem]
) -> tuple[Tree | None, frozenset[str], Tree | None, StreamPlan | None]:
    """Compile a template file to its inputs tree, words, response tree and stream plan."""
    file, found = structure(node, TemplateFile)
    problems.extend(found)
    if file is None:
        return None, frozenset(), None, None
    parts = node.children
    inputs = parts.get("inputs")
    tree = compile_tree(inputs, v.INPUT_TYPES, problems, "inputs", nulls=False) if inputs else None
    response = compile_tree(parts["response"], v.ANSWER_TYPES, problems, "response")
    stream = _stream(parts["stream"], framing, problems) if file.stream else None
    return tree, frozenset(inputs.children if inputs else ()), response, stream


def own_headers(
    node: Node, declared: Mapping[str, Node], problems: list[Problem]
) -> Headers | None:
    """Compile the headers that a template lays over the protocol's; None when it has none."""
    own = header_leaves(node.children.get("headers"))
    if not own:
        return None
    return compile_headers({**declared, **own}, v.ANSWER_HEADER_TYPES, problems)


def _stream(node: Node, framing: Framing, problems: list[Problem]) -> StreamPlan | None:
    before = len(problems)
    parts = node.children
    choice = parts["choice"].children
    segments = {
        kind: _segment(choice[kind], framing, problems)
        for kind in get_args(SegmentKind)
        if kind in choice
    }
    done = parts.get("done")
    plan = StreamPlan(
        start=_frames(parts.get("start"), v.ANSWER_TYPES, framing, problems),
        choice_start=_frames(choice.get("start"), v.CHOICE_TYPES, framing, problems),
        segments={kind: plan for kind, plan in segments.items() if plan is not None},
        choice_end=_frames(choice.get("end"), v.CHOICE_TYPES, framing, problems),
        end=_frames(parts.get("end"), v.ANSWER_TYPES, framing, problems),
        done=compile_frame(done, v.ANSWER_TYPES, problems, framing) if done else None,
    )
    return plan if len(problems) == before else None


def _segment(node: Node, framing: Framing, problems: list[Problem]) -> SegmentPlan | None:
    parts = node.children
    delta = compile_frame(parts["delta"], v.TOKEN_TYPES, problems, framing)
    last = parts.get("last")
    if delta is None:
        return None
    return SegmentPlan(
        start=_frames(parts.get("start"), v.SEGMENT_TYPES, framing, problems),
        delta=delta,
        last=compile_frame(last, v.TOKEN_TYPES, problems, framing) if last else None,
        end=_frames(parts.get("end"), v.SEGMENT_TYPES, framing, problems),
    )


def _frames(
    node: Node | None, types: Mapping[str, Any], framing: Framing, problems: list[Problem]
) -> tuple[Frame, ...]:
    items = node.value if node is not None and isinstance(node.value, list) else []
    frames = [compile_frame(item, types, problems, framing) for item in items]
    return tuple(frame for frame in frames if frame is not None)
