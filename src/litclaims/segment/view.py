"""The text as the grammar reads it: the same length, with look-alike characters brought to one form.

Every character maps to exactly one, so an offset into the view is an offset into the text.
"""

from __future__ import annotations

import html
import re

_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_HYPHENS = "\u2010\u2011\u2212\ufe63\uff0d"
_DASHES = "\u2012\u2013\u2014\u2015"
_TIMES = "\u2715\u2716\u2573\u2613\u2a09\u2a2f\u00d7\u0445\u0425"

_MATHS_FONT = {
    **dict.fromkeys("\u2d19\u2af9", "+"),
    **dict.fromkeys("\u2d1a\u2afa", "-"),
    **dict.fromkeys("\u2d1b\u2afb", "×"),
    **dict.fromkeys("\u2d1d\u2afd", "="),
    **dict.fromkeys("\u2d1e\u2afe", "±"),
    "\u2b0d": "<",
    "\u2b0e": ">",
    "\u2c75": "≤",
    "\u2c76": "≥",
    **dict.fromkeys("\u2b03\u2b07", "~"),
    "\u242e": "µ",
}
"""Letters and arrows that stand for signs: a font for maths of many printed journals has no map to characters, and its
signs come out of a PDF as what happens to have their numbers, ``10 ⴛ 10⁶`` and ``CD34ⴙ``."""

CARETS = "\u02c4\u02c6\u2038\u2227\uff3e"
"""Signs that stand for a caret: modifier letters, a caret to insert, a wedge, a wide one."""

_TABLE = str.maketrans(
    {
        **dict.fromkeys(_SPACES, " "),
        **dict.fromkeys(_HYPHENS, "-"),
        **dict.fromkeys(_DASHES, "–"),
        **dict.fromkeys(_TIMES, "×"),
        **_MATHS_FONT,
        **dict.fromkeys("\u223c\uff5e\u02dc\u2248\u2245\u2243", "~"),
        **dict.fromkeys("\u2264\u2a7d\u2266", "≤"),
        **dict.fromkeys("\u2265\u2a7e\u2267", "≥"),
        "\u03bc": "µ",
        "\u2019": "'",
        "\u2018": "'",
        "\u02bc": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u22c5": "·",
        "\u2219": "·",
        "\u2022": "·",
        **dict.fromkeys(CARETS, "^"),
        **dict.fromkeys("\u2217\uff0a", "*"),
        "\u2027": "·",
        "\u2044": "/",
        "\u2215": "/",
        "\u0131": "i",
        "\u0130": "I",
        "\u017f": "s",
        "\u212a": "K",
        "\t": " ",
    }
)
"""Spaces to a space, hyphens and minus signs to ``-``, long dashes to ``–``, crosses (and the Cyrillic ha) to ``×``,
carets and wedges to ``^``."""

_FILL = "\ue000"
"""Stands in the first passes for what must not be read; a run of characters that holds it becomes ``_``."""

_HIDDEN = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
"""Characters that are not seen: soft hyphens, joiners, marks of direction, byte order marks."""

_GAP = r"[^\S\n]{0,3}\n?[^\S\n]{0,3}"
_UNSEEN = re.compile(rf"[{_HIDDEN}{_FILL}]")
_IN_NUMBER = re.compile(rf"(?<=\d)[{_HIDDEN}]++{_GAP}(?=\d)|(?<=\d){_GAP}[{_HIDDEN}]++(?=\d)")
_AT_EDGE = re.compile(rf"(?<!\S)[{_HIDDEN}]++|(?<![{_HIDDEN}])[{_HIDDEN}]++(?!\S)")
_RUN = re.compile(r"\S++")
_BEFORE_FILL = re.compile(rf"(?<![\w.])\d[\d.,]{{0,18}}(?:\s?[^\W\d_]{{1,12}}){{0,2}}\s{{0,3}}(?={_FILL})")

_AFTER_FILL = re.compile(rf"(?<={_FILL})\s{{1,3}}(?=[\d.])")

_ENTITY = re.compile(
    r"(?P<tag>&lt;/?su[bp]&gt;)"
    r"|&(?:amp;){0,3}(?P<name>#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,12}\d{0,2})(?P<stop>;)"
    r"|&(?P<bare>lt|gt|nbsp|plusmn)(?![\w=;])"
)
_COMPARISONS = "<>≤≥≈~∼⩽⩾"
_QUANTITY_NEXT = re.compile(r"\s{0,3}(?=[\d.])")
_MOST_BLANKS = 3
"""The grammar reads a range or a product with so many blanks on either side of its sign."""

