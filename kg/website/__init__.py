"""Show a dataset to people: pages with an address for everything that it speaks of.

The pages ask the store only what any SPARQL 1.1 store can answer, within the same limits as
everybody, so they stand as well before a store that somebody else runs.
"""

from starlette.routing import BaseRoute

from kg.serve.respond import Service
from kg.website.assets import asset_routes
from kg.website.home import home_routes
from kg.website.thing import thing_routes

__all__ = ["website_routes"]


def website_routes(service: Service) -> list[BaseRoute]:
    """Return every page of the site."""
    return [*home_routes(service), *thing_routes(service), *asset_routes()]
