"""Words that can stand for one another in the data of a program, so that it stays sensible.

Here: groups of words. Not here: putting them into programs (``variants``).
"""

from __future__ import annotations

from collections.abc import Mapping

GROUPS: tuple[tuple[str, ...], ...] = (
    ("Ama", "Esi", "Yaw", "Kofi", "Kojo", "Abena", "Efua", "Adwoa", "Kwame", "Akua", "Nana", "Fiifi", "Kwesi",
     "Kwabena", "Akosua", "Adjoa", "Akos", "Ato", "Afia", "Araba", "Ekow", "Mansa", "Panyin", "Sena",
     "Selasi", "Dela", "Naa", "Lamisi", "Baba", "Zainab"),
    ("Mensah", "Owusu", "Boateng", "Addo", "Asare", "Osei", "Tetteh", "Appiah", "Danso", "Quaye"),
    ("Tamale", "Ho", "Wa", "Tema", "Kumasi", "Accra", "Kasoa", "Winneba", "Bolga", "Takoradi", "Sunyani",
     "Koforidua", "Nsawam", "Obuasi", "Techiman", "Keta", "Axim", "Elmina", "Aburi", "Yendi"),
    ("Circle", "Lapaz", "Kaneshie", "Madina", "Mallam", "Adenta", "Ashaiman", "Osu", "Labadi", "Dansoman",
     "Achimota", "Legon"),
    ("Stars", "Lions", "Hearts", "Kotoko", "Hawks", "Dreams", "Kings", "Rivers", "Eagles", "Giants", "Royals",
     "Tigers", "Falcons", "Rangers"),
    ("yam", "rice", "salt", "gari", "oil", "milk", "fish", "bread", "beans", "okra", "sugar", "maize",
     "cassava", "plantain", "onions", "pepper", "eggs", "flour", "millet", "ginger", "garlic", "honey"),
    ("mango", "banana", "pawpaw", "pineapple", "orange", "guava", "melon", "lime", "coconut", "cherry"),
    ("waakye", "jollof", "banku", "kenkey", "fufu", "stew", "soup", "koko", "kelewele", "tuozaafi"),
    ("pen", "book", "ruler", "chalk", "bag", "pencil", "eraser", "map", "folder", "marker", "notebook"),
    ("soap", "phone", "lamp", "bucket", "radio", "mirror", "broom", "fan", "kettle", "candle", "comb"),
    ("red", "green", "blue", "white", "yellow", "black", "brown", "pink", "purple", "grey"),
    ("maths", "science", "english", "music", "history", "french", "art", "biology", "physics", "chemistry"),
    ("bus", "taxi", "trotro", "train", "ferry", "bicycle", "lorry", "van"),
    ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    ("cat", "dog", "goat", "sheep", "hen", "duck", "cow", "horse"),
    ("football", "netball", "tennis", "hockey", "boxing", "chess", "running", "swimming"),
    ("library", "museum", "market", "school", "beach", "stadium", "clinic", "harbour", "garden", "station"),
    ("water", "tea", "juice", "coffee", "cocoa", "lemonade"),
    ("shirt", "shoe", "hat", "belt", "sandal", "scarf", "skirt", "dress"),
)  # fmt: skip
"""Groups; a word stands in one of them only, singular and plural not mixed where it would show."""

GROUP_OF: Mapping[str, int] = {
    word.casefold(): number for number, group in enumerate(GROUPS) for word in group
}
"""Group of a word, written small."""
