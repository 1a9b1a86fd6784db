"""Hold everything that the reference is made from, and answer what its pages ask of it."""

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from markupsafe import Markup

from kg.sparql import shorten
from kg.terms import ACP, RDF, RDFS, SKOS, XSD, prefixes
from reference_pages.answers import Answer
from reference_pages.commands import Command
from reference_pages.constraints import Constraint
from reference_pages.examples import Example, Examples
from reference_pages.markdown import code, escape, link
from reference_pages.model import Concept, Model, Scheme, Term

KNOWN_PREFIXES: Final = {
    **prefixes(),
    "sh": "http://www.w3.org/ns/shacl#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vann": "http://purl.org/vocab/vann/",
    "vs": "http://www.w3.org/2003/06/sw-vocab-status/ns#",
}


_EVERYWHERE: Final = frozenset({RDFS.label.value, RDF.type.value})


@dataclass(frozen=True)
class Site:
    """The model, what constrains it, what asks for it, and what the seeds hold of it."""

    model: Model
    constraints: tuple[Constraint, ...]
    answers: tuple[Answer, ...]
    commands: tuple[Command, ...]
    examples: Examples

    @cached_property
    def pages(self) -> dict[str, str]:
        """Where each IRI is told of: a page of the site, for a concept with its place on it."""
        terms = {
            term.iri: f"reference/{'class' if term.is_class else 'property'}/{term.name}"
            for term in self.model.terms
        }
        schemes = {one.iri: f"reference/scheme/{one.name}" for one in self.model.schemes}
        concepts = {
            concept.iri: f"{schemes[scheme.iri]}#{anchor(concept.iri)}"
            for scheme in self.model.schemes
            for concept in scheme.concepts
        }
        constraints = {one.iri: f"reference/shapes#{anchor(one.iri)}" for one in self.constraints}
        return terms | schemes | concepts | constraints

    @property
    def prefixes(self) -> dict[str, str]:
        """The prefixes that questions may use without saying so."""
        return prefixes()

    @cached_property
    def concepts(self) -> tuple[Concept, ...]:
        """The concepts of every scheme."""
        return tuple(concept for scheme in self.model.schemes for concept in scheme.concepts)

    @cached_property
    def by_iri(self) -> dict[str, Term]:
        """The classes and properties."""
        return {term.iri: term for term in self.model.terms}

    def hue(self, term: Term) -> int:
        """Return the number of a term's group, which the style sheet gives a color to."""
        return self.model.groups.index(term.group)

    def see(self, iri: str) -> Markup:
        """Return a link to what an IRI means: a page of ours, or its place on the web."""
        if iri in self.pages:
            is_concept = iri in self.model.labels and iri not in self.by_iri
            return self.link(self.model.labels[iri] if is_concept else curie(iri), iri)
        return link(curie(iri), iri) if iri.startswith(("http://", "https://")) else code(iri)

    def link(self, text: str, iri: str) -> Markup:
        """Return a link with a text of its own to where an IRI of ours is told of."""
        return link(text, target_of(self.pages[iri]))

    def see_all(self, iris: Iterable[str]) -> Markup:
        """Return links in one line."""
        return Markup(", ").join(map(self.see, dict.fromkeys(iris)))

    def elsewhere(self, target: str) -> Markup:
        """Return a link to a term of another vocabulary, or a code of a system as it is."""
        return code(target) if "|" in target else self.see(target)

    def example(self, term: Term) -> Example | None:
        """Return what the seeds' graph holds of a class or property."""
        find = self.examples.of_class if term.is_class else self.examples.of_property
        return find(term.iri)

    def uses(self, iri: str) -> int:
        """Return how often a class, property or concept is used in the seeds' graph."""
        return self.examples.uses.get(iri, 0)

    def ancestors(self, term: Term) -> Iterator[Term]:
        """Yield the classes of ours above a class, nearest first."""
        for iri in term.parents:
            if iri in self.by_iri:
                yield self.by_iri[iri]
                yield from self.ancestors(self.by_iri[iri])

    def subjects_of(self, term: Term) -> list[Term]:
        """Return the classes that a property is for: its domain, or where the shapes look at it."""
        targets = {
            iri for found in self.constraints if found.path == term.iri for iri in found.targets
        }
        return [one for one in self.model.classes if one.iri in (term.domains or targets)]

    def borrowed_by(self, term: Term) -> dict[str, tuple[str, ...]]:
        """Return the properties of other vocabularies that the shapes ask of a class, with values.

        Values are classes and datatypes; labels and types are left out, as everything has them.
        """
        found: dict[str, tuple[str, ...]] = {}
        for one in self.constraints:
            is_foreign = one.path and one.path not in self.by_iri and one.path not in _EVERYWHERE
            if one.path and is_foreign and term.iri in one.targets:
                found[one.path] = found.get(one.path, ()) + one.values
        return found

    def properties_of(self, term: Term) -> list[Term]:
        """Return the properties that things of a class have by themselves or by a parent."""
        kinds = {term, *self.ancestors(term)}
        return [one for one in self.model.properties if not kinds.isdisjoint(self.subjects_of(one))]

    def properties_to(self, term: Term) -> list[Term]:
        """Return the properties whose values are things of a class."""
        kinds = {term.iri, *(above.iri for above in self.ancestors(term))}
        return [one for one in self.model.properties if not kinds.isdisjoint(one.ranges)]

    def schemes_of(self, term: Term) -> list[Scheme]:
        """Return the schemes that the values of a property must come from, as the shapes say."""
        about = [found for found in self.constraints if found.path == term.iri]
        named = {iri for found in about if found.query is None for iri in found.terms}
        return [scheme for scheme in self.model.schemes if scheme.iri in named]

    def scheme(self, name: str) -> Scheme:
        """Return a scheme by the end of its IRI, as questions name it."""
        return next(one for one in self.model.schemes if one.name == name)

    def properties_with(self, scheme: Scheme) -> list[Term]:
        """Return the properties whose values come from a scheme."""
        return [one for one in self.model.properties if scheme in self.schemes_of(one)]

    def values(self, term: Term) -> Markup:
        """Return links to what the values of a property are."""
        schemes = [scheme.iri for scheme in self.schemes_of(term)]
        ranges = [iri for iri in term.ranges if iri != SKOS.Concept.value]
        return self.see_all(schemes or ranges or self.demanded(term)) or escape("any")

    def demanded(self, term: Term) -> list[str]:
        """Return the classes and datatypes that the shapes name for the values of a property."""
        about = [found for found in self.constraints if found.path == term.iri]
        named = {iri for found in about for iri in found.terms - {*found.targets}}
        classes = {one.iri for one in self.model.classes}
        return sorted(iri for iri in named if iri in classes or iri.startswith(XSD.iri))

    def apart(self, term: Term) -> Markup:
        """Return links to the classes that a class shares no thing with, in few words."""
        above = {*self.ancestors(term)}
        others = [one for one in self.model.classes if one not in above | {term}]
        apart = [one.iri for one in others if self._are_apart(term, one)]
        mixed = [one.iri for one in others if one.iri not in apart]
        if not mixed:
            return escape("every other class")
        if len(mixed) < len(apart):
            return Markup("every other class but {}").format(self.see_all(mixed))
        return self.see_all(apart)

    def _are_apart(self, one: Term, other: Term) -> bool:
        """Say whether two classes, or any above them, are declared disjoint."""
        kinds = {other.iri, *(above.iri for above in self.ancestors(other))}
        lines = (one, *self.ancestors(one))
        return any(not kinds.isdisjoint(term.disjoint) for term in lines)

    def constraints_of(self, term: Term) -> list[Constraint]:
        """Return what the shapes demand of things of a class, or of the values of a property."""
        if not term.is_class:
            return [found for found in self.constraints if term.iri in found.terms]
        kinds = {term.iri, *(above.iri for above in self.ancestors(term))}
        return [found for found in self.constraints if not kinds.isdisjoint(found.targets)]

    def constraints_on(self, scheme: Scheme) -> list[Constraint]:
        """Return what the shapes demand of a scheme or one of its concepts."""
        iris = {scheme.iri, *(concept.iri for concept in scheme.concepts)}
        return [found for found in self.constraints if not iris.isdisjoint(found.terms)]

    def answers_with(self, term: Term) -> list[Answer]:
        """Return the questions whose SPARQL speaks of a property, or a class or one of its own."""
        own = {one.iri for one in self.model.properties if term in self.subjects_of(one)}
        return [one for one in self.answers if not one.terms.isdisjoint({term.iri, *own})]

    def answers_on(self, scheme: Scheme) -> list[Answer]:
        """Return the questions whose SPARQL speaks of a scheme or one of its concepts."""
        iris = {scheme.iri, *(concept.iri for concept in scheme.concepts)}
        return [answer for answer in self.answers if not iris.isdisjoint(answer.terms)]

    def foreign_terms(self) -> dict[str, list[Term]]:
        """Return the terms of other vocabularies that ours hang on, with those that do."""
        found: dict[str, list[Term]] = {}
        for term in self.model.terms:
            for iri in (*term.parents, *term.domains, *term.ranges):
                if not iri.startswith(ACP.iri):
                    found.setdefault(iri, []).append(term)
        return dict(sorted(found.items()))


