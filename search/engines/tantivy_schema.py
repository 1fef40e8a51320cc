"""Documents and plans in Tantivy: the fields, the stored document, the query tree."""

import json
from collections.abc import Iterable, Iterator

import tantivy
from tantivy import Document, Occur, Query, Schema, SchemaBuilder

from search.documents import SearchDocument
from search.engines.base import (
    ALL_WORDS_WEIGHT,
    AS_TYPED_WEIGHT,
    EXCLUDED_FIELDS,
    FIELD_WEIGHTS,
    LIKENESS_FIELDS,
    LIKENESS_WEIGHTS,
    NAMED_WEIGHTS,
    PAIR_WEIGHTS,
    PLACE_WEIGHT,
    RING_WEIGHT,
    TITLE_PHRASE_WEIGHT,
    Likeness,
)
from search.engines.records import (
    COMMUNES,
    EXACT,
    FAMILY,
    READ_FIELDS,
    STARTS,
    facet_field,
    recent,
    shown,
    value_field,
    weight,
)
from search.facets import GROUP_NAMES
from search.highlights import PHRASE_SLOP
from search.plans import Alternative, Leeway, Near, Plan
from search.text import LONGEST_START, analyse, forms, starts

ANALYSED = "analysed"


def build_schema() -> Schema:
    """Words are analysed in Python (search.text): the engine only splits at spaces."""
    builder = SchemaBuilder()
    builder.add_text_field("key", stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(FAMILY, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("source", tokenizer_name="raw", index_option="basic")
    for name in FIELD_WEIGHTS:
        builder.add_text_field(name, stored=name in READ_FIELDS, tokenizer_name=ANALYSED)
    builder.add_text_field(EXACT, tokenizer_name=ANALYSED)
    builder.add_text_field(STARTS, tokenizer_name=ANALYSED, index_option="basic")
    builder.add_text_field(COMMUNES, tokenizer_name="raw", index_option="basic")
    for name in GROUP_NAMES:
        builder.add_text_field(facet_field(name), fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("shown", stored=True)
    for name in READ_FIELDS:
        builder.add_bytes_field(f"{name}_text", stored=True)
        builder.add_bytes_field(f"{name}_spans", stored=True)
    builder.add_integer_field("recent", fast=True)
    builder.add_float_field("weight", fast=True)
    return builder.build()


def register_analyser(index: tantivy.Index) -> None:
    analyser = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(ANALYSED, analyser)


def to_document(item: SearchDocument) -> Document:
    document = Document()
    document.add_text("key", item.key)
    document.add_text(FAMILY, item.family)
    document.add_text("source", item.source)
    for name in FIELD_WEIGHTS:
        text = getattr(item, name)
        analysed = analyse(text)
        document.add_text(name, analysed.stems)
        document.add_text(EXACT, analysed.forms)
        if name in READ_FIELDS:
            document.add_bytes(f"{name}_text", text.encode())
            document.add_bytes(f"{name}_spans", analysed.spans)
    document.add_text(STARTS, " ".join(starts(f"{item.title} {item.names}")))
    for code in item.communes:
        document.add_text(COMMUNES, code)
    for name in GROUP_NAMES:
        for value in item.facets.get(name, ()):
            document.add_text(facet_field(name), value)
    document.add_bytes("shown", json.dumps(shown(item)).encode())
    document.add_integer("recent", recent(item))
    document.add_float("weight", weight(item))
    return document


class QueryBuilder:
    """Turns a plan and filters into Tantivy's tree."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def words(self, plan: Plan, near: Near | None = None) -> Query:
        """The query of the words and of the place, without filters; matches everything if there are none."""
        words = self.meant(plan) if not plan.is_empty else Query.all_query()
        return self.near(words, near) if near else words

    def meant(self, plan: Plan) -> Query:
        clauses = [(Occur.Must, self.any_of(phrase)) for phrase in plan.phrases]
        if plan.wanted:
            concepts = [(Occur.Should, self.concept(concept)) for concept in plan.wanted]
            clauses.append((Occur.Must, Query.boolean_query(concepts, plan.minimum)))
            if plan.leeway is Leeway.SOME:
                whole = Query.const_score_query(Query.boolean_query(concepts, len(concepts)), 1.0)
                clauses.append((Occur.Should, Query.boost_query(whole, ALL_WORDS_WEIGHT)))
        if not clauses:
            clauses.append((Occur.Must, Query.all_query()))
        clauses += [(Occur.MustNot, self.any_of(excluded, EXCLUDED_FIELDS)) for excluded in plan.excluded]
        clauses += [(Occur.Should, clause) for clause in self.raising(plan)]
        return Query.boolean_query(clauses)

    def raising(self, plan: Plan) -> Iterator[Query]:
        """Clauses that filter nothing but raise the score: adjacent words, words as typed, named values."""
        if plan.title_phrase:
            phrase = Query.phrase_query(self.schema, "title", list(plan.title_phrase), PHRASE_SLOP)
            yield Query.boost_query(phrase, TITLE_PHRASE_WEIGHT)
        for pair in plan.pairs:
            for name, worth in PAIR_WEIGHTS.items():
                yield Query.boost_query(self.sequence(name, pair, PHRASE_SLOP), worth)
        for form in plan.typed:
            yield Query.boost_query(Query.term_query(self.schema, EXACT, form), AS_TYPED_WEIGHT)
        for named in plan.named:
            yield self.bearing(value_field(named.group), named.value, NAMED_WEIGHTS[named.group] * named.weight)

    def concept(self, alternatives: tuple[Alternative, ...]) -> Query:
        queries = [Query.boost_query(self.any_of(alternative), alternative.weight) for alternative in alternatives]
        return queries[0] if len(queries) == 1 else Query.disjunction_max_query(queries)

    def any_of(self, alternative: Alternative, fields: Iterable[str] = FIELD_WEIGHTS) -> Query:
        """``one`` in any of ``fields``, by the weight of the field."""
        if alternative.group:
            bearing = Query.const_score_query(self.term_set(value_field(alternative.group), alternative.tokens), 1.0)
            return Query.boost_query(bearing, PLACE_WEIGHT)
        if alternative.exact:
            return self.sequence(EXACT, alternative.tokens, slop=0)
        weighted = [
            Query.boost_query(self.sequence(name, alternative.tokens, PHRASE_SLOP), FIELD_WEIGHTS[name])
            for name in fields
        ]
        return Query.disjunction_max_query(weighted, 0.1)

    def sequence(self, field: str, tokens: tuple[str, ...], slop: int) -> Query:
        if len(tokens) == 1:
            return Query.term_query(self.schema, field, tokens[0])
        return Query.phrase_query(self.schema, field, list(tokens), slop)

    def near(self, words: Query, near: Near) -> Query:
        """``words`` inside the rings; a nearer ring outweighs any relevance."""
        rings = [
            Query.boost_query(Query.const_score_query(self.term_set(COMMUNES, ring), 1.0), RING_WEIGHT * rank)
            for rank, ring in zip(range(len(near.rings), 0, -1), near.rings, strict=True)
            if ring
        ]
        if not rings:
            return Query.empty_query()
        return Query.boolean_query([(Occur.Must, words), (Occur.Must, Query.disjunction_max_query(rings))])

    def term_set(self, field: str, values: Iterable[str]) -> Query:
        return Query.term_set_query(self.schema, field, list(values))

    def suggestions(self, text: str) -> Query:
        return Query.boolean_query(
            [(Occur.Must, Query.term_query(self.schema, STARTS, form[:LONGEST_START])) for form in forms(text)]
        )

    def alike(self, likeness: Likeness, family_key: str) -> Query:
        """The documents of a family that share a value or a significant word, without the reference document."""
        shared = [
            (Occur.Should, self.bearing(facet_field(group), value, LIKENESS_WEIGHTS.get(group, 0.0)))
            for group, values in likeness.facets.items()
            for value in values
        ]
        for word in likeness.words:
            fields = [Query.term_query(self.schema, name, word) for name in LIKENESS_FIELDS]
            shared.append((Occur.Should, Query.disjunction_max_query(fields)))
        if not shared:
            return Query.empty_query()
        return Query.boolean_query(
            [
                (Occur.Must, Query.boolean_query(shared)),
                (Occur.Must, Query.const_score_query(Query.term_query(self.schema, FAMILY, family_key), 0.0)),
                (Occur.MustNot, Query.term_query(self.schema, "key", likeness.key)),
            ]
        )

    def bearing(self, field: str, value: str, weight: float) -> Query:
        """A matching ``value`` adds ``weight``, however rare it is."""
        return Query.boost_query(Query.const_score_query(Query.term_query(self.schema, field, value), 1.0), weight)

    def filtered(self, words: Query, filters: dict[str, tuple[str, ...]]) -> Query:
        """``words`` filtered by each group; the values of one group widen it. Filters do not change the score."""
        if not filters:
            return words
        clauses = [(Occur.Must, words)]
        for name, values in filters.items():
            chosen = self.term_set(facet_field(name), values)
            clauses.append((Occur.Must, Query.const_score_query(chosen, 0.0)))
        return Query.boolean_query(clauses)