_SPLIT_BY_LINE = re.compile(r"\.(?<=\d\.)[ \t]{0,9}(?:\r\n?|\n)(?=[ \t]{0,9}\d)")
"""One line break after a full stop ends a sentence; only a decimal split by a blank line is read as one number."""

_RAISED_SIGN = re.compile(r"(?<![\w.])([A-Za-z][A-Za-z0-9]{0,11})([⁺⁻])(?![⁰¹²³⁴⁵⁶⁷⁸⁹])")
"""``CD34⁺``: a raised sign behind a name is the sign."""

_NOTE_LETTER = re.compile(
    r"(?<=[\d⁰¹²³⁴⁵⁶⁷⁸⁹])(?<!\b10)(?:[ᵃᵇᶜᵈᵉᶠᵍʰ](?:[,˒]\s?[ᵃᵇᶜᵈᵉᶠᵍʰ]){0,5}(?![ᵃ-ᶿⁱⁿˡʳˢˣʲʷʸ])|<sup>\s?[a-h†‡§¶*]\s?</sup>"
    r"|[†‡§¶]{1,2}|\*(?=\s?×))"
)
"""A mark of a footnote behind a figure: ``2.5ᵃ × 10⁶``; of ``10ᵃ`` nobody knows whether it is a power."""

_NOTE_SIGN, _NOTE_TAG = re.compile(r"[ᵃᵇᶜᵈᵉᶠᵍʰ†‡§¶]|[*]\s?×"), "<sup>"
"""What each of these begins with."""

_ESCAPED_IN_NUMBER = re.compile(r"(?<=\d)\\(?=[.,'_]\d)")
_ESCAPED = re.compile(r"\\(?=\^\s?\d|[<>~*≤≥]\s?\d)")
"""The bar that some exports leave before a sign, which is then read as if it stood alone: ``10\\^6``, ``\\>20``."""

_MATHS = re.compile(
    r"\$\s?\^\s?\{?\s?(?P<sign>[+-])\s?\}?\s?\$"
    r"|\$(?=[^$\n]{0,60}[\\^])(?P<figure>(?:[\d\s.,()^{}~/+–-]|\\(?:times|cdot|pm|sim|approx|leq?|geq?)(?![a-z])"
    r"|\\(?:mathrm|text|rm)\s?\{[\sA-Za-z+-]{1,24}\}){1,60}+)\$"
)
"""A figure as the maths of TeX, whose signs are no currency: ``$2 \times 10^{6}$``, ``10 $^{6}$``, ``CD34$^{+}$``."""

