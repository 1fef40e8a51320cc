"""Plans as Elasticsearch queries: the same tree as Tantivy's, and one request for hits, total, facets and typos."""

from collections.abc import Iterable, Mapping
from typing import Any

from elasticsearch.dsl.function import FieldValueFactor
from elasticsearch.dsl.query import (
    Bool,
    ConstantScore,
    DisMax,
    FunctionScore,
    MatchAll,
    MatchNone,
    MatchPhrase,
    Query,
    Term,
    Terms,
)

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
from search.engines.elasticsearch_schema import FACTOR, SHOWN
from search.engines.records import (
    COMMUNES,
    EXACT,
    FAMILY,
    MAX_FACET_VALUES,
    STARTS,
    facet_field,
    slips_allowed,
    value_field,
)
from search.facets import GROUP_NAMES
from search.highlights import PHRASE_SLOP
from search.plans import Alternative, Leeway, Near, Plan
from search.queries import SearchQuery
from search.synonyms import Phrase
from search.text import LONGEST_START, forms, stem

Filters = Mapping[str, tuple[str, ...]]
Body = dict[str, Any]

LATEST_FIRST = [{"recent": "desc"}, {"key": "asc"}]
BEST_FIRST = ["_score", *LATEST_FIRST]
NARROWED = "narrowed"
MOST_CANDIDATES = 50


def words_of(plan: Plan, near: Near | None) -> Query:
    """The query of the words and of the place, without filters; matches everything if there are none."""
    words = meant(plan) if not plan.is_empty else MatchAll()
    return around(words, near) if near else words


def meant(plan: Plan) -> Query:
    must: list[Query] = [any_of(phrase) for phrase in plan.phrases]
    if plan.wanted:
        must.append(
            Bool(should=[concept(alternatives) for alternatives in plan.wanted], minimum_should_match=plan.minimum)
        )
    should: list[Query] = []
    if plan.leeway is Leeway.SOME:
        whole = Bool(must=[concept(alternatives) for alternatives in plan.wanted])
        should.append(ConstantScore(filter=whole, boost=ALL_WORDS_WEIGHT))
    if plan.title_phrase:
        should.append(sequence("title", plan.title_phrase, PHRASE_SLOP, TITLE_PHRASE_WEIGHT))
    should += [
        sequence(name, pair, PHRASE_SLOP, weight) for pair in plan.pairs for name, weight in PAIR_WEIGHTS.items()
    ]
    should += [term(EXACT, form, AS_TYPED_WEIGHT) for form in plan.typed]
    for named in plan.named:
        weight = NAMED_WEIGHTS[named.group] * named.weight
        should.append(bearing(value_field(named.group), named.value, weight))
    return Bool(
        must=must or [MatchAll()],
        must_not=[any_of(excluded, fields=EXCLUDED_FIELDS) for excluded in plan.excluded],
        should=should,
    )


def concept(alternatives: tuple[Alternative, ...]) -> Query:
    queries = [any_of(alternative, alternative.weight) for alternative in alternatives]
    return queries[0] if len(queries) == 1 else DisMax(queries=queries)


def any_of(alternative: Alternative, boost: float = 1.0, fields: Iterable[str] = FIELD_WEIGHTS) -> Query:
    """``one`` in any of ``fields``, by the weight of the field."""
    if alternative.group:
        return ConstantScore(
            filter=terms(value_field(alternative.group), alternative.tokens), boost=PLACE_WEIGHT * boost
        )
    if alternative.exact:
        return sequence(EXACT, alternative.tokens, 0, boost)
    weighted = [sequence(name, alternative.tokens, PHRASE_SLOP, FIELD_WEIGHTS[name]) for name in fields]
    return DisMax(queries=weighted, tie_breaker=0.1, boost=boost)


def sequence(field: str, tokens: Phrase, slop: int, boost: float) -> Query:
    if len(tokens) == 1:
        return term(field, tokens[0], boost)
    return MatchPhrase(field, {"query": " ".join(tokens), "slop": slop, "boost": boost})


def term(field: str, value: str, boost: float = 1.0) -> Query:
    return Term(field, {"value": value, "boost": boost})


def terms(field: str, values: Iterable[str]) -> Query:
    return Terms(field, list(values))


def bearing(field: str, value: str, weight: float) -> Query:
    """A matching ``value`` adds ``weight``, however rare it is."""
    return ConstantScore(filter=term(field, value), boost=weight)


def around(words: Query, near: Near) -> Query:
    """``words`` inside the rings; a nearer ring outweighs any relevance."""
    rings = [
        ConstantScore(filter=terms(COMMUNES, ring), boost=RING_WEIGHT * rank)
        for rank, ring in zip(range(len(near.rings), 0, -1), near.rings, strict=True)
        if ring
    ]
    return Bool(must=[words, DisMax(queries=rings)]) if rings else MatchNone()


