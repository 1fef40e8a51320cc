"""Documents in Elasticsearch: the mapping, the stored document, the settings of an index."""

import math
from base64 import b64decode, b64encode
from collections.abc import Iterator
from typing import Any

from elasticsearch.dsl import Double, Keyword, Long, Mapping, Object, Text

from search.documents import SearchDocument
from search.engines.base import FIELD_WEIGHTS
from search.engines.records import (
    COMMUNES,
    EXACT,
    FAMILY,
    READ_FIELDS,
    STARTS,
    facet_field,
    recent,
    shown,
    weight,
)
from search.facets import GROUP_NAMES
from search.highlights import IndexedText
from search.text import analyse, starts

FACTOR = "factor"
SHOWN = "shown"
READ = "read"
#: One shard, so that counts are exact and scores comparable. Nothing is visible before an explicit refresh: a bulk
#: that removes and adds is seen when complete, never half done.
INDEX_SETTINGS = {
    "number_of_shards": 1,
    "auto_expand_replicas": "0-1",
    "refresh_interval": "-1",
    "max_result_window": 100_000,
}


def build_mapping() -> Mapping:
    """Words are analysed in Python (search.text): the server only splits at spaces. Only what is read is stored."""
    mapping = Mapping()
    mapping.meta("dynamic", "strict")
    mapping.meta("_source", includes=[SHOWN, READ, *READ_FIELDS])
    for name in ("key", "source", FAMILY, COMMUNES):
        mapping.field(name, Keyword())
    for name in (*FIELD_WEIGHTS, EXACT):
        mapping.field(name, Text(analyzer="whitespace"))
    mapping.field(STARTS, Text(analyzer="whitespace", index_options="docs"))
    for name in GROUP_NAMES:
        mapping.field(facet_field(name), Keyword())
    mapping.field("recent", Long())
    mapping.field(FACTOR, Double())
    for name in (SHOWN, READ):
        mapping.field(name, Object(enabled=False))
    return mapping


def to_source(item: SearchDocument) -> dict[str, Any]:
    """The body of one document; ``spans`` is binary, hence base64."""
    exact, read, source = [], {}, {}
    for name in FIELD_WEIGHTS:
        text = getattr(item, name)
        analysed = analyse(text)
        source[name] = analysed.stems
        exact.append(analysed.forms)
        if name in READ_FIELDS:
            read[name] = {"text": text, "spans": b64encode(analysed.spans).decode()}
    facets = {facet_field(name): item.facets[name] for name in GROUP_NAMES if name in item.facets}
    return {
        "key": item.key,
        "source": item.source,
        FAMILY: item.family,
        COMMUNES: item.communes,
        **source,
        EXACT: exact,
        STARTS: " ".join(starts(f"{item.title} {item.names}")),
        **facets,
        "recent": recent(item),
        FACTOR: math.log2(2 + weight(item)),
        SHOWN: shown(item),
        READ: read,
    }


def texts_of(source: dict[str, Any]) -> Iterator[IndexedText]:
    """The texts of highlights, in order; decoded only when read."""
    for name, stored in source.get(READ, {}).items():
        yield IndexedText(stored["text"], source[name], b64decode(stored["spans"]))
