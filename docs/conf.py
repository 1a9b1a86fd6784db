"""How Sphinx builds the documentation site: `make docs`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import kg

project = "accountable-care-kg"
version = release = kg.__version__
html_title = "Accountable care knowledge graph"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "reference_pages"]
root_doc = "index"
exclude_patterns = ["_build", "reference/fragments", "reference_pages"]
nitpicky = True
smartquotes = False  # quotations are shown as their documents have them

myst_enable_extensions = ["attrs_block", "attrs_inline", "colon_fence", "fieldlist"]
myst_heading_anchors = 3

default_role = "literal"  # docstrings mark code as Markdown does
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
nitpick_ignore_regex = [
    # Types of other libraries, whose documentation lies on the network, and types that are not
    # public: signatures name them, and no page tells of them.
    ("py:.*", r"(nx|pathlib|pd|rdflib|collections\.abc|kg\.\w+)\..*"),
    ("py:.*", r"Axes|Path|Refusal|Store|ValidationReport|Value|date"),
]

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_show_search_summary = False  # it would fetch pages, which a browser refuses from disk
