"""The demonstration news."""

import tomllib
from pathlib import Path

from portal.base.models import NewsIndexPage, NewsPage
from portal.demo import publication
from portal.demo.accounts import account
from portal.demo.sheet_files import paragraphs

FILE = Path(__file__).parent / "news.toml"


def seed_news() -> int:
    index = NewsIndexPage.objects.get()
    added = 0
    for article in tomllib.loads(FILE.read_text(encoding="utf-8"))["article"]:
        if publication.exists(index, article["slug"]):
            continue
        page = NewsPage(
            title=article["title"],
            slug=article["slug"],
            date=publication.days_ago(article["days"]).date(),
            introduction=article["introduction"],
            body=[{"type": "paragraph", "value": paragraphs(article["text"])}],
        )
        publication.add_draft(index, page, account("edition"))
        publication.publish(page, account("administration"))
        added += 1
    return added
