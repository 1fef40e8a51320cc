"""The engines against the judgements: what a coordinator asks is in the first results."""

from django.test import TestCase
from wagtail.models import Page

from portal.base.querysets import visible
from tests.relevance.corpus import items
from tests.relevance.corpus.building import build_corpus
from tests.relevance.measuring import Report, measure_all
from tests.relevance.tables import text, worst

NDCG = 0.90
DIFFERENCE = 0.03


class RelevanceTest(TestCase):
    """Measured once for all the tests: the corpus is indexed by each engine and every query asked."""

    reports: list[Report]

    @classmethod
    def setUpTestData(cls) -> None:
        corpus = build_corpus()
        assert corpus.ids.keys() == items().keys()
        assert visible(Page.objects.filter(pk__in=corpus.ids.values())).count() == len(items())
        cls.reports = measure_all(corpus)

    def test_the_mean_is_high_on_every_part(self) -> None:
        for report in self.reports:
            for part in (None, False, True):
                with self.subTest(engine=report.engine, is_held_out=part):
                    self.assertGreaterEqual(report.mean(part), NDCG, "\n" + text(self.reports, with_queries=True))

    def test_no_acceptance_query_misses_its_answer(self) -> None:
        for report in self.reports:
            with self.subTest(engine=report.engine):
                self.assertEqual([one.query.text for one in report.unanswered()], [])

    def test_episodes_open_where_the_words_are_spoken(self) -> None:
        for report in self.reports:
            with self.subTest(engine=report.engine):
                self.assertEqual([one.query.text for one in report.lost_moments()], [])

    def test_the_engines_are_worth_the_same(self) -> None:
        means = [report.mean() for report in self.reports]
        self.assertLessEqual(max(means) - min(means), DIFFERENCE, list(worst(self.reports[-1])))
