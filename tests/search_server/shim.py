"""Lets the Elasticsearch client speak to the OpenSearch of the tests: media types and product header, no more."""

import dataclasses
from typing import Any

from elastic_transport import HttpHeaders, Urllib3HttpNode


class OpenSearchNode(Urllib3HttpNode):
    def perform_request(self, method: str, target: str, headers: HttpHeaders | None = None, **options: Any) -> tuple:
        sent = HttpHeaders({name: plain(name, value) for name, value in (headers or {}).items()})
        answer = super().perform_request(method, target, headers=sent, **options)
        received = HttpHeaders({**answer.meta.headers, "x-elastic-product": "Elasticsearch"})
        return answer._replace(meta=dataclasses.replace(answer.meta, headers=received))


def plain(name: str, value: str) -> str:
    """``value`` without the media types of Elasticsearch, which OpenSearch refuses."""
    if name.lower() not in ("accept", "content-type"):
        return value
    return "application/x-ndjson" if "ndjson" in value else "application/json"
