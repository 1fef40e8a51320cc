"""Values of cells as people's tools write them: what is read, what is said, what is refused and with which remedy."""

from collections.abc import Callable
from datetime import date, datetime
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from django.utils.text import slugify
from hypothesis import given
from hypothesis import strategies as st

from portal.base.tables import cells
from portal.base.tables.cells import Dated

TODAY = date(2026, 11, 30)
PARIS = ZoneInfo("Europe/Paris")


def read(parse: Callable, *arguments: object, **options: object) -> tuple[object, list[str]]:
    said: list[str] = []
    return parse(*arguments, said.append, **options), said


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f", "\u2009", "’", "'", ""])
def test_thousands_are_separated_by_any_space(space):
    assert read(cells.whole_number, f"12{space}345") == (12345, [])


@pytest.mark.parametrize(
    ("text", "number"),
    [("1 234,0", 1234), ("1234.00", 1234), ("environ 50", 50), ("1 500 habitants environ", 1500), ("50 personnes", 50)],
)
def test_a_number_with_something_around_it_is_read_and_said(text, number):
    assert read(cells.whole_number, text) == (number, [f"nombre lu comme {number}"])


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("1.234", "peut se lire de deux façons : écrivez « 1234 » sans point ni virgule"),
        ("1,000", "peut se lire de deux façons : écrivez « 1000 »"),
        ("1,00E+03", "est un nombre abrégé par le tableur : tapez-le en entier"),
        ("12,5", "n’est pas un nombre entier : arrondissez-le"),
        ("-3", "écrivez-le en chiffres, par exemple 120"),
        ("50 à 60", "écrivez-le en chiffres"),
        ("moins de 50", "écrivez-le en chiffres"),
        ("beaucoup", "écrivez-le en chiffres"),
        ("2 millions d’habitants", "écrivez-le en chiffres"),
        ("12 mille", "écrivez-le en chiffres"),
        ("15k", "écrivez-le en chiffres"),
        ("10 dizaines", "écrivez-le en chiffres"),
        ("− 5", "écrivez-le en chiffres"),
        ("pas plus de 50", "écrivez-le en chiffres"),
        ("jusqu’à 50", "écrivez-le en chiffres"),
        ("12 34", "peut se lire de deux façons"),
        ("45 2023", "peut se lire de deux façons"),
        ("1" * 30, "écrivez-le en chiffres"),
        ("٣", "écrivez-le en chiffres"),
        ("²", "écrivez-le en chiffres"),
    ],
)
def test_a_number_that_means_none_or_two_is_refused_with_its_remedy(text, remedy):
    with pytest.raises(ValueError) as refusal:
        read(cells.whole_number, text)
    assert str(refusal.value).startswith(f"« {text} »") and remedy in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2019-03-12", "2019-03-12"),
        ("2019/03/12", "2019-03-12"),
        ("12/03/2019", "2019-03-12"),
        ("1/3/2019", "2019-03-01"),
        ("01-03-2019", "2019-03-01"),
        ("01.03.2019", "2019-03-01"),
        ("2019-03-01 00:00:00", "2019-03-01"),
        ("2019-03-01T00:00:00Z", "2019-03-01"),
        ("12 mars 2019", "2019-03-12"),
        ("1er mars 2019", "2019-03-01"),
        ("mardi 12 mars 2019", "2019-03-12"),
        ("1ᵉʳ\u00a0mars\u00a02019", "2019-03-01"),
        ("12-mars-2019", "2019-03-12"),
        ("24 août 2019", "2019-08-24"),
        ("mars 2019", "2019-03"),
        ("Févr. 2019", "2019-02"),
        ("03/2019", "2019-03"),
        ("2019-03", "2019-03"),
        ("2019", "2019"),
        ("2019,0", "2019"),
    ],
)
def test_a_date_is_read_without_a_word(text, value):
    read_value, said = read(cells.dated, text, today=TODAY)
    assert (str(read_value), said) == (value, [])


