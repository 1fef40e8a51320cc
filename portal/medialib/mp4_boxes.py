"""Tracks and length of an MP4 or M4A, read from its boxes. Source: ISO/IEC 14496-12.

The sound itself is not decoded: its samples are counted, whatever length the headers announce. A box or a sample that
ends after the file shows that the file was cut; zeros in place of samples show a part that was never written.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, islice, pairwise, repeat
from struct import calcsize, iter_unpack

SOUND, PICTURES = b"soun", b"vide"
#: Codecs of a track of chapter pictures, which makes no film.
STILL = {b"jpeg", b"png ", b"mjpa", b"mjpb"}
#: Boxes that hold other boxes, on the way to what is read.
PARENTS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"mvex", b"moof", b"traf"}
DURATION, OTHER_FIELDS = 0x100, (0x200, 0x400, 0x800)  # flags of ``trun``: what it says of each sample
DATA_OFFSET, FIRST_FLAGS = 0x1, 0x4  # flags of ``trun``: what precedes its samples
BASE_OFFSET, DESCRIPTION, DEFAULT_DURATION = 0x1, 0x2, 0x8  # flags of ``tfhd``
HEAD = 8  # bytes of the size and type of a box
HOLE = bytes(2_048)  # more zeros than one sample of AAC holds
LAST = (2**32, 0, 0)  # ends the table of chunks, whose last row holds for all that follow


def number(box: bytes, position: int, length: int = 4) -> int:
    """An unsigned integer of a box; 0 beyond its end."""
    return int.from_bytes(box[position : position + length], "big")


def rows(table: bytes, layout: str) -> Iterator[tuple[int, ...]]:
    """The whole rows of a table, each written as ``layout`` (of ``struct``)."""
    return iter_unpack(layout, table[: len(table) // calcsize(layout) * calcsize(layout)])


def is_long(box: bytes) -> bool:
    """Whether the times of a box have eight bytes."""
    return box[:1] == b"\x01"


@dataclass(frozen=True)
class Samples:
    """``start`` and ``end``: the part of the file that holds them."""

    count: int = 0
    start: int = 0
    end: int = 0


@dataclass
class Track:
    """``boxes``: type → content of those that describe the track; ``fragment_ticks`` come from later fragments."""

    boxes: dict[bytes, bytes] = field(default_factory=dict)
    fragment_ticks: int = 0

    def box(self, kind: bytes) -> bytes:
        return self.boxes.get(kind, b"")

    @property
    def number(self) -> int:
        box = self.box(b"tkhd")
        return number(box, 20 if is_long(box) else 12)

    @property
    def kind(self) -> bytes:
        return self.box(b"hdlr")[8:12]

    @property
    def codec(self) -> bytes:
        return self.box(b"stsd")[12:16]

    @property
    def seconds(self) -> float:
        """Length of the samples that the file holds, whatever is edited or announced."""
        box = self.box(b"mdhd")
        timescale = number(box, 20 if is_long(box) else 12)
        ticks, left = self.fragment_ticks, self.samples.count
        for count, length in rows(self.box(b"stts")[HEAD:], ">II"):
            ticks += min(count, left) * length
            left -= min(count, left)
        return ticks / timescale if timescale else 0.0

    @property
    def edited_ticks(self) -> int:
        """The parts that play, in ticks of the movie. An empty edit, which delays the start, is not one."""
        box = self.box(b"elst")
        length, size = (8, 20) if is_long(box) else (4, 12)
        places = range(HEAD, len(box) - size + 1, size)
        empty = b"\xff" * length
        return sum(number(box, at, length) for at in places if box[at + length : at + 2 * length] != empty)

    @cached_property
    def samples(self) -> Samples:
        """Those of all chunks, but for the fragments."""
        offsets = (
            rows(self.box(b"co64")[HEAD:], ">Q") if b"co64" in self.boxes else rows(self.box(b"stco")[HEAD:], ">I")
        )
        sizes = self.box(b"stsz")
        same, table = number(sizes, 4), chain.from_iterable(rows(sizes[12:], ">I"))
        left = number(sizes or self.box(b"stz2"), 8)
        if sizes and not same:
            left = min(left, len(sizes) // 4 - 3)
        samples = Samples()
        for (offset,), written in zip(offsets, self._samples_by_chunk(), strict=False):
            held = min(written, left - samples.count)
            end = offset + (same * held if same else sum(islice(table, held)))
            start = min(samples.start or offset, offset)
            samples = Samples(samples.count + held, start, max(samples.end, end))
        return samples

    def _samples_by_chunk(self) -> Iterator[int]:
        """The number of samples of each chunk; the last number has no end."""
        table = chain(rows(self.box(b"stsc")[HEAD:], ">III"), [LAST])
        for (first, count, _), (following, *_) in pairwise(table):
            yield from repeat(count, max(0, following - first))


@dataclass
class Movie:
    """``is_cut``: the file stops before the end of one of its boxes, or of its samples.

    ``media``: (start, end) of each part of the file that holds samples.
    """

    tracks: list[Track] = field(default_factory=list)
    timescale: int = 0
    is_described: bool = False
    is_cut: bool = False
    media: list[tuple[int, int]] = field(default_factory=list)

    def track(self, kind: bytes) -> Track | None:
        return next((track for track in self.tracks if track.kind == kind and track.codec not in STILL), None)

    def seconds(self, track: Track) -> float:
        """What plays: the length of all samples, or less if it is edited."""
        edited = track.edited_ticks / self.timescale if self.timescale else 0.0
        return min(edited or track.seconds, track.seconds)

    def has_hole(self, content: bytes, track: Track) -> bool:
        """Whether zeros are in place of samples of ``track``: a run of twice ``HOLE`` is always seen."""
        start, end = (0, len(content)) if track.fragment_ticks else (track.samples.start, track.samples.end)
        size = len(HOLE)
        return any(
            content[at : at + size] == HOLE
            for first, last in self.media
            for at in range(max(first, start), min(last, end) - size + 1, size)
        )


def read_movie(content: bytes) -> Movie:
    """The movie of ``content`` (bytes or a memory map). Never raises: what is not written is empty or 0."""
    movie = Movie()
    _read_boxes(content, 0, len(content), movie, None)
    movie.is_cut |= any(track.samples.end > len(content) for track in movie.tracks)
    return movie


def _boxes(content: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(type, start of its content, end) of each box, as it is written: the end may be after ``end``."""
    while start + HEAD <= end:
        size, head = number(content, start), HEAD
        if size == 1:
            size, head = number(content, start + HEAD, 8), 2 * HEAD
        elif size == 0:
            size = end - start
        if size < head:
            return
        yield content[start + 4 : start + HEAD], start + head, start + size
        start += size


