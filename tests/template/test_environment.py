"""The environment: what is in reach of an expression, and what is not."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from fakeai.template.environment import TemplateEnvironment

ENVIRONMENT = TemplateEnvironment()


@pytest.mark.parametrize(
    ("expression", "expected"),
    [("x.a", "1"), ("x['a']", "1"), ("x.keys", ""), ("x.l[1]", "3"), ("x.l[9]", "")],
)
def test_texts_get_what_leaves_get(expression: str, expected: str) -> None:
    """Keys and items that exist; all else is null."""
    template = ENVIRONMENT.from_string(f"{{{{ {expression} }}}}")

    assert expected == template.render(x={"a": 1, "l": [2, 3]})


def test_there_are_no_globals() -> None:
    """Nothing is callable that the scope did not bring."""
    assert {} == ENVIRONMENT.globals


@pytest.mark.parametrize(
    "expression",
    ["'ab' * 9", "x * 9", "[1] * 9", "'%9d' % 1", "2 ** 2", "x ** 2"],
)
def test_operators_that_could_fill_the_memory_are_refused(expression: str) -> None:
    """Only numbers are multiplied; powers are not taken."""
    with pytest.raises(TypeError, match=r"takes two numbers|is not available"):
        ENVIRONMENT.from_string(f"{{{{ {expression} }}}}").render(x="text")


@pytest.mark.parametrize(
    ("expression", "expected"), [("6 * 7", "42"), ("7 % 4", "3"), ("1.5 * 2", "3.0")]
)
def test_numbers_can_be_computed(expression: str, expected: str) -> None:
    """As anywhere."""
    assert expected == ENVIRONMENT.from_string(f"{{{{ {expression} }}}}").render()


def test_a_variable_that_was_not_given_is_an_error_at_once() -> None:
    """It must not travel into a body."""
    with pytest.raises(UndefinedError, match="`x` was not given"):
        ENVIRONMENT.from_string("{% set y = x %}").render()


def test_defined_means_not_null() -> None:
    """What is absent is null, so the two are one."""
    template = ENVIRONMENT.from_string("{{ x.a is defined }} {{ x.b is defined }}")

    assert "true false" == template.render(x={"a": 1})
