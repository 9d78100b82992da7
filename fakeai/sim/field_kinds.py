"""Field kinds: what a field's name says of its value."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_NAMES: Final[dict[str, str]] = {
    "first_name": "first name, given name, forename, firstname, givenname, middle name",
    "last_name": "last name, surname, family name, lastname, familyname",
    "name": "name, full name, person, author, owner, customer, client, user, contact, recipient,"
    " sender, employee, manager, assignee, patient, participant, attendee, speaker, artist, actor,"
    " director, doctor, teacher, student, passenger, guest, member, creator, fullname",
    "username": "username, user name, login, handle, nickname, screen name",
    "email": "email, mail, e mail, email address, mail address",
    "phone": "phone, phone number, telephone, mobile, tel, fax, cell, phonenumber",
    "company": "company, organization, organisation, employer, vendor, supplier, brand, publisher,"
    " manufacturer, company name, merchant, bank, institution, school, university, airline",
    "job": "job, job title, occupation, profession, position, role",
    "department": "department, team, division",
    "street": "street, address, street address, address line, line 1, street name, home address",
    "city": "city, town, location, place, destination, origin, hometown, departure, arrival, venue",
    "region": "state, province, region, county, district",
    "country": "country, nation, country name, nationality",
    "country_code": "country code, countrycode",
    "postcode": "zip, zip code, zipcode, postcode, postal code, postalcode",
    "language": "language, lang",
    "language_code": "language code, locale, lang code",
    "currency": "currency, currency code",
    "timezone": "timezone, time zone, tz",
    "url": "url, uri, link, href, website, homepage, web site, site, endpoint, webhook",
    "image_url": "image url, avatar, picture, thumbnail, photo, image, icon, logo, cover",
    "domain": "domain, hostname, host, domain name",
    "ipv4": "ip, ip address, ipv4",
    "ipv6": "ipv6",
    "uuid": "uuid, guid",
    "id": "id, identifier, key, reference, ref, code, sku, serial, number, token, hash, slug",
    "title": "title, event name, project name, recipe name, dish name, course name,"
    " headline, heading, subject, caption, label, header, topic, event, book, movie",
    "sentence": "description, summary, text, content, message, body, comment, note, notes, reason,"
    " explanation, overview, details, abstract, review, feedback, answer, response, reply, output,"
    " rationale, thought, reasoning, analysis, conclusion, justification, instructions, bio,"
    " about, remark, definition, statement, observation, evidence, advice, action, step, steps,"
    " task, objective, goal, criteria, finding, impact, recommendation, quote, snippet, idea",
    "question": "question, query, prompt, follow up",
    "word": "tag, tags, keyword, keywords, category, type, kind, group, topic, genre, class, theme,"
    " ingredient, skill, interest, hobby, feature, attribute, property, item, term, word, entity",
    "product": "product, product name, item name, merchandise, goods",
    "color": "color, colour",
    "status": "status, stage, phase",
    "unit": "unit, units, uom",
    "gender": "gender, sex",
    "month_name": "month",
    "weekday": "weekday, day of week, day",
    "date": "date, birthday, dob, day, deadline, birthdate, birth date, due, since, until, start"
    " date, end date, expiry, expiration",
    "datetime": "timestamp, datetime, date time, created, updated, modified, created at,"
    " updated at, published at, deleted at, at, published, start time, end time",
    "time": "time, hour of day, opening, closing",
    "duration": "duration, length of stay",
    "version": "version, release",
    "filename": "file, filename, file name, path, document, attachment",
    "mime_type": "mime type, mimetype, content type, media type",
    "age": "age, years old",
    "year": "year",
    "month": "month",
    "day": "day",
    "hour": "hour, hours",
    "minute": "minute, minutes, second, seconds",
    "price": "price, amount, cost, total, subtotal, fee, balance, tax, discount, budget, salary,"
    " revenue, income, payment, value, charge, tip, fare, sum",
    "count": "count, quantity, qty, stock, size, length, items, people, guests, adults, children,"
    " limit, nights, days, weeks, months, years, servings, copies, rooms, seats, pages, likes",
    "rating": "rating, stars, grade, priority, severity, level, rank, importance",
    "percent": "percent, percentage, progress, completion, humidity, battery, share",
    "score": "score, confidence, probability, likelihood, ratio, similarity, relevance, weight,"
    " certainty, sentiment score, accuracy",
    "latitude": "latitude, lat",
    "longitude": "longitude, lng, lon, long",
    "temperature": "temperature, temp",
    "distance": "distance, height, width, depth, area, radius, speed",
    "port": "port",
}
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
WORDS_MAX: Final = 12
#: How much of a name is read, and remembered: clients choose the names.
NAME_CHARACTERS_MAX: Final = 200
_REMEMBERED_MAX: Final = 4096


def words_of(name: str) -> tuple[str, ...]:
    """Return a field name's words in lower case: `firstName` and `first_name` are alike."""
    return _words(name[:NAME_CHARACTERS_MAX])


@lru_cache(_REMEMBERED_MAX)
def _words(name: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _WORD.findall(name))[-WORDS_MAX:]


def kind_of(name: str, *, numeric: bool = False) -> str | None:
    """Return the kind of value that a field's name asks for."""
    return _kind(name[:NAME_CHARACTERS_MAX], numeric)


@lru_cache(_REMEMBERED_MAX)
def _kind(name: str, numeric: bool) -> str | None:  # noqa: FBT001 # a key of the cache
    table = _NUMBERS if numeric else _TEXTS
    words = _words(name)
    for start in range(len(words)):
        found = _look_up(table, words[start:])
        if found is not None:
            return found
    for word in reversed(words):
        found = _look_up(table, (word,))
        if found is not None:
            return found
    return None


def _look_up(table: dict[tuple[str, ...], str], words: tuple[str, ...]) -> str | None:
    """Return the kind of these words, in the plural too."""
    *before, last = words
    for ending in (last, last.removesuffix("s"), last.removesuffix("es"), last[:-3] + "y"):
        found = table.get((*before, ending))
        if found is not None:
            return found
    return None


NUMERIC_KINDS: Final = (
    *("age", "year", "month", "day", "hour", "minute", "price", "count", "rating", "percent"),
    *("score", "latitude", "longitude", "temperature", "distance", "port", "id"),
)


def _table(*, numeric: bool) -> dict[tuple[str, ...], str]:
    """Return the kinds by words; where two kinds share a word, the first one has it."""
    table: dict[tuple[str, ...], str] = {}
    for kind, names in _NAMES.items():
        if (kind in NUMERIC_KINDS) == numeric or kind == "id":
            for name in names.split(","):
                table.setdefault(tuple(name.split()), kind)
    return table


_TEXTS: Final = _table(numeric=False)
_NUMBERS: Final = _table(numeric=True)