@pytest.mark.parametrize(
    ("text", "value", "notice"),
    [
        ("1.3.19", "2019-03-01", "année lue comme 2019"),
        ("1/3/98", "1998-03-01", "année lue comme 1998"),
        ("mars-19", "2019-03", "année lue comme 2019"),
        ("12-mars-19", "2019-03-12", "année lue comme 2019"),
        ("43525", "2019-03-01", "nombre du tableur, lu comme le 01/03/2019"),
        ("43525,5", "2019-03-01", "nombre du tableur, lu comme le 01/03/2019"),
        ("01/03/2019 14:30", "2019-03-01", "l’heure n’est pas gardée"),
        ("2019-03-01T10:30:00+01:00", "2019-03-01", "l’heure n’est pas gardée"),
        ("vers mars 2019", "2019-03", "lu comme mars 2019"),
        ("début 2019", "2019", "lu comme 2019"),
        ("1er trimestre 2019", "2019", "lu comme 2019"),
    ],
)
def test_a_guess_in_a_date_is_said(text, value, notice):
    read_value, said = read(cells.dated, text, today=TODAY)
    assert (str(read_value), said) == (value, [notice])


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("03/25/2019", "il n’y a pas de mois 25 ; écrivez le jour d’abord, 25/03/2019"),
        ("31/02/2019", "n’est pas un jour du calendrier"),
        ("2019-25-03", "il n’y a pas de mois 25 ; écrivez le jour d’abord, 25/03/2019"),
        ("2019-02-30", "n’est pas un jour du calendrier"),
        ("2027-01-01", "est une date à venir"),
        ("1850", "l’année n’est pas entre 1900 et 2100"),
        ("2019-2020", "n’est pas une date (AAAA, AAAA-MM ou AAAA-MM-JJ)"),
        ("jadis", "n’est pas une date"),
        ("0000", "n’est pas un jour du calendrier"),
        ("12 mai 2019 au soir", "n’est pas une date"),
    ],
)
def test_a_date_that_is_none_is_refused_with_its_remedy(text, remedy):
    with pytest.raises(ValueError, match=r"^« ") as refusal:
        read(cells.dated, text, today=TODAY)
    assert text in str(refusal.value) and remedy in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("12/03/2024 14:05:33", "14:05"),
        ("2024-03-12 14:05", "14:05"),
        ("2024/03/12 2:05:33 PM", "14:05"),
        ("12 mars 2024 à 14h05", "14:05"),
        ("12/03/2024 14h", "14:00"),
        ("2024-03-12T13:05:33Z", "14:05"),
        ("2024/03/12 2:05:33 PM UTC+1", "14:05"),
        ("12/03/2024", "00:00"),
        ("12/03/2024 - 14:05", "14:05"),
        ("12 mars 2024, 14:05", "14:05"),
        ("12/03/2024 14:05 CET", "14:05"),
        ("12/03/2024 15:05 EET", "14:05"),
        ("12/03/2024 13:05 (UTC)", "14:05"),
    ],
)
def test_the_moment_of_an_answer_is_that_of_paris(text, hour):
    moment, said = read(cells.moment, text, today=TODAY)
    assert moment == datetime.fromisoformat(f"2024-03-12T{hour}").replace(tzinfo=PARIS)
    has_zone = text.endswith(("Z", "UTC+1", "CET", "EET", "(UTC)"))
    assert said == (["lu comme 12/03/2024 14:05, heure de Paris"] if has_zone else [])


@pytest.mark.parametrize(
    ("text", "day", "shown"),
    [
        ("2020-06-14T22:00:00.000Z", date(2020, 6, 15), "15/06/2020"),
        ("2020-01-14T23:00:00Z", date(2020, 1, 15), "15/01/2020"),
        ("2020-06-14T22:30:00-02:00", date(2020, 6, 15), "15/06/2020"),
    ],
)
def test_a_day_given_with_its_zone_is_that_of_paris(text, day, shown):
    value, said = read(cells.full_day, text, today=TODAY)
    assert (value, said) == (day, [f"lu comme le {shown}, jour de Paris ; l’heure n’est pas gardée"])


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        ("01/01/1904", "premier jour que compte un tableur"),
        ("1900-01-01", "premier jour que compte un tableur"),
        ("2064-03-02", "2064 est loin dans l’avenir"),
    ],
)
def test_a_date_that_nobody_means_is_said(text, notice):
    _, said = read(cells.dated, text, may_be_future=True, today=TODAY)
    assert any(notice in sentence for sentence in said)


@pytest.mark.parametrize("text", ["9999-12-31T23:00:00-02:00", "0001-01-01T00:00:00+12:00"])
def test_a_day_beyond_every_calendar_is_refused_whatever_its_zone(text):
    with pytest.raises(ValueError, match="l’année n’est pas entre"):
        read(cells.dated, text, may_be_future=True, today=TODAY)


def test_a_year_to_come_is_said():
    assert read(cells.year, "2099") == (2099, ["2099 est une année à venir : vérifiez-la"])
    assert read(cells.year, "2019") == (2019, [])


