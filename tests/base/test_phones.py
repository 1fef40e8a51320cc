"""One French writing and one link for each telephone number, however people write it."""

import re

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from portal.base.phones import PhoneFormField, canonical_phones, read_phones, shown_phones

REUNION = [("02 62 12 34 56", "tel:+262262123456")]
PARIS = [("01 23 45 67 89", "tel:+33123456789")]
MOBILE = [("06 12 34 56 78", "tel:+33612345678")]


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("+262 (0)2 62 12 34 56", REUNION),
        ("+262 262 12 34 56", REUNION),
        ("02\u202f62\u202f12\u202f34\u202f56", REUNION),
        ("\u200b02 62 12 34 56\u00a0", REUNION),
        ("0262.12.34.56", REUNION),
        ("0262-12-34-56", REUNION),
        ("02‑62‑12‑34‑56", REUNION),
        ("02/62/12/34/56", REUNION),
        ("(02) 62 12 34 56", REUNION),
        ("262123456", REUNION),
        ("262262123456", REUNION),
        ("00 262 262 12 34 56", REUNION),
        ("tel:+262262123456", REUNION),
        ("Tél. : 02 62 12 34 56", REUNION),
        ("☎ 02 62 12 34 56", REUNION),
        ("０２６２１２３４５６", REUNION),
        ("00 33 1 23 45 67 89", PARIS),
        ("0033 (0)1.23.45.67.89", PARIS),
        ("+33 (0)1 23 45 67 89", PARIS),
        ("+33 01 23 45 67 89", PARIS),
        ("33123456789", PARIS),
        ("612345678", MOBILE),
        ("+33 6 12 34 56 78", MOBILE),
        ("0692 12 34 56", [("06 92 12 34 56", "tel:+262692123456")]),
        ("+590 590 12 34 56", [("05 90 12 34 56", "tel:+590590123456")]),
        ("0694123456", [("06 94 12 34 56", "tel:+594694123456")]),
        ("+596 (0)5 96 12 34 56", [("05 96 12 34 56", "tel:+596596123456")]),
        ("02 69 12 34 56", [("02 69 12 34 56", "tel:+262269123456")]),
        ("06 39 98 12 34", [("06 39 98 12 34", "tel:+33639981234")]),
        ("+262 639 98 12 34", [("+262 639 98 12 34", "tel:+262639981234")]),
        ("(+33)6.12.34.56.78", MOBILE),
        ("(0033) 6 12 34 56 78", MOBILE),
        ("01 23 45 67 89 (standard)", PARIS),
        ("Bureau : 01 23 45 67 89", PARIS),
        ("T. 01 23 45 67 89", PARIS),
        ("port. 06 12 34 56 78 / fixe 01 23 45 67 89", MOBILE + PARIS),
        ("01 23 45 67 89 p 12", [("01 23 45 67 89 poste 12", "tel:+33123456789;ext=12")]),
        ("\u202a01 23 45 67 89\u202c", PARIS),
        ("\u206601 23 45 67 89\u2069", PARIS),
        ("+508 411234", [("+508 41 12 34", "tel:+508411234")]),
        ("05 08 41 12 34", [("+508 41 12 34", "tel:+508411234")]),
        ("+687 12.34.56", [("+687 12 34 56", "tel:+687123456")]),
        ("00689 40 12 34 56", [("+689 40 12 34 56", "tel:+68940123456")]),
        ("+681 721234", [("+681 72 12 34", "tel:+681721234")]),
        ("0800123456", [("0 800 123 456", "tel:+33800123456")]),
        ("+32 (0)2 123 45 67", [("+32 2 123 45 67", "tel:+3221234567")]),
        ("+39 06 1234 5678", [("+39 06 1234 5678", "tel:+390612345678")]),
        ("3114", [("3114", "tel:3114")]),
        ("15", [("15", "tel:15")]),
        ("112", [("112", "tel:112")]),
        ("116117", [("116 117", "tel:116117")]),
        ("39 19", [("3919", "tel:3919")]),
        ("02 62 12 34 56 poste 1234", [("02 62 12 34 56 poste 1234", "tel:+262262123456;ext=1234")]),
        ("0262123456 (Poste 12)", [("02 62 12 34 56 poste 12", "tel:+262262123456;ext=12")]),
        ("tel:+262262123456;ext=12", [("02 62 12 34 56 poste 12", "tel:+262262123456;ext=12")]),
        ("02 62 12 34 56 / 01 23 45 67 89", REUNION + PARIS),
        ("0262123456 ou 0123456789", REUNION + PARIS),
        ("02 62 12 34 56 - 01 23 45 67 89", REUNION + PARIS),
        ("02 62 12 34 56 ; +262 262 12 34 56", REUNION),
    ],
)
def test_a_number_has_one_writing_and_one_link(typed, numbers):
    assert [(phone.shown, phone.link) for phone in read_phones(typed)] == numbers
    assert PhoneFormField().clean(typed) == " / ".join(shown for shown, _ in numbers)


