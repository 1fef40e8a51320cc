"""How documents and plans look in Tantivy: the fields, the stored document, the query tree."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date

import tantivy
from tantivy import Document, Occur, Query, Schema, SchemaBuilder

from search.documents import SearchDocument
from search.engines.base import (
    AS_TYPED_WEIGHT,
    FAMILY_WEIGHTS,
    FIELD_WEIGHTS,
    LIKENESS_FIELDS,
    LIKENESS_WEIGHTS,
    NAMED_WEIGHTS,
    OTHER_FAMILY_WEIGHT,
    RING_WEIGHT,
    TITLE_PHRASE_WEIGHT,
    Likeness,
)
from search.facets import GROUP_NAMES
from search.highlights import PHRASE_SLOP
from search.queries import Alternative, Near, Plan
from search.text import LONGEST_START, analyse, forms, starts

ANALYSED = "analysed"
EXACT = "exact"
STARTS = "starts"
FAMILY = "family"
COMMUNES = "communes"
EPOCH = date(2000, 1, 1).toordinal()


def build_schema() -> Schema:
    """Words are analysed in Python (search.text): the engine only cuts at spaces."""
    builder = SchemaBuilder()
    builder.add_text_field("key", stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field(FAMILY, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("source", tokenizer_name="raw", index_option="basic")
    for name in FIELD_WEIGHTS:
        builder.add_text_field(name, stored=name in ("summary", "body"), tokenizer_name=ANALYSED)
    builder.add_text_field(EXACT, tokenizer_name=ANALYSED)
    builder.add_text_field(STARTS, tokenizer_name=ANALYSED, index_option="basic")
    builder.add_text_field(COMMUNES, tokenizer_name="raw", index_option="basic")
    for name in GROUP_NAMES:
        builder.add_text_field(facet_field(name), fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("shown", stored=True)
    for name in ("summary", "body"):
        builder.add_bytes_field(f"{name}_text", stored=True)
        builder.add_bytes_field(f"{name}_spans", stored=True)
    builder.add_integer_field("recent", fast=True)
    builder.add_float_field("weight", fast=True)
    return builder.build()


def facet_field(group: str) -> str:
    return f"facet_{group}"


def value_field(group: str) -> str:
    """Where a value that the query names is found: a facet, or a commune."""
    return COMMUNES if group == "commune" else facet_field(group)


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
        if name in ("summary", "body"):
            document.add_bytes(f"{name}_text", text.encode())
            document.add_bytes(f"{name}_spans", analysed.spans)
    document.add_text(STARTS, " ".join(starts(f"{item.title} {item.names}")))
    for code in item.communes:
        document.add_text(COMMUNES, code)
    for name in GROUP_NAMES:
        for value in item.facets.get(name, ()):
            document.add_text(facet_field(name), value)
    document.add_bytes("shown", shown(item))
    days = item.date.toordinal() - EPOCH if item.date else 0
    document.add_integer("recent", (days << 24) + key_number(item.key))
    document.add_float("weight", weight(item.family, days))
    return document


def weight(family: str, days: int) -> float:
    """What Tantivy turns into a factor, log2(2 + weight): that of the family, then a breath for what is recent."""
    factor = FAMILY_WEIGHTS.get(family, OTHER_FAMILY_WEIGHT)
    return 2.0**factor - 2.0 + max(days, 0) / 1e6


def key_number(key: str) -> int:
    """24 bits of the key: orders what is equally recent, always in the same way."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=3).digest())


def shown(item: SearchDocument) -> bytes:
    return json.dumps(
        {
            "family": item.family,
            "page_id": item.page_id,
            "title": item.title,
            "url": item.url,
            "payload": {"year": item.year, **item.payload},
            "communes": item.communes,
            "moments": item.moments,
        }
    ).encode()


class QueryBuilder:
    """Turns a plan and filters into Tantivy's tree."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def words(self, plan: Plan, near: Near | None = None) -> Query:
        """The query of the words and of the place, without filters; everything when there are none."""
        words = self.meant(plan) if not plan.is_empty else Query.all_query()
        return self.near(words, near) if near else words

    def meant(self, plan: Plan) -> Query:
        clauses = [(Occur.Must, self.any_of(phrase)) for phrase in plan.phrases]
        if plan.wanted:
            concepts = [(Occur.Should, self.concept(concept)) for concept in plan.wanted]
            clauses.append((Occur.Must, Query.boolean_query(concepts, plan.minimum)))
        if not clauses:
            clauses.append((Occur.Must, Query.all_query()))
        clauses += [(Occur.MustNot, self.any_of(one)) for one in plan.excluded]
        if plan.title_phrase:
            phrase = Query.phrase_query(self.schema, "title", list(plan.title_phrase), PHRASE_SLOP)
            clauses.append((Occur.Should, Query.boost_query(phrase, TITLE_PHRASE_WEIGHT)))
        for form in plan.typed:
            exact = Query.term_query(self.schema, EXACT, form)
            clauses.append((Occur.Should, Query.boost_query(exact, AS_TYPED_WEIGHT)))
        for named in plan.named:
            bearing = Query.term_query(self.schema, value_field(named.group), named.value)
            clauses.append((Occur.Should, Query.boost_query(bearing, NAMED_WEIGHTS[named.group] * named.weight)))
        return Query.boolean_query(clauses)

    def concept(self, alternatives: tuple[Alternative, ...]) -> Query:
        queries = [Query.boost_query(self.any_of(one), one.weight) for one in alternatives]
        return queries[0] if len(queries) == 1 else Query.disjunction_max_query(queries)

    def any_of(self, one: Alternative) -> Query:
        """``one`` in any field, by the weight of the field."""
        if one.exact:
            return self.sequence(EXACT, one.tokens, slop=0)
        weighted = [
            Query.boost_query(self.sequence(name, one.tokens, PHRASE_SLOP), weight)
            for name, weight in FIELD_WEIGHTS.items()
        ]
        return Query.disjunction_max_query(weighted, 0.1)

    def sequence(self, field: str, tokens: tuple[str, ...], slop: int) -> Query:
        if len(tokens) == 1:
            return Query.term_query(self.schema, field, tokens[0])
        return Query.phrase_query(self.schema, field, list(tokens), slop)

    def near(self, words: Query, near: Near) -> Query:
        """``words`` inside the rings; a nearer ring is worth more than any relevance."""
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
        """The documents of a family that share a value or a telling word, without the one they are like."""
        shared = [
            (Occur.Should, self.weighted_value(group, value, LIKENESS_WEIGHTS.get(group, 0.0)))
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

    def weighted_value(self, group: str, value: str, weight: float) -> Query:
        one = Query.const_score_query(Query.term_query(self.schema, facet_field(group), value), 1.0)
        return Query.boost_query(one, weight)

    def filtered(self, words: Query, filters: dict[str, tuple[str, ...]]) -> Query:
        """``words`` narrowed by each group; the values of one group widen it. Filters do not change the score."""
        if not filters:
            return words
        clauses = [(Occur.Must, words)]
        for name, values in filters.items():
            chosen = self.term_set(facet_field(name), values)
            clauses.append((Occur.Must, Query.const_score_query(chosen, 0.0)))
        return Query.boolean_query(clauses)