def _read_boxes(content: bytes, start: int, end: int, movie: Movie, track: Track | None) -> None:
    for kind, first, written_end in _boxes(content, start, end):
        # Stray bytes after the last box may look like one.
        movie.is_cut |= written_end > end and (track is not None or kind in PARENTS or kind == b"mdat")
        last = min(written_end, end)
        if kind == b"trak":
            track = Track()
            movie.tracks.append(track)
        if kind in PARENTS:
            movie.is_described |= kind == b"moov"
            _read_boxes(content, first, last, movie, track)
        elif kind == b"mdat":
            movie.media.append((first, last))
        else:
            track = _read_box(kind, content[first:last], movie, track)


def _read_box(kind: bytes, box: bytes, movie: Movie, track: Track | None) -> Track | None:
    """Keep what ``box`` says; the track that the next boxes are about."""
    if kind == b"mvhd":
        movie.timescale = number(box, 20 if is_long(box) else 12)
    elif kind in (b"trex", b"tfhd"):
        return _fragmented_track(kind, box, movie)
    elif track is not None and kind == b"trun":
        track.fragment_ticks += _ticks(box, number(track.box(b"duration"), 0))
    elif track is not None:
        track.boxes.setdefault(kind, box)
    return track


def _fragmented_track(kind: bytes, box: bytes, movie: Movie) -> Track | None:
    """The track that a fragment belongs to, which keeps the length of its samples if they have one for all."""
    track = next((track for track in movie.tracks if track.number == number(box, 4)), None)
    if track is None:
        return None
    flags = number(box, 1, 3)
    if kind == b"trex":
        track.boxes[b"duration"] = box[12:16]
    elif flags & DEFAULT_DURATION:
        at = HEAD + (8 if flags & BASE_OFFSET else 0) + (4 if flags & DESCRIPTION else 0)
        track.boxes[b"duration"] = box[at : at + 4]
    return track


def _ticks(box: bytes, default: int) -> int:
    """Length of the samples of a fragment: each its own, or ``default`` for all."""
    flags, count = number(box, 1, 3), number(box, 4)
    if not flags & DURATION:
        return count * default
    start = HEAD + (4 if flags & DATA_OFFSET else 0) + (4 if flags & FIRST_FLAGS else 0)
    size = 4 + 4 * sum(1 for flag in OTHER_FIELDS if flags & flag)
    return sum(number(box, at) for at in range(start, len(box) - size + 1, size))
