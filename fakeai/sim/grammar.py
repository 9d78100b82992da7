"""Grammars: texts that a grammar in Lark's notation describes.

Lark itself is no help here: it writes out repeated alternatives, which grow without bound, and
reads files that a grammar imports.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from fakeai.sim.grammar_syntax import (
    GrammarError,
    InOrder,
    Literal,
    Name,
    OneOf,
    Regex,
    Repeat,
    Tree,
    parse_grammar,
)
from fakeai.sim.pattern import Pattern
from fakeai.sim.pattern_syntax import UnsupportedPatternError
from fakeai.sim.regular import BudgetSpentError

if TYPE_CHECKING:
    from random import Random

DEPTH_MAX: Final = 24
"""Rules inside of rules, from which on the shortest way to the end is taken."""
TOKENS_MAX: Final = 200
"""Tokens of a text, from which on the shortest way to the end is taken."""
STEPS_MAX: Final = 50_000
"""Parts of rules that one text is made of, those without tokens among them."""
PATTERNS_MAX: Final = 100
_MORE_MAX: Final = 2
"""Most repeats beyond those that must be."""
_START: Final = "start"
_NEVER: Final = 10**6

#: The terminals that grammars import, as expressions whose texts are readable.
_COMMON: Final = {
    "DIGIT": "[0-9]",
    "HEXDIGIT": "[0-9a-f]",
    "INT": "[1-9][0-9]?",
    "SIGNED_INT": "-?[1-9][0-9]?",
    "DECIMAL": r"[1-9]\.[0-9]",
    "FLOAT": r"[1-9]\.[0-9]",
    "SIGNED_FLOAT": r"-?[1-9]\.[0-9]",
    "NUMBER": r"[1-9][0-9]?(\.[0-9])?",
    "SIGNED_NUMBER": r"-?[1-9][0-9]?(\.[0-9])?",
    "ESCAPED_STRING": '"[a-z]{3,8}"',
    "LCASE_LETTER": "[a-z]",
    "UCASE_LETTER": "[A-Z]",
    "LETTER": "[A-Za-z]",
    "WORD": "[a-z]{3,8}",
    "CNAME": "[a-z]{3,8}",
    "WS": " ",
    "WS_INLINE": " ",
    "NEWLINE": "\n",
    "LF": "\n",
    "CR": "\r",
}


class GrammarText:
    """Makes texts of one grammar."""

    def __init__(self, definition: str) -> None:
        """Raise GrammarError for what cannot be read or has no text."""
        grammar = parse_grammar(definition)
        self._rules = grammar.rules
        for name, origin in grammar.imported.items():
            if origin not in _COMMON:
                raise GrammarError(f"'common.{origin}' is not known")
            self._rules.setdefault(name, Regex(_COMMON[origin]))
        if _START not in self._rules:
            raise GrammarError(f"there is no rule '{_START}'")
        self._patterns: dict[str, Pattern] = {}
        for tree in self._rules.values():
            self._compile(tree)
        self._depths = self._fewest_levels()
        if self._depths[_START] >= _NEVER:
            raise GrammarError(f"the rule '{_START}' never comes to an end")
        self._between = " " if any(self._may_be_blank(tree) for tree in grammar.ignored) else ""

    def text(self, rng: Random) -> str:
        """Return a text; raise GrammarError when even the shortest one found is too long."""
        writer = _Writer(self._rules, self._patterns, self._depths, rng)
        try:
            writer.write(self._rules[_START], 0)
        except RecursionError:
            raise GrammarError("its rules are nested too deeply") from None
        return self._between.join(writer.tokens)

    def _compile(self, tree: Tree) -> None:
        """Compile all expressions, and see that all names are defined."""
        if isinstance(tree, Name) and tree.name not in self._rules:
            raise GrammarError(f"'{tree.name}' is not defined")
        if isinstance(tree, Regex):
            if len(self._patterns) >= PATTERNS_MAX:
                raise GrammarError(f"it has more than {PATTERNS_MAX} expressions")
            self._patterns[tree.pattern] = _pattern(tree.pattern)
        for part in _parts(tree):
            self._compile(part)

    def _fewest_levels(self) -> dict[str, int]:
        """Return how many rules deep each rule is at least."""
        depths = dict.fromkeys(self._rules, _NEVER)
        waiting, depth = dict(self._rules), 0
        while True:
            depth += 1
            ending = [name for name, tree in waiting.items() if levels(tree, depths) < _NEVER]
            if not ending:
                return depths
            for name in ending:
                depths[name] = depth
                del waiting[name]

    def _may_be_blank(self, tree: Tree) -> bool:
        """Tell whether what is ignored between tokens can be a blank."""
        if isinstance(tree, Name):
            return tree.name in self._rules and self._may_be_blank(self._rules[tree.name])
        if isinstance(tree, Regex):
            return re.fullmatch(tree.pattern, " ") is not None
        if isinstance(tree, Literal):
            return tree.text == " "
        return any(self._may_be_blank(part) for part in _parts(tree))


class _Writer:
    """Writes one text, token by token."""

    def __init__(
        self,
        rules: dict[str, Tree],
        patterns: dict[str, Pattern],
        depths: dict[str, int],
        rng: Random,
    ) -> None:
        self.tokens: list[str] = []
        self._rules = rules
        self._patterns = patterns
        self._depths = depths
        self._rng = rng
        self._steps = 0

    def write(self, tree: Tree, depth: int) -> None:
        """Add the tokens of a tree; a terminal is one token."""
        self._steps += 1
        if self._steps > STEPS_MAX:
            raise GrammarError(f"its texts are made of more than {STEPS_MAX} parts")
        if isinstance(tree, Name):
            self._named(tree, depth)
        elif isinstance(tree, InOrder):
            for item in tree.items:
                self.write(item, depth)
        elif isinstance(tree, OneOf):
            self.write(self._chosen(tree, depth), depth)
        elif isinstance(tree, Repeat):
            for _ in range(self._times(tree, depth)):
                self.write(tree.item, depth)
        else:
            token = tree.text if isinstance(tree, Literal) else self._matching(tree.pattern)
            self.tokens += [token] if token else []

    def _named(self, tree: Name, depth: int) -> None:
        before = len(self.tokens)
        self.write(self._rules[tree.name], depth + 1)
        if tree.name.isupper():
            self.tokens[before:] = ["".join(self.tokens[before:])]

    def _matching(self, pattern: str) -> str:
        return self._patterns[pattern].text(self._rng) or ""

    def _is_late(self, depth: int) -> bool:
        return depth > DEPTH_MAX or len(self.tokens) > TOKENS_MAX

    def _chosen(self, tree: OneOf, depth: int) -> Tree:
        """Return an option; when it is late, the one that ends soonest."""
        ending = [option for option in tree.options if levels(option, self._depths) < _NEVER]
        if self._is_late(depth):
            return min(ending, key=lambda option: levels(option, self._depths))
        return self._rng.choice(ending)

    def _times(self, tree: Repeat, depth: int) -> int:
        """Return how often to repeat, no more than must be when it is late."""
        if self._is_late(depth) or levels(tree.item, self._depths) >= _NEVER:
            return tree.low
        high = tree.low + _MORE_MAX if tree.high is None else tree.high
        return self._rng.randint(tree.low, min(high, tree.low + _MORE_MAX))


def levels(tree: Tree, depths: dict[str, int]) -> int:
    """Return how many rules deep a tree is at least, as far as its rules are known."""
    if isinstance(tree, Name):
        return depths[tree.name]
    if isinstance(tree, OneOf):
        return min(levels(option, depths) for option in tree.options)
    if isinstance(tree, InOrder):
        return max((levels(item, depths) for item in tree.items), default=0)
    if isinstance(tree, Repeat):
        return levels(tree.item, depths) if tree.low else 0
    return 0


def _parts(tree: Tree) -> tuple[Tree, ...]:
    if isinstance(tree, InOrder):
        return tree.items
    if isinstance(tree, OneOf):
        return tree.options
    return (tree.item,) if isinstance(tree, Repeat) else ()


def _pattern(pattern: str) -> Pattern:
    try:
        re.compile(pattern)
        made = Pattern([f"^(?:{pattern})$"])
    except (re.error, UnsupportedPatternError, BudgetSpentError, RecursionError) as error:
        raise GrammarError(f"/{pattern[:60]}/ cannot be kept to: {error}") from None
    if made.shortest is None:
        raise GrammarError(f"nothing matches /{pattern[:60]}/")
    return made