@pytest.mark.parametrize(
    "typed", ["02 62 12 34", "1234", "12 34 56", "abc", "+", "0", "02 62 12 34 56 / demain", "Mme Élan 02 62 12 34 56"]
)
def test_a_number_that_cannot_be_told_is_refused_with_an_example(typed):
    with pytest.raises(
        ValidationError, match=r"pas reconnu.*par exemple 02 62 12 34 56.*séparez deux numéros par « / »"
    ):
        PhoneFormField().clean(typed)
    assert [(phone.shown, phone.link) for phone in shown_phones(typed)] == [(typed, "")], (
        "shown as it is, without a link"
    )


@pytest.mark.parametrize(
    ("typed", "french", "overseas"),
    [
        ("687 12 34 56", "06 87 12 34 56", "+687 12 34 56"),
        ("681.72.12.34", "06 81 72 12 34", "+681 72 12 34"),
        ("689123456", "06 89 12 34 56", "+689 12 34 56"),
    ],
)
def test_a_number_of_the_pacific_without_its_plus_is_asked(typed, french, overseas):
    message = f"Ce numéro peut se lire de deux façons : écrivez « {french} », ou « {overseas} » outre-mer."
    with pytest.raises(ValidationError, match=re.escape(message)):
        PhoneFormField().clean(typed)
    assert [phone.link for phone in shown_phones(typed)] == [""]
    assert [phone.shown for phone in read_phones("6 87 12 34 56")] == ["06 87 12 34 56"]


def test_a_post_alone_asks_for_its_switchboard():
    with pytest.raises(ValidationError, match="Écrivez le numéro entier puis le poste"):
        PhoneFormField().clean("poste 1234")


NATIONAL = st.from_regex(r"[1-9][0-9]{8}", fullmatch=True)
SEPARATOR = st.sampled_from(["", " ", ".", "-", "\u00a0", "\u202f", " . ", "\u2011"])


@given(NATIONAL, SEPARATOR, st.data())
def test_any_writing_of_one_number_reads_the_same(national, separator, data):
    expected = read_phones(f"0{national}")
    pairs = separator.join(re.findall("..?", f"0{national}"))
    after_code = separator.join(re.findall("..?", national))
    code = re.match(r"tel:\+(\d+?)\d{9}$", expected[0].link)
    written = [pairs, f"Tél. {pairs}", national, f" {pairs}\u200b"]
    if code:
        written += [f"{start}{code[1]} {rest}" for start in ("+", "00") for rest in (after_code, f"(0){after_code}")]
    typed = data.draw(st.sampled_from(written))
    assert read_phones(typed) == expected
    assert read_phones(expected[0].shown) == expected, "what is stored reads the same again"


@given(st.text() | st.text("0123456789+().-/ poste;ext=tel:#\u202f", max_size=40))
def test_any_text_is_read_or_shown_as_it_is(text):
    stored = canonical_phones(text)
    assert canonical_phones(stored) == stored
    for phone in shown_phones(text):
        assert re.fullmatch(r"(tel:\+?\d+(;ext=\d+)?)?", phone.link)


def test_a_long_text_takes_no_time():
    assert canonical_phones(" " * 1_000_000 + "1") == " " * 1_000_000 + "1"
