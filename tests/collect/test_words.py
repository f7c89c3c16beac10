"""Names are split in every script; words of all languages are found, and keep out of each other's way."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import catalogue
from auditor.catalogue import Language
from auditor.collect.words import LONGEST, Families, fold, words

RULES = catalogue.load()
FAMILIES = Families(RULES)

LANGUAGE_FREE = {"social", "topic", "screenshot"}
"""Names of networks and technical words: a language may use those of others."""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("POINTS_PER_SHARE", ["points", "per", "share"]),
        ("pointsPerShare2", ["points", "per", "share", "2"]),
        ("HTTPLikeButton", ["http", "like", "button"]),
        ("pikë_për_pëlqim", ["pike", "per", "pelqim"]),
        ("onUnlike", ["on", "unlike"]),
        ("liveData", ["live", "data"]),
        ("PikëPërÇdoPëlqim", ["pike", "per", "cdo", "pelqim"]),
        ("баллыЗаЛайк", ["баллы", "за", "лаик"]),
        ("ХОЛҲОИКорбар7", ["холҳои", "корбар", "7"]),
        ("холҳоиКорбар7", ["холҳои", "корбар", "7"]),
        ("sviđanjeBroj", ["svidjanje", "broj"]),
        ("امتياز_كاربر2", ["امتیاز", "کاربر", "2"]),
        ("امتیاز‌ها", ["امتیازها"]),
        ("userامتیازLike", ["user", "امتیاز", "like"]),
    ],
)
def test_names_are_split_and_folded(name: str, expected: list[str]) -> None:
    assert expected == words(name)


@given(st.text(max_size=60))
def test_every_word_is_folded_and_a_word_alone_stays_whole(name: str) -> None:
    for word in words(name):
        assert word == fold(word)
        assert [word] == words(word)


def test_a_name_without_end_is_cut() -> None:
    assert ["a" * LONGEST] == words("a" * 10_000_000)
    assert not FAMILIES.hinted(LONGEST * "_" + "points")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("POINTS_PER_LIKE", {"score", "like"}),
        ("pikëPërShpërndarje", {"score", "share"}),
        ("баллыЗаЛайк", {"score", "like"}),
        ("bally_za_repost", {"score", "share"}),
        ("холҳоиКорбар", {"score", "person"}),
        ("kholhoKorbar", {"score", "person"}),
        ("امتیاز_لایک", {"score", "like"}),
        ("امتيازهای‌کاربر", {"score"}),
        ("emtiazKarbar", {"score", "person"}),
        ("bodoviZaLajkove", {"score", "like"}),
        ("бодови_за_лајкове", {"score", "like"}),
        ("поениЗаСледбеници", {"score", "follow"}),
        ("poeniZaDopagjanja", {"score", "like"}),
        ("puntiPerCondivisione", {"score", "share"}),
        ("pontszámMegosztásért", {"score", "share"}),
        ("ranglista", {"rank"}),
        ("ОтчетПоУчреждению", {"report", "institution"}),
        ("izveštajMinistarstva", {"report", "institution"}),
        ("dataDiNascita", {"age", "identity"}),
    ],
)
def test_words_of_every_language_are_found_in_names(name: str, expected: set[str]) -> None:
    assert expected == FAMILIES.of(name)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("total_score", "score"),
        ("teamLevel", "rank"),
        ("очки", "score"),
        ("ТамошоиЗинда", "live"),
        ("زنده", "live"),
        ("uživo", "live"),
        ("diretta", "live"),
        ("határidőLejár", "deadline"),
        ("njësia", "unit"),
    ],
)
def test_wider_words_count_only_when_asked_for(name: str, hint: str) -> None:
    assert FAMILIES.of(name) <= FAMILIES.hinted(name)
    assert hint in FAMILIES.hinted(name)


@pytest.mark.parametrize("name", ["total_score", "teamLevel", "очки", "زنده", "uživo", "diretta", "njësia"])
def test_wider_words_alone_do_not_count_in_names(name: str) -> None:
    assert not FAMILIES.of(name)


@pytest.mark.parametrize("language", sorted(RULES.languages.keys() - {"en"}))
def test_names_of_the_platform_hold_no_word_of_other_languages(language: str) -> None:
    """`rules/platform` is what Android calls its types and methods: English, and written by strangers."""
    names = set(re.findall(r"\w+", (RULES.home / "platform" / "callbacks.txt").read_text()))
    english, other = (
        Families(replace(RULES, languages={key: RULES.languages[key]})) for key in ("en", language)
    )

    assert {} == {name: other.of(name) for name in names if other.of(name) - english.of(name)}


@pytest.mark.parametrize("language", RULES.languages.values(), ids=lambda language: language.id)
def test_every_language_has_words_for_every_family(language: Language) -> None:
    families = {family for one in RULES.languages.values() for family in (*one.families, *one.hints)}

    assert families - LANGUAGE_FREE == (language.families.keys() | language.hints.keys()) - LANGUAGE_FREE


@pytest.mark.parametrize("language", RULES.languages.values(), ids=lambda language: language.id)
def test_a_word_stands_once_in_its_family(language: Language) -> None:
    for family in language.families.keys() | language.hints.keys():
        listed = [
            fold(word) for word in (*language.families.get(family, ()), *language.hints.get(family, ()))
        ]
        assert sorted(set(listed)) == sorted(listed), family


def test_a_word_that_counts_in_names_means_the_same_in_all_languages() -> None:
    held = [
        (fold(word), family, language.id)
        for language in RULES.languages.values()
        for family, listed in language.families.items()
        for word in listed
    ]
    assert [] == [
        (one, other)
        for one in held
        for other in held
        if one[2] < other[2] and one[1] != other[1] and one[0].rstrip("*") == other[0].rstrip("*")
        if {one[1], other[1]} != {"age", "identity"}
    ]


def test_short_words_of_names_are_compared_whole() -> None:
    short = [
        word
        for language in RULES.languages.values()
        for listed in (*language.families.values(), *language.hints.values())
        for word in listed
        if "*" in word and len(fold(word)) < len("four*")
    ]
    assert [] == short


KEYS_OF_EVERY_RECORDING = (
    "page limit offset cursor timezone locale language currency device_model os_version app_version "
    "timestamp network_type refresh_token access_token messages cart order_items price product_id "
    "category query results settings theme push_token weather latitude longitude accuracy speed steps "
    "weight playlist volume carrier screen_width density ad_id impression stack_trace file_size "
    "description title body status code error data items total count value type id label version build "
    "platform brand manufacturer"
).split()


KEEP_BACK_OR_STAND_BESIDE = {"group", "address", "app", "matter", "total", "code", "post"}
"""Families that only hold detectors back (`price`: a thing for sale), or speak beside another word only
(`app_opens`, `points_total`): keys of every app may hint at them."""


@pytest.mark.parametrize("key", KEYS_OF_EVERY_RECORDING)
def test_keys_that_every_app_sends_hint_at_nothing(key: str) -> None:
    assert FAMILIES.hinted(key) <= KEEP_BACK_OR_STAND_BESIDE


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("merita", "score"),
        ("merit", "score"),
        ("deeds", "score"),
        ("vlera", "score"),
        ("totalpoints", "score"),
        ("osszpont", "score"),
        ("összpontszám", "score"),
        ("bonuszPontszama", "score"),
        ("zaslugi", "score"),
        ("nachisleno", "gain"),
        ("percjellje", "share"),
        ("perhapje", "share"),
        ("perepost", "share"),
        ("toobbMegosztasok", "share"),
        ("mipiace", "like"),
        ("videokedveles", "like"),
        ("odobravanje", "like"),
        ("puna", "institution"),
        ("vendi_i_punes", "institution"),
        ("mestoraboty", "institution"),
        ("upr_obrazovaniya", "institution"),
        ("kerületiIntézmény", "institution"),
        ("ente-di-appartenenza", "institution"),
        ("mahalkar", "institution"),
        ("korxona_korkhona", "institution"),
        ("tabelnyy_nomer", "person"),
        ("fytyra", "photo"),
        ("pryamoy_efir", "broadcast"),
        ("distintivi", "badge"),
        ("portatoDa", "referral"),
        ("adesioni", "recruit"),
        ("otd", "unit"),
        ("dept", "unit"),
    ],
)
def test_words_of_unseen_apps_are_hinted_at(name: str, hint: str) -> None:
    assert hint in FAMILIES.hinted(name)


@pytest.mark.parametrize("name", ["időpont", "végpont", "pontosság", "pontszámítógép"])
def test_an_end_of_a_word_is_no_middle_and_no_shorter_end(name: str) -> None:
    """`*pontszám` is the end of a compound: a point in time (`időpont`) or of a network is no score."""
    ends = Families(replace(RULES, languages={"hu": replace(RULES.languages["hu"], families={}, hints=ENDS)}))

    assert not ends.hinted(name)
    assert {"score"} == ends.hinted("összPontszám") == ends.hinted("pontszám") == ends.hinted("tagpontszám")


ENDS = {"score": ("*pontszám",)}
