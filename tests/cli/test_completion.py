"""completion: a script for each shell."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from fakeai.cli.main import cli


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_script(shell: str) -> None:
    """The script asks the program itself what fits."""
    result = CliRunner().invoke(cli, ["completion", shell])

    assert 0 == result.exit_code
    assert f"_FAKEAI_COMPLETE={shell}_complete" in result.output


def test_commands_are_completed() -> None:
    """What the script asks is answered."""
    environment = {
        "_FAKEAI_COMPLETE": "bash_complete",
        "COMP_WORDS": "fakeai va",
        "COMP_CWORD": "1",
    }
    result = CliRunner().invoke(cli, [], env=environment, prog_name="fakeai")

    assert "plain,validate-config\n" == result.output
