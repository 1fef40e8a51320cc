"""What Wagtail's own search indexes in the benchmark: a plain model, one value for each facet group."""

from django.db import models
from wagtail.search import index

from search.facets import GROUP_NAMES


class PlainDocument(index.Indexed, models.Model):
    title = models.TextField()
    terms = models.TextField()
    summary = models.TextField()
    body = models.TextField()

    search_fields = [
        index.SearchField("title", boost=8),
        index.SearchField("terms", boost=4),
        index.SearchField("summary", boost=3),
        index.SearchField("body"),
        *(index.FilterField(name) for name in GROUP_NAMES),
    ]

    def __str__(self) -> str:
        return self.title


for name in GROUP_NAMES:
    PlainDocument.add_to_class(name, models.CharField(max_length=40, db_index=True))
