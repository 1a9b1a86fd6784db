"""Find with SPARQL every node at which a shape may find a fault, for pySHACL to judge."""

from kg.screens.screen import Flagged, Screen, compile_screens, flag_nodes

__all__ = ["Flagged", "Screen", "compile_screens", "flag_nodes"]
