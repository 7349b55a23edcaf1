from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from hypothesis import given as examples
from hypothesis import strategies
from hypothesis.extra.django import TestCase as HypothesisTestCase

from plugins.search.finding import CAP, Query, Search, scope_of
from plugins.search.highlight import excerpt, marked
from plugins.search.indexing import refresh
from plugins.search.words import compact, compounds, fold, one_letter_off, words
from portal.testing import person

from .case import SearchTestCase, given, note


class FindingTest(SearchTestCase):
    def test_every_word_must_be_held_in_any_order(self) -> None:
        self.index(note("1", "Blue whale"), note("2", "Blue bird"))
        self.assertEqual(self.found("whale blue"), ["Blue whale"])

    def test_a_part_of_a_word_is_found_after_whole_words(self) -> None:
        self.index(note("1", "Prepayment"), note("2", "Payment by card"))
        self.assertEqual(self.found("payment"), ["Payment by card", "Prepayment"])

    def test_titles_come_before_texts_and_weight_decides_between_equals(self) -> None:
        self.index(
            note("1", "Something", text="about the zeppelin"),
            note("2", "Zeppelin hall"),
            note("3", "Zeppelin park", weight=5),
        )
        self.assertEqual(self.found("zeppelin"), ["Zeppelin park", "Zeppelin hall", "Something"])

    def test_one_wrong_letter_is_forgiven_and_a_second_is_not(self) -> None:
        self.index(note("1", "Zeppelin"))
        for typed in ("zepelin", "zeppellin", "zeppelun", "zepeplin", "zepeli"):
            self.assertEqual(self.found(typed), ["Zeppelin"], typed)
        self.assertEqual(self.found("zebbelin"), [])

    def test_stop_words_count_when_a_name_has_them(self) -> None:
        self.index(note("1", "The Who"), note("2", "Who knows"))
        self.assertEqual(self.found("the who"), ["The Who"])

    def test_stop_words_beside_two_others_need_not_be_there_and_rank_what_has_them_first(self) -> None:
        self.index(note("1", "Refund a payment"), note("2", "How we refund a payment"))
        self.assertEqual(self.found("how do i refund a payment"), ["How we refund a payment", "Refund a payment"])

    def test_beside_one_other_word_stop_words_need_not_be_there_and_hide_nothing(self) -> None:
        self.index(note("1", "Close the ledger"), note("2", "Ledger"), note("3", "ledger-database"))
        for typed in ("the ledger", "what's the ledger?", "“The ledger”"):
            self.assertEqual(self.found(typed), ["Ledger", "ledger-database", "Close the ledger"], typed)

    def test_a_name_with_a_stop_word_comes_before_the_same_without(self) -> None:
        self.index(note("1", "Wire"), note("2", "The Wire"))
        self.assertEqual(self.found("the wire"), ["The Wire", "Wire"])

    def test_a_stop_word_in_a_title_does_not_outweigh_what_is_asked_for(self) -> None:
        self.index(note("1", "Close the ledger"), note("2", "Ledger", weight=1), note("3", "The way it owns"))
        self.assertEqual(self.found("who owns the ledger")[0], "Ledger")

    def test_a_stop_word_within_a_longer_word_is_looked_for(self) -> None:
        self.index(note("1", "Memory limits"), note("2", "An in-memory queue"))
        self.assertEqual(self.found("in-memory"), ["An in-memory queue"])

    def test_a_word_that_nothing_holds_is_left_out_before_others(self) -> None:
        self.index(note("1", "Zeppelin harbour"), note("2", "Zeppelin park"), note("3", "Harbour park"))
        self.assertEqual(self.found("zeppelin quixotry harbour"), ["Zeppelin harbour"])

    def test_a_plural_does_not_find_another_word(self) -> None:
        self.index(note("1", "stores"), note("2", "stars"))
        self.assertEqual(self.found("stars")[0], "stars")

    def test_a_type_that_many_others_hide_is_shown(self) -> None:
        self.index(*(note(str(number), f"Harbour {number:03}", weight=9) for number in range(400)))
        self.index(note("last", "The old harbour", type="domain"))
        search = Search(Query.of("harbour"), scope_of(self.bob))
        self.assertTrue(search.is_capped)
        self.assertEqual([one.found.title for one in search.by_type(["note", "domain"])["domain"]], ["The old harbour"])
        self.assertEqual((search.tally.numbers, search.tally.is_exact), ({"note": CAP}, False))

    def test_what_stands_for_types_and_fields_is_no_word(self) -> None:
        self.index(note("1", "Zeppelin", text="Ships", fields={"kind": "Component"}))
        self.assertEqual(self.found("zz"), [])

    def test_what_has_not_begun_is_not_found(self) -> None:
        now = timezone.now()
        self.index(
            note("1", "Zeppelin past", not_before=now - timedelta(hours=1)),
            note("2", "Zeppelin future", not_before=now + timedelta(hours=1)),
        )
        self.assertEqual(self.found("zeppelin"), ["Zeppelin past"])


class AnyInputTest(HypothesisTestCase):
    @examples(strategies.text(max_size=250))
    def test_any_query_is_answered(self, text: str) -> None:
        user = person("bob")
        refresh(given(note("1", text[:50] or "x", text=text, name=text[:20])), ["1"])
        search = Search(Query.of(text), scope_of(user))
        for one in search.ranked:
            self.assertEqual("".join(piece for piece, _ in marked(one.found.title, search.needles)), one.found.title)

    @examples(strategies.text(alphabet="\"'*():^{}-+#.NEARANDORT aß\u0130", max_size=30))
    def test_the_signs_of_query_languages_are_ordinary(self, text: str) -> None:
        list(Search(Query.of(text), scope_of(person("bob"))).ranked)


class WordsTest(SearchTestCase):
    def test_words_are_folded_and_names_come_apart(self) -> None:
        self.assertEqual(words("Crème-Brûlée, C++ and C#"), ["creme", "brulee", "c++", "and", "c#"])
        self.assertEqual(compact("Payment-Service 2"), "paymentservice2")
        self.assertEqual(list(compounds("payment-service HTTPServer")), ["paymentservice", "http", "server"])
        self.assertEqual(fold("Größe"), "grosse")

    def test_one_letter_off_is_what_it_says(self) -> None:
        near = one_letter_off("ab")
        self.assertTrue({"a", "ba", "axb", "xb", "abc"} <= near)
        self.assertFalse({"ab", "cd", "abcd"} & near)

    def test_marks_keep_the_text_and_an_excerpt_shows_the_first_match(self) -> None:
        self.assertEqual(marked("Größe & <b>", ["gros"]), [("Größ", True), ("e & <b>", False)])
        pieces = excerpt("one two " * 100 + "zeppelin " + "three " * 100, ["zepp"])
        self.assertIn(("zepp", True), pieces)
        self.assertLess(sum(len(piece) for piece, _ in pieces), 250)
