"""Grammar syntax: what Lark's notation of a grammar says, as a tree."""

from __future__ import annotations

import re
from ast import literal_eval
from typing import Final, TypeAlias

from fakeai.core.value import Record, Value

GRAMMAR_CHARACTERS_MAX: Final = 10_000
NESTING_MAX: Final = 32
REPEATS_MAX: Final = 1_000
RULES_MAX: Final = 200

_TOKEN: Final = re.compile(
    r"""(?P<space>[ \t\r]+|//[^\n]*|\n\s*(?:(?://[^\n]*)?\s*\n\s*)*(?=\|))
    |(?P<line>\n)
    |(?P<text>"(?:\\.|[^"\\\n])*"i?)
    |(?P<regex>/(?!/)(?:\\.|[^/\\\n])+/[imsu]*)
    |(?P<command>%[a-z]+)
    |(?P<name>[!?]{0,2}[A-Za-z_]\w*(?:\.-?\d+(?=\s*:))?)
    |(?P<number>\d+)
    |(?P<sign>->|\.\.|[:|()\[\]*+?~,.])""",
    re.VERBOSE,
)


class GrammarError(ValueError):
    """A grammar cannot be read, or no text can be made by it."""


class Literal(Value):
    """A text that stands for itself."""

    text: str


class Regex(Value):
    """A regular expression."""

    pattern: str


class Name(Value):
    """A rule or a terminal that is defined elsewhere."""

    name: str


class InOrder(Value):
    """Items one after the other."""

    items: tuple[Tree, ...]


class OneOf(Value):
    """One of several."""

    options: tuple[Tree, ...]


class Repeat(Value):
    """An item so many times; without `high`, any number from `low` on."""

    item: Tree
    low: int
    high: int | None


Tree: TypeAlias = Literal | Regex | Name | InOrder | OneOf | Repeat


class Grammar(Record):
    """The definitions of a grammar, and what may stand between any two tokens."""

    rules: dict[str, Tree] = {}
    imported: dict[str, str] = {}
    """Name to the name that it has in the library of terminals."""
    ignored: list[Tree] = []


def parse_grammar(text: str) -> Grammar:
    """Return what a grammar says; templates and other commands than two are not understood."""
    if len(text) > GRAMMAR_CHARACTERS_MAX:
        raise GrammarError(f"it is longer than {GRAMMAR_CHARACTERS_MAX} characters")
    parser = _Parser(_tokens(text))
    while parser.kind:
        if parser.kind == "line":
            parser.take()
        else:
            parser.statement()
    return parser.grammar


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, place = [], 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            line = text.count("\n", 0, place) + 1
            raise GrammarError(f"line {line} cannot be read from '{text[place : place + 20]}' on")
        if match.lastgroup != "space":
            tokens.append((match.lastgroup or "", match.group()))
        place = match.end()
    return tokens


class _Parser:
    """Reads tokens one by one."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.grammar = Grammar()
        self._tokens = [*tokens, ("", "")]
        self._place = 0
        self._depth = 0

    @property
    def kind(self) -> str:
        """The kind of the next token; empty at the end."""
        return self._tokens[self._place][0]

    @property
    def _text(self) -> str:
        return self._tokens[self._place][1]

    def take(self, *texts: str) -> str:
        """Take the next token, which must be one of these when there are any."""
        text = self._text
        if not self.kind:
            raise GrammarError("it ends too early")
        if texts and text not in texts:
            found = text.strip() or "the end of a line"
            raise GrammarError(f"'{texts[0]}' is expected, but there is '{found}'")
        self._place += 1
        return text

    def statement(self) -> None:
        """Read a definition or a command."""
        if self.kind == "command":
            self._command()
            return
        if self.kind != "name":
            raise GrammarError(f"a definition cannot begin with '{self._text}'")
        name = self.take().lstrip("!?").partition(".")[0]
        self.take(":")
        self.grammar.rules[name] = self._either()
        if len(self.grammar.rules) > RULES_MAX:
            raise GrammarError(f"it has more than {RULES_MAX} rules")
        if self.kind not in {"line", ""}:
            raise GrammarError(f"'{self._text}' is not expected in the definition of '{name}'")

    def _command(self) -> None:
        command = self.take()
        if command == "%ignore":
            self.grammar.ignored.append(self._either())
        elif command == "%import":
            self._import()
        else:
            raise GrammarError(f"'{command}' is not supported")

    def _import(self) -> None:
        library = self.take()
        if library != "common":
            raise GrammarError(f"only 'common' can be imported from, not '{library}'")
        if self._text == "(":
            names = self._listed()
            self.grammar.imported.update({name: name for name in names})
            return
        self.take(".")
        name = alias = self.take()
        if self._text == "->":
            self.take()
            alias = self.take()
        self.grammar.imported[alias] = name

    def _listed(self) -> list[str]:
        self.take("(")
        names = [self.take()]
        while self._text == ",":
            self.take()
            names.append(self.take())
        self.take(")")
        return names

    def _either(self) -> Tree:
        self._depth += 1
        if self._depth > NESTING_MAX:
            raise GrammarError(f"it is nested deeper than {NESTING_MAX} levels")
        options = [self._sequence()]
        while self._text == "|":
            self.take()
            options.append(self._sequence())
        self._depth -= 1
        return options[0] if len(options) == 1 else OneOf(tuple(options))

    def _sequence(self) -> Tree:
        items: list[Tree] = []
        while self.kind in {"text", "regex", "name"} or self._text in {"(", "["}:
            items.append(self._repeated(self._item()))
        if self._text == "->":
            self.take()
            self.take()
        return items[0] if len(items) == 1 else InOrder(tuple(items))

    def _item(self) -> Tree:
        kind, text = self.kind, self.take()
        if kind == "name":
            return Name(text)
        if kind == "regex":
            return Regex(text[1 : text.rindex("/")].replace("\\/", "/"))
        if kind == "text":
            return self._literal(text)
        inner = self._either()
        self.take(")" if text == "(" else "]")
        return inner if text == "(" else Repeat(inner, 0, 1)

    def _literal(self, text: str) -> Tree:
        if self._text != "..":
            return Literal(_unquoted(text))
        self.take()
        first, last = _unquoted(text), _unquoted(self.take())
        if len(first) != 1 or len(last) != 1 or first > last:
            raise GrammarError(f"'{first}'..'{last}' is no range of characters")
        return Regex(f"[{re.escape(first)}-{re.escape(last)}]")

    def _repeated(self, item: Tree) -> Tree:
        bounds = {"?": (0, 1), "*": (0, None), "+": (1, None)}.get(self._text)
        if bounds is not None:
            self.take()
            return Repeat(item, *bounds)
        if self._text != "~":
            return item
        self.take()
        low = high = self._count()
        if self._text == "..":
            self.take()
            high = self._count()
        if low > high:
            raise GrammarError(f"'~{low}..{high}' repeats less than it must")
        return Repeat(item, low, high)

    def _count(self) -> int:
        text = self.take()
        if not text.isdecimal() or len(text) > 4 or int(text) > REPEATS_MAX:
            raise GrammarError(f"'{text}' is no number of repeats up to {REPEATS_MAX}")
        return int(text)


def _unquoted(text: str) -> str:
    try:
        return str(literal_eval(text.removesuffix("i")))
    except (SyntaxError, ValueError):
        raise GrammarError(f"{text[:40]} is not a text") from None
