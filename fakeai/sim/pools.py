"""Pools: ready-made values by kind, from which a request chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from random import Random


class Pools(msgspec.Struct, frozen=True):
    """Tuples of values by kind; built once, at the start of the server."""

    values: dict[str, tuple[str, ...]]

    def pick(self, kind: str, rng: Random) -> str | None:
        """Return a value of a kind, or None if there is no pool of it."""
        pool = self.values.get(kind)
        return pool[int(rng.random() * len(pool))] if pool else None

    def overlaid(self, values: dict[str, tuple[str, ...]]) -> Pools:
        """Return pools in which some kinds have other values."""
        return Pools({**self.values, **{kind: pool for kind, pool in values.items() if pool}})


def _split(text: str) -> tuple[str, ...]:
    """Return the parts between the bars."""
    return tuple(part.strip() for part in text.split("|"))


BUILT_IN: Final = Pools(
    {
        "first_name": _split("Ada|Grace|Alan|Maria|Linus|Noor|Kenji|Amara|Jonas|Lucía|Priya|Tomas"),
        "last_name": _split("Lovelace|Hopper|Okafor|Nguyen|Meyer|Rossi|Tanaka|Silva|Khan|Larsen"),
        "name": _split("Ada Lovelace|Grace Hopper|Noor Khan|Kenji Tanaka|Lucía Silva|Jonas Meyer"),
        "username": _split("ada.l|ghopper|kenji42|noor_k|jmeyer|lucia.s|blue_heron|north77"),
        "phone": _split("+1-202-555-0143|+1-415-555-0178|+44 20 7946 0958|+49 30 901820"),
        "company": _split("Northwind Traders|Blue Heron Labs|Acme Corp|Contoso|Riverside Partners"),
        "job": _split("Software Engineer|Data Analyst|Product Manager|Nurse|Architect|Teacher"),
        "department": _split("Engineering|Finance|Marketing|Support|Research|Operations"),
        "street": _split(
            "12 Maple Street|48 Harbour Road|221 Oak Avenue|7 Station Lane|90 Hill Way"
        ),
        "city": _split("Paris|Tokyo|Lagos|Toronto|Lisbon|Nairobi|Melbourne|Oslo|Lima|Seoul|Boston"),
        "region": _split("California|Ontario|Bavaria|Catalonia|Queensland|Oregon|Tuscany"),
        "country": _split(
            "France|Japan|Nigeria|Canada|Portugal|Kenya|Australia|Norway|Peru|Germany"
        ),
        "country_code": _split("FR|JP|NG|CA|PT|KE|AU|NO|PE|DE|US|GB"),
        "postcode": _split("94107|10115|75011|02139|60614|98052|30301"),
        "language": _split("English|French|Japanese|Portuguese|German|Arabic|Hindi"),
        "language_code": _split("en|fr|ja|pt|de|ar|hi|en-US"),
        "currency": _split("EUR|USD|JPY|GBP|CAD|CHF"),
        "timezone": _split("Europe/Paris|America/New_York|Asia/Tokyo|Africa/Lagos|UTC"),
        "title": _split(
            "A Quiet Morning|Notes on Rivers|The Long Way Home|Quarterly Review|Getting Started"
        ),
        "sentence": _split(
            "The plan is simple and can start this week.|Most of the work is already done.|"
            "It depends on the weather and the time of day.|Early results look promising.|"
            "A short walk makes the rest of the day easier.|Nothing unusual was found."
        ),
        "question": _split(
            "What should be done first?|Where does the data come from?|How long will it take?"
        ),
        "word": _split("river|garden|signal|market|travel|music|science|design|energy|weather"),
        "product": _split("Oak Desk|Wireless Keyboard|Trail Backpack|Ceramic Mug|Desk Lamp"),
        "color": _split("blue|green|red|amber|violet|teal|white|black"),
        "status": _split("active|pending|completed|open|closed"),
        "unit": _split("kg|m|km|l|cm|g"),
        "gender": _split("female|male|other"),
        "month_name": _split("January|March|May|June|August|October|December"),
        "weekday": _split("Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"),
        "version": _split("1.4.2|2.0.0|0.9.1|3.11.7"),
        "filename": _split("report.pdf|notes.txt|data.csv|photo.png|summary.md"),
        "mime_type": _split("application/json|text/plain|image/png|application/pdf"),
        "domain": _split("example.com|example.org|shop.example.net|api.example.com"),
    }
)