def test_a_month_above_twelve_accuses_no_other_line():
    with pytest.raises(ValueError, match="il n’y a pas de mois 31 ; écrivez le jour d’abord, 31/12/2019"):
        read(cells.dated, "12/31/2019", is_month_first=True, today=TODAY)


def test_invisible_characters_are_taken_away_and_said():
    assert read(cells.plain_text, "Ville d’É\u200btam\xadpes") == (
        "Ville d’Étampes",
        ["les caractères invisibles sont retirés"],
    )
    family = "👩\u200d👧 ❤\ufe0f"
    assert read(cells.plain_text, family) == (family, [])


@pytest.mark.parametrize(
    ("text", "value"), [("terminé", "terminee"), ("Terminés", "terminee"), ("récurrent", "recurrente")]
)
def test_a_choice_in_another_gender_or_number_is_taken_and_said(text, value):
    choices = [("terminee", "terminée"), ("recurrente", "récurrente"), ("en-cours", "en cours")]
    assert read(cells.choice, text, choices) == (value, [f"lu comme « {dict(choices)[value]} »"])
    with pytest.raises(ValueError, match="n’est pas l’une de ces valeurs"):
        read(cells.choice, "term", choices)
    with pytest.raises(ValueError, match="n’est pas l’une de ces valeurs"):
        read(cells.choice, "prévu", [("prevue", "prévue"), ("prevues", "prévues")])


def test_thousands_of_bars_take_no_time():
    started = process_time()
    items, unknown = cells.listed("x|" * 50_000, lambda part: None, lambda sentence: None)
    assert (items, unknown) == ([], ["x"])
    assert process_time() - started < 4


def test_the_number_of_a_spreadsheet_keeps_its_hour():
    moment, said = read(cells.moment, "45363,586", today=TODAY)
    assert (f"{moment:%Y-%m-%d %H:%M}", said) == ("2024-03-12 14:04", ["nombre du tableur, lu comme le 12/03/2024"])


def test_a_date_of_a_column_that_puts_the_month_first_is_asked():
    assert cells.puts_month_first("3/25/2024") and not cells.puts_month_first("25/3/2024")
    with pytest.raises(ValueError, match="une autre ligne de cette colonne met le mois d’abord : écrivez AAAA-MM-JJ"):
        read(cells.dated, "3/12/2024", is_month_first=True, today=TODAY)
    assert read(cells.dated, "3/3/2024", is_month_first=True, today=TODAY)[0] == Dated(date(2024, 3, 3), "jour")


@pytest.mark.parametrize("text", ["Oui", "OUI", "O", "1", "vrai", "TRUE", "oui."])
def test_yes(text):
    assert read(cells.yes_no, text) == (True, [])


@pytest.mark.parametrize("text", ["non", "N", "0", "faux", "FALSE", "Non !"])
def test_no(text):
    assert read(cells.yes_no, text) == (False, [])


@pytest.mark.parametrize("text", ["x", "X", "✓", "☑"])
def test_a_mark_is_yes_and_said(text):
    assert read(cells.yes_no, text) == (True, ["lu comme « oui »"])
    assert read(cells.choice, text, [("oui", "oui"), ("non", "non"), ("projet", "en projet")]) == (
        "oui",
        ["lu comme « oui »"],
    )


def test_what_follows_a_yes_is_not_kept_and_said():
    assert read(cells.yes_no, "Oui, depuis 2019") == (True, ["lu comme « oui », le reste n’est pas gardé"])


@pytest.mark.parametrize(
    "text", ["Non évalué", "non concernée", "Oui et non", "oui - non", "Oui mais non", "Oui, non", "Oui, mais", "?"]
)
def test_an_answer_in_doubt_is_refused(text):
    with pytest.raises(ValueError, match="n’est ni « oui » ni « non »"):
        read(cells.yes_no, text)


def test_a_choice_is_named_by_its_label_or_its_value():
    choices = [("terminee", "terminée"), ("en-cours", "en cours")]
    for text in ("TERMINEE", "Terminée", "terminee"):
        assert read(cells.choice, text, choices) == ("terminee", [])
    with pytest.raises(ValueError, match=r"terminée, en cours\. Vouliez-vous dire « terminée »"):
        read(cells.choice, "termnée", choices)


LABELS = ["Adultes", "Aidants et proches", "Enfants, adolescents", "Ville ; quartier", "Avant | après", "Jeunes"]
KNOWN = {slugify(label): label for label in LABELS}