def weighted(words: Query) -> Query:
    """The relevance of each document times its own factor: family, then freshness."""
    return FunctionScore(query=words, functions=[FieldValueFactor(field=FACTOR, missing=1)], boost_mode="multiply")


def search_body(query: SearchQuery, plan: Plan, near: Near | None = None, unsure: Iterable[str] = ()) -> Body:
    """The one request of a search: hits, total, facets, and words close to the forms ``unsure``."""
    words = words_of(plan, near)
    body = page_body(words, query, plan, near)
    body |= {"aggs": facet_aggregations(query.filters), "track_total_hits": True}
    if query.filters:
        body["post_filter"] = filtered(query.filters).to_dict()
    if candidates := close_words(unsure):
        body["suggest"] = candidates
    return body


def page_body(words: Query, query: SearchQuery, plan: Plan, near: Near | None) -> Body:
    """Texts are fetched only if something is to be highlighted in them."""
    is_by_date = query.is_latest_first or not (plan.wanted or plan.phrases or near)
    tree = words if is_by_date or near else weighted(words)
    return {
        "query": tree.to_dict(),
        "from": query.offset,
        "size": query.size,
        "sort": LATEST_FIRST if is_by_date else BEST_FIRST,
        "_source": True if plan.marked else [SHOWN],
    }


def filtered(filters: Filters) -> Query:
    """Groups narrow the results; the values of one group widen it."""
    if not filters:
        return MatchAll()
    return Bool(filter=[terms(facet_field(name), values) for name, values in filters.items()])


def facet_aggregations(filters: Filters) -> Body:
    """The counts of each group without its own choices: all groups without a choice together, each other one
    separately.
    """
    counts = {name: {"terms": {"field": facet_field(name), "size": MAX_FACET_VALUES}} for name in GROUP_NAMES}
    if not filters:
        return counts
    asked = {name: {name: counts[name]} for name in filters}
    if free := {name: counts[name] for name in GROUP_NAMES if name not in filters}:
        asked[NARROWED] = free
    return {
        name: {
            "filter": filtered({other: values for other, values in filters.items() if other != name}).to_dict(),
            "aggs": inside,
        }
        for name, inside in asked.items()
    }


def read_facets(answer: Body, filters: Filters) -> dict[str, dict[str, int]]:
    aggregations = answer["aggregations"]
    free = aggregations.get(NARROWED, aggregations)
    counted = {name: (aggregations[name] if name in filters else free)[name]["buckets"] for name in GROUP_NAMES}
    return {name: {bucket["key"]: bucket["doc_count"] for bucket in buckets} for name, buckets in counted.items()}


def read_without(answer: Body, filters: Filters) -> dict[str, int]:
    return {name: answer["aggregations"][name]["doc_count"] for name in filters}


def close_words(unsure: Iterable[str]) -> Body:
    """The indexed words at one or two edits of each form that no document holds, nearest first."""
    return {
        form: {
            "text": form,
            "term": {
                "field": EXACT,
                "suggest_mode": "missing",
                "size": MOST_CANDIDATES,
                "max_edits": slips_allowed(form),
                "prefix_length": 0,
                "accuracy": 0.0,
            },
        }
        for form in unsure
    }


def known_body(unsure: Iterable[str]) -> Body:
    """Counts the documents that hold the stem of each form in any field."""
    stems = {form: any_of(Alternative((stem(form),))).to_dict() for form in unsure}
    return {
        "query": {"bool": {"should": list(stems.values())}},
        "size": 0,
        "track_total_hits": False,
        "aggs": {"known": {"filters": {"filters": stems}}},
    }


def suggest_body(text: str, size: int) -> Body:
    begun = Bool(must=[term(STARTS, form[:LONGEST_START]) for form in forms(text)])
    return {
        "query": weighted(begun).to_dict(),
        "size": size,
        "sort": BEST_FIRST,
        "_source": [SHOWN],
        "track_total_hits": False,
    }


def alike_body(likeness: Likeness, family: str, size: int) -> Body:
    """The documents of a family that share a value or a significant word, without the reference document."""
    shared = [
        bearing(facet_field(group), value, LIKENESS_WEIGHTS.get(group, 0.0))
        for group, values in likeness.facets.items()
        for value in values
    ]
    shared += [DisMax(queries=[term(name, word) for name in LIKENESS_FIELDS]) for word in likeness.words]
    tree = Bool(
        must=[Bool(should=shared, minimum_should_match=1)],
        filter=[term(FAMILY, family)],
        must_not=[term("key", likeness.key)],
    )
    return {
        "query": (tree if shared else MatchNone()).to_dict(),
        "size": size,
        "sort": BEST_FIRST,
        "_source": [SHOWN],
        "track_total_hits": False,
    }
