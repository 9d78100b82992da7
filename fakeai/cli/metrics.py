"""metrics: the reference page of everything that is counted."""

from __future__ import annotations

import click
from msgspec import structs

from fakeai.cli.command import Command
from fakeai.engine.metering import OWN, compile_meter
from fakeai.engine.reference import metrics_page
from fakeai.engine.table import STAGES, sections
from fakeai.spec.files import builtin_folder
from fakeai.spec.load import load
from fakeai.stages.metrics import Config


@click.command("metrics", cls=Command)
def command() -> None:
    """Print what the server can count, and under which names, in Markdown."""
    click.echo(page_text(), nl=False)


def page_text() -> str:
    """Return the page as it stands in `docs/metrics.md`, with every dialect that there is."""
    loaded = load(None, sections=sections(), environ={})
    shipped = (builtin_folder() / "templates" / "metrics").glob("*.yaml")
    config = Config(dialects=(OWN, *sorted(path.stem for path in shipped)))
    spec = structs.replace(loaded.spec, metrics=config)
    _, faces = compile_meter(structs.replace(loaded, spec=spec), STAGES, [])
    others = [face for face in faces if not face.name.startswith(f"{OWN}_")]
    return metrics_page(STAGES.values(), others)
