"""Show a dataset to people: pages with an address for everything that it speaks of.

The pages ask the store only what any SPARQL 1.1 store can answer, within the same limits as
everybody, so they stand as well before a store that somebody else runs.
"""

from pathlib import Path

from kg.serve.app import Pages
from kg.serve.respond import Service
from kg.website.artifacts import Artifacts, artifact_routes
from kg.website.assets import asset_routes
from kg.website.browse import browse_routes
from kg.website.compare import compare_routes
from kg.website.dataset import DatasetPages, dataset_routes
from kg.website.editor import editor_routes
from kg.website.home import home_routes
from kg.website.questions import question_routes
from kg.website.search import search_routes
from kg.website.thing import show_thing, thing_routes
from kg.website.visit import Page

__all__ = ["make_website"]


def make_website(service: Service, build: Path | None = None) -> Pages:
    """Return every page of the site, with those that a build comes with."""
    artifacts = Artifacts(service, build)
    makers = (
        *(home_routes, search_routes, browse_routes, question_routes, compare_routes),
        thing_routes,
    )
    routes = [route for make_routes in makers for route in make_routes(service)]
    routes += artifact_routes(service, artifacts)
    pages = DatasetPages(service, artifacts)
    routes += [*dataset_routes(service, pages), *editor_routes(service, pages)]
    return Pages([*routes, *asset_routes()], otherwise=Page(service, show_thing))