def target_of(page: str) -> str:
    """Return what a Markdown link to a page, or a place on one, leads to.

    >>> target_of("reference/class/Payer"), target_of("reference/scheme/aim#acpv-aim-quality")
    ('/reference/class/Payer.md', '#acpv-aim-quality')
    """
    name, _, place = page.partition("#")
    return f"#{place}" if place else f"/{name}.md"


def address(page: str, start: str) -> str:
    """Return what a link in HTML from one page to another, or a place on it, leads to.

    >>> address("reference/scheme/aim#acpv-aim-quality", "reference/classes")
    'scheme/aim.html#acpv-aim-quality'
    """
    name, _, place = page.partition("#")
    path = posixpath.relpath(f"{name}.html", posixpath.dirname(start) or ".")
    return f"{path}#{place}" if place else path


def curie(iri: str) -> str:
    """Return an IRI as Turtle and the questions write it.

    >>> curie("https://w3id.org/acp/ontology#Payer"), curie("http://www.w3.org/ns/shacl#class")
    ('acp:Payer', 'sh:class')
    """
    return shorten(iri, KNOWN_PREFIXES).removeprefix("<").removesuffix(">")


def anchor(iri: str) -> str:
    """Return the name of the place where a concept or a constraint is told of.

    >>> anchor("https://w3id.org/acp/vocab/condition_heart-disease")
    'acpv-condition-heart-disease'
    """
    return curie(iri).replace(":", "-").replace("_", "-").lower()
