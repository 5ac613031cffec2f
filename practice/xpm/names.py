"""Names as they are compared: of people, whichever way round they are written, and of entities without legal words. Pure."""

import re
import unicodedata

# Letters that have no accent to take off, and yet are written without.
_PLAIN = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "dame", "hon", "rev"})
_LEGAL = frozenset({"pty", "ltd", "limited", "proprietary", "inc", "incorporated", "llc", "plc", "co", "company", "the"})
# "Hill Nominees Pty Ltd ATF Hill Family Trust" is the trust's name: who holds it may change.
_TRUSTEE_FOR = re.compile(r"^(?:.*\b)?(?:atf|as trustees? for|the trustees? (?:for|of)|trustees? for)\s+")
_TRADING_AS = re.compile(r"\s+(?:t a|ta|trading as)\s+.*$")
_SUPER = re.compile(r"\b(?:self managed |self manage )?(?:superannuation|super) fund\b|\bsmsf\b|\bs f$|\bsuperfund\b")


def words(text: str) -> list[str]:
    """In small letters, without accents and punctuation: O'Neill is one word, as is Müller-Zoë two."""
    text = text.casefold().replace("&", " and ").replace("'", "").replace("’", "")
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in decomposed if unicodedata.category(letter) != "Mn").translate(_PLAIN)
    return re.findall(r"\w+", text)


def person_words(name: str) -> list[str]:
    """The words of a person's name, without a title."""
    found = [word for word in words(name) if word not in _TITLES]
    return found or words(name)


def entity_name(name: str) -> str:
    """What is left of an entity's name when it is compared: `Hill Pty. Limited` and `HILL PTY LTD` are both `hill`."""
    plain = " ".join(words(name))
    plain = _TRADING_AS.sub("", _TRUSTEE_FOR.sub("", plain))
    plain = _SUPER.sub("super fund", plain)
    return " ".join(word for word in plain.split() if word not in _LEGAL) or plain


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)
