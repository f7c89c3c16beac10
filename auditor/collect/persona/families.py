"""Names of keys that go with a value, by family: folded, English, Albanian and as SDKs shorten them."""

from __future__ import annotations

_UNIT = """
    municipality municipal muni mun bashki bashkia bashkise komuna komune commune institution
    inst institucion institucioni njesi njesia unit department drejtori drejtoria district rreth
    rrethi qark qarku county vendpuna workplace office zyra dega branch organisation
    organization employer punedhenes topic
"""
_CITY = """
    city town ct qytet qyteti locality village residence vendbanim vendbanimi address addr
    adresa adrese street rruga rruge home region location
"""

_WORDS = {
    "name": """
        name names firstname lastname fname lname fn ln surname givenname familyname fullname
        displayname nickname nick username given family forename first last emri emer emrin mbiemri
        mbiemer mbiemrin user person author owner contact holder
    """,
    "unit": _UNIT,
    "city": _UNIT + _CITY,
    "birth": """
        birth birthday birthdate dob db bday born datelindja datelindje ditelindja lindje lindja
    """,
    "age": "age mosha moshe yob",
    "gender": "gender sex ge gjinia gjini",
    "occupation": """
        position job title occupation profession role pozicioni pozicion detyra profesioni profesion
        funksioni funksion
    """,
    "password": """
        password pass passwd pwd pw psw passcode fjalekalimi fjalekalim secret credential pin
    """,
    "account": """
        facebook fb instagram ig social profile user username handle account uid id identity
        external distinct login sub llogaria perdorues
    """,
    "wifi": "ssid bssid wifi network wlan rrjeti",
    "ip": "ip ipv address addr local lan",
    "model": "model device hardware phone dm name product",
    "place": """
        lat latitude lon lng long longitude location loc position pos geo geohash gh hash coord
        coords coordinates gps gjeresi gjatesi vendndodhja point ll latlng center
    """,
    "number": """
        nid nipt national personal ssn citizen idnumber identity identiteti identitet leternjoftim
        karta numripersonal cid idn pid nin
    """,
    "kosovo": "numripersonal personalnumber nrpersonal personalno embg",
    "phone": """
        phone ph tel telefon telefoni telephone mobile msisdn cel celular sms numri contact whatsapp
        viber
    """,
    "imei": "imei imeis imeisv meid device deviceid hardware",
    "advertising": "aaid gaid idfa ifa adid rdid advertising advertiser advertisement gps maid oaid",
    "device": "device deviceid deviceuuid udid hardware",
    "installation": "fid installation installations installationid iid instance instanceid",
}

FAMILIES = {family: frozenset(words.split()) for family, words in _WORDS.items()}
"""Family to words; a key belongs to it when one of its words does, or all of them written as one."""
