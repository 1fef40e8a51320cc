"""``python -m tests.relevance.report``: builds the corpus in the test database, measures, prints, leaves nothing.

``--queries`` adds the worst tuned queries. With ``ELASTICSEARCH_TEST_URL``, both engines are measured.
"""

import argparse
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
django.setup()

from django.db import transaction  # noqa: E402
from django.test.utils import setup_databases  # noqa: E402

from tests.relevance.corpus.building import build_corpus  # noqa: E402
from tests.relevance.measuring import Report, measure_all  # noqa: E402
from tests.relevance.tables import text  # noqa: E402


def measured() -> list[Report]:
    """The reports of the engines, over a corpus that is rolled back."""
    setup_databases(verbosity=0, interactive=False, keepdb=True)
    with transaction.atomic():
        reports = measure_all(build_corpus())
        transaction.set_rollback(True)
    return reports


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", action="store_true", help="add the worst tuned queries")
    options = parser.parse_args()
    sys.stdout.write(text(measured(), options.queries) + "\n")


if __name__ == "__main__":
    main()
