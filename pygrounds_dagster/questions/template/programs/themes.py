"""Worlds that pipelines speak of: market, school, buses, phones …

Here: data. Every theme has records with a name, a group and a whole number, so that any computation can be
told in any theme. Not here: computations.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Theme:
    """A world.

    Nouns are (singular, plural), single words that Python takes as names.

    Attributes:
        key: its own name.
        story: a sentence that opens the question.
        record, label, group, value: nouns of a record, its name, its group, and its number.
        batch: a stretch in which several numbers come together.
        unit: of the number, in the plural; empty if it needs none.
        labels, groups: examples, in no order; labels are different from each other.
        limits: numbers that may divide small from large, ascending.
        top: the largest number that occurs.
    """

    key: str
    story: str
    record: tuple[str, str]
    label: tuple[str, str]
    group: tuple[str, str]
    value: tuple[str, str]
    batch: tuple[str, str]
    unit: str
    labels: tuple[str, ...]
    groups: tuple[str, ...]
    limits: tuple[int, ...]
    top: int


def _theme(
    key: str, story: str, nouns: str, unit: str, labels: str, groups: str, limits: tuple[int, ...], top: int
) -> Theme:
    pairs = [(one, many) for one, _, many in (noun.partition("/") for noun in nouns.split())]
    record, label, group, value, batch = pairs
    return Theme(
        key,
        story,
        record,
        label,
        group,
        value,
        batch,
        unit,
        tuple(labels.split()),
        tuple(groups.split()),
        limits,
        top,
    )


THEMES: tuple[Theme, ...] = (
    _theme("market", "Ama writes down what she sells at the market.",
           "sale/sales product/products kind/kinds price/prices day/days", "cedis",
           "yam rice okra beans maize plantain onion pepper", "grain fruit root", (8, 12, 15, 20), 40),
    _theme("football", "Kofi keeps the book of his football league.",
           "match/matches team/teams league/leagues score/scores season/seasons", "goals",
           "Lions Stars Hearts Eagles Sharks Rovers Arrows Bulls", "north south coast", (2, 3, 4, 5), 9),
    _theme("rain", "A school measures how much rain falls.",
           "reading/readings town/towns region/regions amount/amounts week/weeks", "mm",
           "Tamale Accra Kumasi Ho Wa Tema Axim Keta", "north middle coast", (5, 10, 18, 25), 60),
    _theme("buses", "A bus station counts its passengers.",
           "trip/trips route/routes station/stations load/loads morning/mornings", "people",
           "airport harbour circle campus market lagoon stadium bridge", "east west central",
           (10, 20, 30, 40), 70),
    _theme("school", "A teacher looks at the last class test.",
           "result/results pupil/pupils form/forms mark/marks term/terms", "points",
           "Esi Yaw Kojo Adwoa Kwame Abena Akua Fiifi", "A B C", (40, 50, 60, 75), 100),
    _theme("phones", "A shop sells phone credit.",
           "refill/refills customer/customers network/networks credit/credits week/weeks", "cedis",
           "Nana Efua Kwesi Ibrahim Zainab Mensah Lamisi Doe", "green red blue", (5, 10, 15, 20), 50),
    _theme("library", "The library wants to know what is read.",
           "loan/loans title/titles shelf/shelves length/lengths month/months", "pages",
           "drums ananse rivers planets kente cocoa maths comets", "stories science history",
           (50, 80, 120, 200), 400),
    _theme("farm", "Maame Serwaa keeps hens on several farms.",
           "basket/baskets farm/farms owner/owners crop/crops week/weeks", "eggs",
           "hilltop riverside oldfield mango sunrise valley cedar palm", "Serwaa Owusu Badu",
           (6, 12, 18, 24), 48),
    _theme("clinic", "A clinic wants shorter queues.",
           "visit/visits patient/patients ward/wards wait/waits day/days", "minutes",
           "Adjoa Kwaku Yaa Musa Akosua Selorm Dela Baaba", "eyes teeth general", (10, 15, 30, 45), 90),
    _theme("taxis", "A driver checks the fares of the week.",
           "ride/rides driver/drivers zone/zones fare/fares shift/shifts", "cedis",
           "Kwabena Sena Atta Bright Rashid Linda Joana Peter", "city beach airport", (10, 15, 25, 30), 80),
    _theme("running", "A running club notes the laps of its members.",
           "run/runs member/members squad/squads distance/distances week/weeks", "km",
           "Tetteh Naa Obi Rose Hassan Grace Elorm Ben", "juniors seniors guests", (3, 5, 8, 10), 21),
    _theme("parcels", "The post office weighs every parcel.",
           "parcel/parcels receiver/receivers city/cities weight/weights van/vans", "kg",
           "Asante Boateng Darko Frimpong Quaye Sarpong Tawiah Nkansah", "Tema Cape Sunyani", (2, 5, 8, 12),
           30),
    _theme("games", "Friends take turns in a game on their phones.",
           "turn/turns player/players level/levels points/points evening/evenings", "",
           "kiki zed maya tomi lulu sam ori bea", "forest desert ice", (15, 30, 50, 80), 150),
    _theme("water", "A village counts the water that its houses use.",
           "house/houses family/families street/streets usage/usages month/months", "litres",
           "Addo Bawa Cudjoe Dogbe Essel Fosu Gyan Hini", "palm river hill", (20, 40, 60, 90), 160),
    _theme("power", "Every home pays for the power that it uses.",
           "bill/bills tenant/tenants block/blocks cost/costs quarter/quarters", "cedis",
           "Amoah Baidoo Opoku Sowah Yeboah Zigah Arthur Nyarko", "one two three", (25, 50, 70, 100), 180),
    _theme("bakery", "A bakery plans what to bake tomorrow.",
           "order/orders cafe/cafes street/streets amount/amounts day/days", "loaves",
           "Sunny Corner Palmview Savanna Harmony Oasis Teatime Mango", "ring high castle", (4, 10, 16, 24),
           50),
    _theme("fishing", "Fishermen land their catch in the morning.",
           "boat/boats captain/captains beach/beaches catch/catches morning/mornings", "fish",
           "Ato Ebo Kobina Kweku Panyin Kakra Jojo Ekow", "Elmina Winneba Apam", (12, 25, 40, 60), 120),
    _theme("trees", "A class plants trees and measures them.",
           "tree/trees planter/planters field/fields height/heights row/rows", "cm",
           "Akpene Delali Mawuli Yayra Eyram Selasie Kafui Enam", "front back side", (30, 45, 60, 90), 150),
    _theme("songs", "A radio station lists the songs of its show.",
           "song/songs singer/singers style/styles length/lengths hour/hours", "seconds",
           "Daddy Efya Amakye Becca Samini Reggie Kidi Gyakie", "highlife gospel hiplife",
           (120, 150, 180, 210), 300),
    _theme("cinema", "A cinema looks at how full its shows are.",
           "show/shows film/films hall/halls crowd/crowds evening/evenings", "people",
           "Sunrise Beads Keteke Azali Kukurantumi Heritage Potato Aloe", "red gold blue", (20, 35, 50, 80),
           120),
    _theme("weather", "Pupils read a thermometer every day.",
           "record/records spot/spots area/areas temperature/temperatures month/months", "degrees",
           "Bolga Navrongo Koforidua Nkawkaw Aburi Hohoe Dodowa Sekondi", "hills plain sea",
           (24, 27, 30, 33), 41),
    _theme("cloth", "A tailor cuts cloth for her customers.",
           "piece/pieces buyer/buyers pattern/patterns length/lengths roll/rolls", "cm",
           "Araba Mansa Dede Korkor Fatima Hawa Ewurama Aba", "kente batik plain", (40, 80, 100, 150), 260),
    _theme("garage", "A garage writes down how long repairs take.",
           "repair/repairs mechanic/mechanics part/parts time/times day/days", "minutes",
           "Yusif Coffie Ansah Pobee Tandoh Larbi Wiafe Duah", "brakes engine lights", (20, 30, 45, 60), 120),
    _theme("savings", "Members of a savings group pay in each week.",
           "payment/payments saver/savers village/villages deposit/deposits week/weeks", "cedis",
           "Comfort Mercy Patience Gifty Vida Janet Charity Florence", "Juaben Ejura Offinso", (5, 10, 20,
           40), 90),
)  # fmt: skip
