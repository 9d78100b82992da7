"""Leaves: the expressions in one string, parsed by Jinja's own parser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from jinja2 import TemplateSyntaxError, nodes
from jinja2.lexer import TokenStream
from jinja2.parser import Parser

from fakeai.core.known import Known
from fakeai.template.environment import TemplateEnvironment
from fakeai.template.filters import TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fakeai.template.report import Report

ENVIRONMENT: Final = TemplateEnvironment()

#: Parsed texts: the same few stand in many leaves. Whole trees are remembered longer.
_KNOWN: Final[Known[nodes.Template]] = Known(128)

_STATEMENTS: Final = frozenset({"block_begin", "comment_begin", "raw_begin"})
_MARKUP: Final = ("{{", "{%", "{#")
_PLAIN_WORDS: Final = {
    "'end of print statement'": "`}}`",
    "end of print statement": "`}}`",
    "'end of template'": "end",
    "end of template": "end",
}
_BEFORE_NAME: Final = re.compile(r"(?:\.|is(?:\s+not)?)\s*")
#: A name and its attributes, as most leaves have them; words of the language are no names.
_DOTTED: Final = re.compile(
    r"\{\{ *((?!(?:and|else|false|if|in|is|none|not|or|true)\b)[a-z]\w*(?:\.[a-z]\w*)*) *\}\}",
    re.ASCII,
)
#: Only these need settling.
_UNSETTLED: Final = re.compile(r"\bif\b|~")
_OFFSET: Final = re.compile(r" at \d+$")


class _StatementError(TemplateSyntaxError):
    """A statement or a comment, where only expressions may stand."""


def is_plain(text: str) -> bool:
    """Say whether a string holds no Jinja at all."""
    return not any(mark in text for mark in _MARKUP)


def parse_leaf(text: str, report: Report) -> list[str | nodes.Expr]:
    """Return the texts and expressions of a leaf in order; none when it cannot be read."""
    template = _KNOWN.get((text, None), lambda: _dotted(text) or _parse(text, None, report))
    if template is None:
        return []
    return [
        part.data if isinstance(part, nodes.TemplateData) else part
        for output in template.find_all(nodes.Output)
        for part in output.nodes
    ]


def parse_expression(text: str, report: Report) -> nodes.Expr | None:
    """Return a bare expression, as `$for` and `$if` hold."""
    template = _KNOWN.get((text, "variable"), lambda: _parse(text, "variable", report))
    if template is None:
        return None
    return template.find(nodes.Output).nodes[0]  # type: ignore[union-attr]


def settle(template: nodes.Template) -> None:
    """Make null what Jinja would leave undefined, and join texts as a leaf does."""
    for choice in template.find_all(nodes.CondExpr):
        if choice.expr2 is None:
            choice.expr2 = nodes.Const(None)
    for concat in template.find_all(nodes.Concat):
        concat.nodes = [as_text_node(part) for part in concat.nodes]


def as_text_node(expression: nodes.Expr) -> nodes.Expr:
    """Return the expression as it reads inside a text."""
    if isinstance(expression, nodes.Const) and isinstance(expression.value, str):
        return expression
    return nodes.Filter(expression, TEXT, [], [], None, None)


def _dotted(text: str) -> nodes.Template | None:
    """Return what the parser makes of a text that asks for names and their attributes only.

    None leaves the text to the parser, which takes ten times as long.
    """
    if "{{{" in text or "\r" in text or not is_plain(_DOTTED.sub("", text)):
        return None
    parts: list[nodes.Expr] = []
    end = 0
    for match in _DOTTED.finditer(text):
        parts += [nodes.TemplateData(text[end : match.start()])] if match.start() > end else []
        parts.append(_attribute(match))
        end = match.end()
    parts += [nodes.TemplateData(text[end:])] if end < len(text) else []
    return nodes.Template([nodes.Output(parts)])


def _attribute(match: re.Match[str]) -> nodes.Expr:
    """Return the expression of `a.b.c`; each node knows where its own name stands."""
    name, *rest = match[1].split(".")
    mark = match.start(1)
    node: nodes.Expr = nodes.Name(name, "load", lineno=mark)
    for attribute in rest:
        mark += len(name) + 1
        node = nodes.Getattr(node, attribute, "load", lineno=mark)
        name = attribute
    return node


def _parse(text: str, state: str | None, report: Report) -> nodes.Template | None:
    parser = Parser(ENVIRONMENT, "")
    try:
        parser.stream = TokenStream(ENVIRONMENT.lexer.wrap(_tokens(text, state)), None, None)
        if state is None:
            body = parser.subparse()
        else:
            body = [nodes.Output([parser.parse_expression()])]
            if not parser.stream.eos:
                parser.fail(f"unexpected {parser.stream.current.value!r} after the expression")
    except _StatementError as error:
        report.add("FA044", str(error.message), error.lineno)
    except TemplateSyntaxError as error:
        report.add("FA040", _wording(error), error.lineno)
    except (ValueError, RecursionError) as error:
        report.add("FA040", f"the expression cannot be read: {error}", 0)
    else:
        template = nodes.Template(body)
        if _UNSETTLED.search(text):
            settle(template)
        return template
    return None


def _tokens(text: str, state: str | None) -> Iterator[tuple[int, str, str]]:
    """Yield the lexer's tokens, numbered by character instead of line.

    Every node and every error then knows its column; that of an attribute or a test is its name's.
    """
    for start, kind, value in _lexed(text, state):
        if kind in _STATEMENTS:
            raise _StatementError("a leaf holds expressions only, `{{ … }}`", start)
        named = _BEFORE_NAME.match(text, start) if value in {".", "is"} else None
        yield named.end() if named else start, kind, value


def _lexed(text: str, state: str | None) -> Iterator[tuple[int, str, str]]:
    position = 0
    try:
        for _, kind, value in ENVIRONMENT.lexer.tokeniter(text, None, None, state):
            start = max(position, text.find(value, position))
            position = start + len(value)
            yield start, kind, value
    except TemplateSyntaxError as error:
        raise TemplateSyntaxError(error.message or "", position) from None


def _wording(error: TemplateSyntaxError) -> str:
    message = _OFFSET.sub("", error.message or "").rstrip(".")
    for jinja, plain in _PLAIN_WORDS.items():
        message = message.replace(jinja, plain)
    return message