_MATHS_SIGN = re.compile(r"\\(?P<name>pm|sim|approx|leq?|geq?)(?![a-z])|\\(?:mathrm|text|rm)\s?\{(?P<words>[^}]+)\}|~")
_MATHS_SIGNS = {"pm": " ± ", "sim": "~", "approx": "~", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥"}

_MARKUP = re.compile(
    r"(?<!\\)\\(?!\((?=\s?\{?10))(?!(?<=\}\\)\))(?P<escaped>[!-/:-@\[-`{-~])"
    r"|(?P<struck>~~(?=[^\s~])(?:[^~\n]|~(?!~)|\n(?![ \t\r]{0,20}\n)){1,2000}~~)"
    r"|(?<!\d)\*\*|\*\*(?!\d)"  # bold, but not the power in 10**6
    r"|(?<![\w*])\*(?=[^\s*])|(?<=[^\s*\d])\*(?![\w*])|(?<=\d)\*(?=[\s.,;:)]|$)(?!\s{0,2}10)"  # emphasis, not 2*10
    r"|(?<!\w)__?(?=\w)|(?<=\w)__?(?!\w)"
    r"|`"
    r"|\]\([^)\s]{1,500}\)|\[(?=[^\]\n]{1,200}\]\()"  # the target of a link
)
_COMMENT = re.compile(r"(?<![`\\])<!--")
_EMPTY_LINE = re.compile(r"\n[ \t\r]*+\n")


def view(text: str, *, markdown: bool = False) -> str:
    """The view of a text, as long as the text.

    HTML entities become their character and blanks; a number that an invisible character or an entity breaks becomes
    ``_``, so that it is left unread rather than misread. In Markdown, marks of emphasis, code and links, comments and
    struck text become spaces.
    """
    if markdown:
        text = _ESCAPED_IN_NUMBER.sub(_FILL, _without_comments(text))
        text = _MARKUP.sub(_unmarked, text)
    if "\\" in text:
        text = _ESCAPED.sub(" ", text)
    if "$" in text and "^" in text:
        text = _MATHS.sub(_from_maths, text)
    if "&" in text:
        text = _ENTITY.sub(_entity, text)
    if not text.isascii() and _UNSEEN.search(text):
        text = _unread(text)
    if _NOTE_TAG in text or (not text.isascii() and _NOTE_SIGN.search(text)):
        text = _NOTE_LETTER.sub(lambda match: " " * len(match.group()), text)
    if "⁺" in text or "⁻" in text:
        text = _RAISED_SIGN.sub(lambda match: match[1] + ("+" if match[2] == "⁺" else "-"), text)
    return _plain_signs(_SPLIT_BY_LINE.sub(lambda match: ".".ljust(len(match.group())), text))


def _from_maths(match: re.Match[str]) -> str:
    """A figure of TeX as the grammar takes it: powers and their sign of multiplication it reads as they are."""
    if match["sign"]:
        return match["sign"].ljust(len(match.group()))
    return f" {_MATHS_SIGN.sub(_from_maths_sign, match['figure'])} "


def _from_maths_sign(match: re.Match[str]) -> str:
    size = len(match.group())
    if match["words"]:
        return f"{match['words']} ".rjust(size)
    return _MATHS_SIGNS.get(match["name"], " ").ljust(size)


def _plain_signs(text: str) -> str:
    """A text with the plain form of each sign that has one. Few texts hold more than one or two of them, and to replace
    these one by one takes a tenth of the time of a look at each character."""
    for sign in _TABLE.keys() & set(map(ord, set(text))):
        text = text.replace(chr(sign), _TABLE[sign])
    return text


def _unread(text: str) -> str:
    """The text with what holds an invisible character made unreadable; at the edge of a word such a one is a blank."""
    text = _AFTER_FILL.sub(lambda match: _FILL * len(match.group()), text)
    text = _BEFORE_FILL.sub(lambda match: _FILL * len(match.group()), text)
    text = _IN_NUMBER.sub(lambda match: _FILL * len(match.group()), text)
    text = _AT_EDGE.sub(lambda match: " " * len(match.group()), text)
    return _RUN.sub(_blotted, text)


def _blotted(match: re.Match[str]) -> str:
    run = match.group()
    if not _UNSEEN.search(run):
        return run
    return "".join("_" if character.isalnum() or _UNSEEN.match(character) else character for character in run)


def _entity(match: re.Match[str]) -> str:
    """An entity as its character and blanks, on the side where the grammar takes them; else what is not read."""
    found, size = match.group(), len(match.group())
    if match["tag"]:
        return _FILL * size
    character = html.unescape(f"&{match['name'] or match['bare']};").translate(_TABLE)
    if len(character) != 1:
        return found
    if character in _COMPARISONS:
        return character.rjust(size)
    text, start, end = match.string, match.start(), match.end()
    follows = _QUANTITY_NEXT.match(text, end)
    if character.isnumeric() or (follows and not _fits(text, start, end, size, character)):
        return _FILL * size
    if character.isspace() or not character.isprintable():
        return " " * size
    left = (size - 1) // 2 if follows else size - 1
    return " " * left + character + " " * (size - 1 - left)


def _fits(text: str, start: int, end: int, size: int, character: str) -> bool:
    """True if the grammar reads the sign of a range or a product with the blanks that its entity leaves."""
    if character not in "–-×·":
        return False
    left = (size - 1) // 2
    before = len(text[max(0, start - 9) : start]) - len(text[max(0, start - 9) : start].rstrip())
    after = len(text[end : end + 9]) - len(text[end : end + 9].lstrip())
    return before + left <= _MOST_BLANKS and after + size - 1 - left <= _MOST_BLANKS


def _unmarked(match: re.Match[str]) -> str:
    size = len(match.group())
    if match["escaped"]:
        return " " + match["escaped"]
    if match["struck"]:
        around = match.string[max(0, match.start() - 1) : match.start()] + match.string[match.end() : match.end() + 1]
        touches = any(character.isdigit() or character in ".," for character in around)
        return _FILL * size if touches else _blank(match.group())
    return " " * size


def _without_comments(text: str) -> str:
    """The text with comments blanked that lie within a paragraph; longer ones are no blocks to begin with."""
    kept, position = [], 0
    while opener := _COMMENT.search(text, position):
        close = text.find("-->", opener.end())
        if close < 0:
            break
        empty = _EMPTY_LINE.search(text, opener.end(), close)
        end = empty.start() if empty else close + 3
        hidden = text[opener.start() : end]
        kept += [text[position : opener.start()], hidden if empty else _blank(hidden)]
        position = end
    return "".join([*kept, text[position:]])


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)
