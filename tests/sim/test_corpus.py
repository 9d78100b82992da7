"""The built-in corpus reads well and needs nothing installed."""

from __future__ import annotations

import subprocess
import sys

from fakeai.sim.corpus import BUILTIN, Texts


def test_builtin_sentences_are_whole_and_distinct() -> None:
    """Each begins with a capital and ends with a full stop."""
    sentences = BUILTIN.texts[0].sentences

    assert len(sentences) == len(set(sentences))
    assert all(text[0].isupper() and text.endswith(".") for text in sentences)


def test_the_language_is_the_first_part_of_the_locale() -> None:
    """`fr_FR` is French."""
    assert "fr" == Texts(locale="fr_FR", sentences=(), words=()).language


def test_the_builtin_corpus_does_not_load_faker() -> None:
    """Checking a spec must stay quick: only a starting server pays for Faker."""
    program = "import sys, fakeai.sim.prose, fakeai.sim.corpus; sys.exit('faker' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], check=False)  # noqa: S603 - own program

    assert 0 == done.returncode