def listed(text: str) -> tuple[tuple[list[str], list[str]], list[str]]:
    return read(cells.listed, text, lambda part: KNOWN.get(slugify(part)))


@given(
    st.lists(st.sampled_from(LABELS), unique=True, min_size=1), st.sampled_from(["|", " | ", ";", " ; ", "\n", "\r\n"])
)
def test_a_list_reads_the_same_however_it_is_separated(labels, separator):
    assert listed(separator.join(labels)) == ((labels, []), [])


@given(st.lists(st.sampled_from(LABELS), unique=True, min_size=2), st.sampled_from([",", ", "]))
def test_commas_between_known_labels_are_said(labels, separator):
    assert listed(separator.join(labels)) == (
        (labels, []),
        [f"lu comme une liste de {len(labels)} valeurs séparées par des virgules"],
    )


def test_what_no_label_names_is_given_back_whole():
    assert listed("Jeunes | Enfants, seniors ; x") == ((["Jeunes"], ["Enfants, seniors", "x"]), [])


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("www.ville.example", "https://www.ville.example"),
        ("ville.example/clsm", "https://ville.example/clsm"),
        ("HTTP://ville.example", "http://ville.example"),
        ("https://ville.example/clsm.", "https://ville.example/clsm"),
        ("<https://ville.example>", "https://ville.example"),
        ("Site : www.ville.example", "https://www.ville.example"),
        ("https:/ville.example", "https://ville.example"),
    ],
)
def test_an_address_is_completed_and_said(text, address):
    value, said = read(cells.web_address, text)
    assert value == address
    assert said == ([] if text.startswith("<") else [f"adresse lue comme {address}"])


def test_the_first_of_several_addresses_is_kept_and_the_others_said():
    value, said = read(cells.web_address, "www.a.example ; https://b.example")
    assert value == "https://www.a.example"
    assert said == [
        "seule la première adresse est gardée : https://www.a.example ; les autres ne le sont pas : https://b.example"
    ]


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "voir le site", "clsm@ville.example", "clsm.pdf", "M.Dupont", "ftp://a.example"]
)
def test_what_is_no_address_is_refused_with_the_way_to_write_one(text):
    with pytest.raises(ValueError, match="n’est pas une adresse : écrivez-la en entier, avec « https:// »"):
        read(cells.web_address, text)


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#VALEUR!", "#NOM?", "#DIV/0!", "########"])
def test_an_error_of_the_spreadsheet_is_no_value(error):
    assert cells.broken(error) == f"« {error} » est une erreur du tableur : corrigez la formule, ou tapez la valeur"


def test_spaces_in_excess_are_taken_away_and_said():
    assert read(cells.plain_text, "CLSM  du   Pays\u00a0test") == (
        "CLSM du Pays test",
        ["les espaces en trop sont retirés"],
    )
    assert read(cells.plain_text, "CLSM du\u00a0Pays\ntest") == ("CLSM du Pays\ntest", [])


@given(st.dates(min_value=date(1900, 1, 1), max_value=TODAY))
def test_a_day_reads_the_same_however_it_is_written(day):
    month = cells.MONTH_NAMES[day.month - 1]
    ways = [
        f"{day:%Y-%m-%d}",
        f"{day:%d/%m/}{day.year}",
        f"{day.day}/{day.month}/{day.year}",
        f"{day.day}.{day.month}.{day.year}",
        f"{day.day} {month} {day.year}",
        f"{day:%Y-%m-%d} 00:00:00",
    ]
    assert {read(cells.dated, way, today=TODAY)[0] for way in ways} == {Dated(day, "jour")}
    assert read(cells.dated, f"{month} {day.year}", today=TODAY)[0] == Dated(day.replace(day=1), "mois")


@given(st.integers(0, 10**9 - 1), st.sampled_from([" ", "\u00a0", "\u202f", "\u2009", ""]))
def test_a_number_reads_the_same_with_any_space(number, space):
    assert read(cells.whole_number, f"{number:,}".replace(",", space)) == (number, [])


PARSERS = (cells.whole_number, cells.year, cells.dated, cells.moment, cells.yes_no, cells.web_address, cells.plain_text)


@given(st.text(max_size=60) | st.from_regex(r"[0-9/.: ,-]{0,20}", fullmatch=True), st.sampled_from(PARSERS))
def test_any_text_is_read_or_refused_with_a_sentence(text, parse):
    try:
        read(parse, text)
    except ValueError as refusal:
        assert type(refusal) is ValueError and str(refusal).startswith("« ")
