"""Gather what the reference is made from; slow, as it builds the seeds and asks every question."""

from pathlib import Path

import kg
from reference_pages.answers import ask_questions
from reference_pages.commands import read_commands
from reference_pages.constraints import read_constraints
from reference_pages.examples import Examples
from reference_pages.model import read_model
from reference_pages.site import Site


def read_site(seeds: Path) -> Site:
    """Return the site of the package as it is, with examples from a folder of descriptions."""
    graph = kg.build(seeds)
    return Site(
        model=read_model(),
        constraints=read_constraints(),
        answers=ask_questions(graph),
        commands=read_commands(),
        examples=Examples(graph.dataset),
    )
