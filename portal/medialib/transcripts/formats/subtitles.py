"""WebVTT, SubRip (SRT) and YouTube (SBV) as programs and people write them, read line by line.

A line of times opens a cue, whatever surrounds it: a blank line inside a cue, a missing one between two or a missing
number loses nothing. All that is not kept is a notice, and a cue whose times cannot be read an error, by line.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from portal.base.encodings import LINE_END
from portal.base.readings import Remark
from portal.medialib.transcripts.formats.cue_times import FileCue, mended
from portal.medialib.transcripts.formats.webvtt import MARKER, NAME, Note, Transcript

#: Hours are optional; three decimals or none, because two are hundredths for some programs and frames for others.
TIME = r"(?:(\d{1,4})[ \t]?:[ \t]?)?(\d{1,3})[ \t]?:[ \t]?([0-5]\d)(?:[ \t]?[.,][ \t]?(\d{3}))?(?![\d.:])"
ARROW = r"(?:[-–—−=]{1,3}[ ]?(?:>|&gt;)|[→⟶➔➜⇒➝])"
#: Between brackets in what Whisper prints.
#: What stands for the arrow where both times have their decimals.
BETWEEN_TIMES = r"[-–—]{1,2}|>|,|à|to|[ \t]"
TIMING = re.compile(rf"\[?{TIME}[ \t]*({ARROW}|{BETWEEN_TIMES})[ \t]*{TIME}(?![,])\]?(?:[ \t]+(\S.*))?", re.ASCII)
#: A cue a line, its columns between tabs → units in a second: Whisper (TSV) and the labels of Audacity.
ROWS = (
    (re.compile(r"(\d{1,10})\t(\d{1,10})\t(.*)", re.ASCII), 1000),
    (re.compile(r"(\d{1,8}[.,]\d{1,9})\t(\d{1,8}[.,]\d{1,9})\t(.*)", re.ASCII), 1),
)
ROW_HEADINGS = re.compile(r"start\tend\ttext", re.IGNORECASE)
#: The last number counts images (Premiere): how many there are in a second is not written.
IMAGE_TIME = r"\d{1,2}:\d\d:\d\d[:;]\d\d"
IMAGE_TIMES = re.compile(rf"{IMAGE_TIME}(?:[ \t]*(?:{ARROW}|[-–—,])[ \t]*|[ \t]+){IMAGE_TIME}(?!\d).*", re.ASCII)
#: Two times that are not read: points or « 00h00m06s » for colons.
ODD_TIME = r"\d{1,3}[:.hH]\d{1,2}[:.mM]\d{1,2}(?:[.,:;]\d{2,3}|s)"
ODD_TIMES = re.compile(rf"\[?{ODD_TIME}\]?[ \t]*(?:{ARROW}|[-–—,;/àa]|to)?[ \t]*\[?{ODD_TIME}\]?", re.ASCII)
#: What a line of times holds at least; most lines of a file do not.
CLOCK = re.compile(r"\d[ \t]?:|\d[.hH]\d\d?[.mM]\d", re.ASCII)
ARROWS = re.compile(ARROW)
NEARLY_TIME = re.compile(r"[ \t]*-?\d[\d:.,;hms \t-]{3,30}", re.ASCII)
NEARLY_SBV = re.compile(r"-?\d+:\d+:\d+[.,:]?\d*,-?\d+:\d+:\d+[.,:]?\d*", re.ASCII)
SETTINGS = re.compile(r"(?:[A-Za-z][\w-]*:\S+[ \t]*)+", re.ASCII)

HEADER = re.compile(r"WEBVTT(?:[ \t].*)?", re.IGNORECASE)
NOTE = re.compile(r"NOTE(?:[ \t].*)?")
STYLE = re.compile(r"(?:STYLE|REGION)[ \t]*")

LAYOUT_TAGS = (
    "b|i|u|s|c|lang|ruby|rt|rp|font|span|em|strong|small|big|sub|sup|strike|del|ins|mark|center|div|p|br|a|blink|tt"
)
#: « a<b & c> » is no tag.
ATTRIBUTES = r"""(?:\s+[\w:-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>]+))*"""
#: Voices, layout, and what looks like a tag and is none.
MARKUP = re.compile(
    r"<v(?P<classes>\.[^\s<>]*)?(?:[ \t]+(?P<voice>[^<>]*))?>|(?P<end></v>)"
    r"|(?P<space><br[ ]?/?>|\[br\]|\\[Nh])"
    rf"|(?P<layout></?(?:{LAYOUT_TAGS})(?:\.[^\s<>]*)?{ATTRIBUTES}[ \t]*/?>|<lang[ \t][^<>]*>|<[\d:.,]{{5,20}}>"
    r"|\{\\[^{}]*\}|\{[yYcCfFsSpPoO]:[^{}]*\})"
    r"|(?P<unknown></?[A-Za-z][^<>]{0,100}>)",
    re.IGNORECASE,
)
#: In the captions that YouTube makes, where each cue shows the line before once more.
WORD_TIME = re.compile(r"<\d\d:[\d:.]{5,12}>", re.ASCII)
#: Lines that captions show at once, and cues that repeat one before a file is taken for such captions.
MOST_ROLLED, LEAST_ROLLED = 4, 2
#: A cue as the portal stores it, read in one step.
ONE_VOICE = re.compile(r"(?:<v ([^<>&{\\\[]+)>)?([^<>&{\\\[]+)(?:</v>)?")
MARKUP_SIGN = re.compile(r"[<{&\\\[]")

#: « Voix : » with two no-break spaces is how the portal writes a voice in SubRip, which has none.
VOICE_SIGN = "\u00a0:\u00a0"
TYPED_VOICE = re.compile(rf"({NAME})[ \u00a0\u202f]*:[ \u00a0\u202f]+(?=\S)")

BAD_TIMES = (
    "minutage illisible : cette réplique n’est pas gardée. Écrivez par exemple "
    "« 00:01:02.500 --> 00:01:05.000 » (heures, minutes, secondes, trois décimales)."
)
NO_LAYOUT = "mise en forme retirée."
ROLLED = "ligne déjà dite par la réplique précédente (sous-titres défilants) : elle est retirée."
BESIDE_VOICE = "texte hors de la balise de voix : il est donné à cette voix."
NO_TAG = "ce qui ressemble à une balise est gardé comme texte."


@dataclass(slots=True)
class _Block:
    """A line of times, what it says ``after`` them and the lines below. ``times``: None if they cannot be read."""

    line: int
    source: str
    times: tuple[float, float] | None
    after: str = ""
    body: list[tuple[int, str]] = field(default_factory=list)
    is_row: bool = False
    is_rolled: bool = False  # whether the cue before said all of it


@dataclass(slots=True)
class _Reply:
    """What one voice says in a cue: for each line, its pieces between tags. ``is_closed``: after « </v> »."""

    speaker: str
    lines: list[list[str]] = field(default_factory=list)
    is_closed: bool = False

    @property
    def text(self) -> str:
        return " ".join(" ".join("".join(line) for line in self.lines).split())


def has_times(text: str) -> bool:
    """Whether a line looks like the times of a cue."""
    return any(_opened(number, line) for number, line in enumerate(LINE_END.split(text), start=1))


def read_subtitles(text: str) -> Transcript:
    """The cues of a text that ``has_times``. Takes a time proportional to its length."""
    return _Subtitles(LINE_END.split(text)).read()


def _opened(number: int, line: str) -> _Block | None:
    """The block that a line of times opens; None for any other line."""
    if not CLOCK.search(line):
        return _row(number, line) if "\t" in line else None
    words = line.strip().removeprefix("\ufeff")
    times = _times(words)
    if times is not None:
        return _Block(number, line, times[:2], times[2])
    return _Block(number, line, None) if _is_nearly_timing(words) or IMAGE_TIMES.fullmatch(words) else None


def _row(number: int, line: str) -> _Block | None:
    for pattern, unit in ROWS:
        if row := pattern.fullmatch(line.strip().removeprefix("\ufeff")):
            start, end = (float(time.replace(",", ".")) / unit for time in row.group(1, 2))
            return _Block(number, line, (start, end), row[3].strip(), is_row=True)
    return None


def _times(line: str) -> tuple[float, float, str] | None:
    """Start, end and the words after them; None if the line does not give the times of a cue."""
    match = TIMING.fullmatch(line)
    if match is None:
        return None
    start, end = match.group(1, 2, 3, 4), match.group(6, 7, 8, 9)
    # « 10:30 → 11:45 » and « 10:30, 11:45 » are words.
    if match[5] != "-->" and not (start[3] and end[3]):
        return None
    first, last = _seconds(*start), _seconds(*end)
    return None if first is None or last is None else (first, last, match[10] or "")


def _seconds(hours: str | None, minutes: str, seconds: str, milliseconds: str | None) -> float | None:
    """None for more minutes than an hour has."""
    if hours and int(minutes) > 59:
        return None
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return (whole * 1000 + int(milliseconds or 0)) / 1000


def _is_nearly_timing(line: str) -> bool:
    if NEARLY_SBV.fullmatch(line) or ODD_TIMES.fullmatch(line):
        return True
    arrow = ARROWS.search(line)
    if arrow is None:
        return False
    sides = [NEARLY_TIME.fullmatch(side) for side in (line[: arrow.start()], line[arrow.end() :])]
    # A drawn arrow is met in words: « ouvert 10:30 → 11:45 ».
    return any(sides) if ">" in arrow[0] else all(sides)


class _Subtitles:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.transcript = Transcript()
        self.is_vtt = HEADER.fullmatch(next((line.strip() for line in lines if line.strip()), "")) is not None
        self.number: int | None = None
        self.file_cues: list[FileCue] = []

    def read(self) -> Transcript:
        replies = [(block, self._replies(block)) for block in self._blocks() if block.times is not None]
        self._drop_rolled(replies)
        for block, spoken in replies if self.is_vtt else self._with_typed_voices(replies):
            self._keep(block, spoken)
        transcript = self.transcript
        transcript.items, notices = mended(self.file_cues)
        transcript.notices += notices
        return transcript

    def _say(self, message: str, line: int, text: str) -> None:
        self.transcript.notices.append(Remark(message, line, text=text))

    # Lines → blocks

    def _blocks(self) -> Iterator[_Block]:
        block: _Block | None = None
        between: list[tuple[int, str]] = []
        for number, line in enumerate(self.lines, start=1):
            opened = _opened(number, line)
            if opened is None:
                between.append((number, line))
                continue
            self._drop_identifier(between, is_first=block is None)
            self._share(between, block, opened.times[0] if opened.times else None)
            if block:
                yield block
            block, between = opened, self._words_beside_times(opened)
        if block:
            self._drop_last_number(between)
            self._share(between, block, None)
            yield block

    def _words_beside_times(self, block: _Block) -> list[tuple[int, str]]:
        if block.after and (block.is_row or not SETTINGS.fullmatch(block.after)):
            return [(block.line, block.after)]
        if block.after:
            self._say("placement à l’écran retiré.", block.line, block.source)
        return []

    def _drop_identifier(self, between: list[tuple[int, str]], *, is_first: bool) -> None:
        """Take the number or the name of the cue that follows out of the lines before its times."""
        is_apart = False
        lines = len(between)
        while lines and not between[lines - 1][1].strip():
            lines, is_apart = lines - 1, True
        if not lines:
            return
        number, line = between[lines - 1]
        word = line.strip().removeprefix("\ufeff")
        is_alone = lines == 1 or not between[lines - 2][1].strip()
        is_section_start = lines == 1
        is_number = word.isascii() and word.isdigit() and len(word) < 10
        is_next = is_number and self.number is not None and int(word) == self.number + 1
        is_next |= is_number and line.startswith("\ufeff")  # a file joined to another
        if is_apart:
            is_identifier = is_alone and (is_next or (is_number and is_first))
        elif is_first:
            is_identifier = is_alone and (is_number or self.is_vtt) and not HEADER.fullmatch(word)
        elif is_alone and not is_section_start:
            is_identifier = is_number or self.is_vtt
        else:
            is_identifier = is_next
        if not is_identifier:
            return
        if is_number:
            self.number = int(word)
        else:
            self._say("nom de réplique retiré.", number, line)
        del between[lines - 1]

    def _drop_last_number(self, between: list[tuple[int, str]]) -> None:
        """A number that no times follow, at the end of a file that was cut."""
        filled = [(number, line.strip()) for number, line in between if line.strip()]
        if len(filled) > 1 and self.number is not None and filled[-1][1] == str(self.number + 1):
            number, word = filled[-1]
            if not self.lines[number - 2].strip():
                self._say("numéro sans minutage, retiré : la fin du fichier manque peut-être.", number, word)
                between[:] = [pair for pair in between if pair[0] != number]

    def _share(self, between: list[tuple[int, str]], block: _Block | None, next_start: float | None) -> None:
        """The paragraphs between two lines of times: words of the first, notes, or nothing that is kept."""
        for rank, paragraph in enumerate(_paragraphs(between)):
            number, first = paragraph[0]
            is_apart = block is None or rank > 0 or number > block.line + 1
            if self.is_vtt and is_apart and self._is_aside(paragraph, next_start, is_head=block is None and not rank):
                continue
            if block is None:
                self._refuse_words(paragraph)
                continue
            if block.body and rank:
                self._say("une ligne vide coupait la réplique : ce texte y reste.", number, first)
            block.body += paragraph
        if block and block.times is None:
            self._refuse(BAD_TIMES, [(block.line, block.source), *block.body])

    def _is_aside(self, paragraph: list[tuple[int, str]], next_start: float | None, *, is_head: bool) -> bool:
        """Whether a paragraph of WebVTT is no words; a note is then kept, a header or a style said."""
        head = paragraph[0][1].strip()
        if is_head and HEADER.fullmatch(head):
            self._read_header(paragraph)
        elif NOTE.fullmatch(head):
            self._keep_note([line for _, line in paragraph], next_start)
        elif STYLE.fullmatch(head):
            for number, line in paragraph:
                self._say("mise en forme retirée (bloc STYLE ou REGION).", number, line)
        else:
            return False
        return True

    def _refuse_words(self, paragraph: list[tuple[int, str]]) -> None:
        """Words above the first times; numbers there say nothing."""
        if all(ROW_HEADINGS.fullmatch(line.strip()) for _, line in paragraph):
            self._say("titres des colonnes, retirés.", *paragraph[0])
            return
        if not all(line.strip().isdecimal() for _, line in paragraph):
            self._refuse("texte avant le premier minutage : il n’est pas gardé.", paragraph)
            return
        for number, line in paragraph:
            self._say("numéro sans minutage, retiré.", number, line)

    def _refuse(self, message: str, lines: list[tuple[int, str]]) -> None:
        text = "\n".join(line.strip() for _, line in lines)
        self.transcript.errors.append(Remark(message, lines[0][0], text=text))

    def _read_header(self, paragraph: list[tuple[int, str]]) -> None:
        for number, line in paragraph:
            if line.strip().upper() != "WEBVTT":
                self._say("en-tête retiré.", number, line)

    def _keep_note(self, lines: list[str], start: float | None) -> None:
        if MARKER.fullmatch(lines[0]) and len(lines) == 1:
            self.transcript.is_untimed = True
        else:
            text = "\n".join(line.strip() for line in lines)
            self.transcript.notes.append(Note(float("inf") if start is None else start, text))

    # Blocks → replies

    def _replies(self, block: _Block) -> list[_Reply]:
        """The words of each voice, one after another; at least one."""
        if len(block.body) == 1 and (match := ONE_VOICE.fullmatch(block.body[0][1])):
            return [_Reply(" ".join((match[1] or "").split()), [[match[2]]])]
        replies = [_Reply("")]
        for number, line in block.body:
            for message in sorted(_read_line(replies, line)):
                self._say(message, number, line)
        if len(replies) > 1 and replies[0].text:
            self._say(BESIDE_VOICE, *block.body[0])
            replies[1].lines[:0] = replies[0].lines
        return _joined(replies[1:] or replies)

    def _drop_rolled(self, replies: list[tuple[_Block, list[_Reply]]]) -> None:
        """Drop the first lines of a cue that end the one before, if that is how the whole file moves its lines up."""
        shown = [_shown(block, spoken) for block, spoken in replies]
        repeated = [_overlap(before, lines) for before, lines in pairwise([[], *shown])]
        of_several = [count for count, lines in zip(repeated, shown, strict=True) if len(lines) > 1]
        is_rolling = sum(map(bool, of_several)) >= max(LEAST_ROLLED, len(of_several) / 2)
        if not is_rolling and not any(WORD_TIME.search(line) for block, _ in replies for _, line in block.body):
            return
        for (block, spoken), lines, count in zip(replies, shown, repeated, strict=True):
            for rank, _ in lines[:count]:
                number, line = block.body[rank]
                self._say(ROLLED, number, line)
                spoken[0].lines[rank] = []
            block.is_rolled = 0 < count == len(lines)

    def _with_typed_voices(self, replies: list[tuple[_Block, list[_Reply]]]) -> list[tuple[_Block, list[_Reply]]]:
        """« Voix : » becomes a voice if every cue has one, or if it recurs; otherwise it may be spoken words."""
        plain = [
            "".join(reply.lines[0]) for _, spoken in replies for reply in spoken if reply.lines and not reply.speaker
        ]
        if any(VOICE_SIGN in text for text in plain):
            return [(block, [_signed(reply) for reply in spoken]) for block, spoken in replies]
        first_words = [match[1] for text in plain if (match := TYPED_VOICE.match(text.strip()))]
        seen = Counter(first_words)
        is_everywhere = len(first_words) == len(replies)
        voices = {name for name, count in seen.items() if is_everywhere or count > 1}
        told: set[str] = set()
        return [(block, self._typed(block, spoken, voices, told)) for block, spoken in replies]

    def _typed(self, block: _Block, spoken: list[_Reply], voices: set[str], told: set[str]) -> list[_Reply]:
        typed: list[_Reply] = []
        for reply in spoken:
            current = _Reply(reply.speaker)
            typed.append(current)
            for pieces in reply.lines:
                text = "".join(pieces).strip()
                match = None if reply.speaker else TYPED_VOICE.match(text)
                if match and match[1] in voices:
                    if match[1] not in told:
                        told.add(match[1])
                        line = next((number for number, line in block.body if match[1] in line), block.line)
                        self._say("les mots avant les deux-points sont pris pour une voix.", line, match[0].strip())
                    current = _Reply(" ".join(match[1].split()), [[text[match.end() :]]])
                    typed.append(current)
                else:
                    current.lines.append(pieces)
        return _joined(typed)

    # Replies → cues

    def _keep(self, block: _Block, replies: list[_Reply]) -> None:
        assert block.times is not None  # noqa: S101 - ``read`` asks for the replies of no other block
        spoken = [(reply.speaker, text) for reply in replies if (text := reply.text)]
        if len(spoken) < len(replies):
            for reply in replies:
                if reply.speaker and not reply.text:
                    self._say("voix sans texte, retirée.", block.line, reply.speaker)
        if not spoken and not block.is_rolled:
            self._say("réplique vide, retirée.", block.line, block.source)
        if len(spoken) > 1:
            text = "\n".join(line.strip() for _, line in block.body)
            self._say(
                f"{len(spoken)} voix dans une réplique : une réplique chacune, aux mêmes temps.", block.line, text
            )
        for speaker, text in spoken:
            self.file_cues.append(FileCue(block.line, *block.times, speaker, text, block.source))


def _shown(block: _Block, spoken: list[_Reply]) -> list[tuple[int, str]]:
    """(rank, text) of the lines of a cue that have one; nothing for several voices."""
    if len(spoken) > 1 or spoken[0].speaker:
        return []
    texts = (" ".join("".join(pieces).split()) for pieces in spoken[0].lines)
    return [(rank, text) for rank, text in enumerate(texts) if text]


def _overlap(before: list[tuple[int, str]], lines: list[tuple[int, str]]) -> int:
    """How many first lines are the last ones of the cue before."""
    last, first = ([text for _, text in side] for side in (before[-MOST_ROLLED:], lines[:MOST_ROLLED]))
    counts = range(min(len(last), len(first)), 0, -1)
    return next((count for count in counts if last[-count:] == first[:count]), 0)


def _paragraphs(lines: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    paragraph: list[tuple[int, str]] = []
    for number, line in lines:
        if line.strip():
            paragraph.append((number, line))
        elif paragraph:
            yield paragraph
            paragraph = []
    if paragraph:
        yield paragraph


def _read_line(replies: list[_Reply], line: str) -> set[str]:
    """Add a line to what is said so far; what there is to say of it."""
    replies[-1].lines.append([])
    messages: set[str] = set()
    position = 0
    for match in MARKUP.finditer(line) if MARKUP_SIGN.search(line) else ():
        messages |= _add_words(replies[-1], line[position : match.start()])
        messages |= _read_markup(replies, match)
        position = match.end()
    return messages | _add_words(replies[-1], line[position:])


def _add_words(reply: _Reply, words: str) -> set[str]:
    reply.lines[-1].append(_unescaped(words))
    return {BESIDE_VOICE} if reply.is_closed and words.strip() else set()


def _read_markup(replies: list[_Reply], match: re.Match[str]) -> set[str]:
    kind, pieces = match.lastgroup, replies[-1].lines[-1]
    if kind == "unknown":
        pieces.append(match[0])
        return {NO_TAG}
    if kind == "space":
        pieces.append(" ")
        return set()
    if kind == "end" and replies[-1].speaker:
        replies[-1].is_closed = True
        return set()
    voice = "" if kind in ("layout", "end") else " ".join(_unescaped(match["voice"] or "").split())
    if voice:
        replies.append(_Reply(voice, [[]]))
    return set() if voice and not match["classes"] else {NO_LAYOUT}


def _joined(replies: list[_Reply]) -> list[_Reply]:
    """One reply for a voice that goes on."""
    joined: list[_Reply] = []
    for reply in replies:
        if joined and joined[-1].speaker == reply.speaker:
            joined[-1].lines += reply.lines
        else:
            joined.append(reply)
    return joined


def _signed(reply: _Reply) -> _Reply:
    voice, sign, text = "\n".join("".join(line) for line in reply.lines).partition(VOICE_SIGN)
    return reply if reply.speaker or not sign else _Reply(" ".join(voice.split()), [[text]])


def _unescaped(text: str) -> str:
    """Characters of entities; a number too long to be one stays as it is."""
    try:
        return html.unescape(text) if "&" in text else text
    except ValueError:
        return text
