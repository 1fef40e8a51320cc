"""Frames of an MP3 (MPEG-1, 2 and 2.5, layer III), counted one by one. Source: ISO/IEC 11172-3 §2.4.1, 13818-3.

A header may announce any length, and players that seek believe it: only the frames say what plays.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

HEADER_LENGTH = 4
SYNC = 0xFF  # the first byte of a header
#: The first three bytes of a header of layer III, found without a step of Python for each byte.
START = re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb][\x10-\xef]", re.DOTALL)
HOLE = 4_096  # bytes that are no frame: a page of a disk, more than any frame
TAGS = (b"ID3", b"TAG", b"APE", b"LYR")  # of a sound joined to another
KILOBITS = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
RATES = (44_100, 48_000, 32_000)
#: Two bits of a header → (row of KILOBITS, divisor of RATES, samples in a frame).
VERSIONS = {0: (2, 4, 576), 2: (2, 2, 576), 3: (1, 1, 1152)}
LAYER_III = 1
#: Distance from the start of a frame to its Xing header, by (version bits, is mono).
XING_OFFSETS = {(3, False): 36, (3, True): 21, (2, False): 21, (2, True): 13, (0, False): 21, (0, True): 13}
XING = (b"Xing", b"Info")


@dataclass(frozen=True)
class FrameHeader:
    """``length`` in bytes, header included; ``stream`` is equal in all the frames of one sound."""

    length: int
    seconds: float
    stream: tuple[int, int]
    xing_offset: int


@dataclass(frozen=True)
class FrameCount:
    """``announced`` is the number of frames that the file says it holds, 0 if it says nothing.

    ``has_hole``: a part of the file that was never written is in place of frames, within the sound or at its end.
    """

    frames: int
    seconds: float
    announced: int
    ends_inside_a_frame: bool
    has_hole: bool = False

    @property
    def is_complete(self) -> bool:
        """One announced frame more is usual: the frame that announces them may count itself."""
        return not self.ends_inside_a_frame and self.frames + 1 >= self.announced


@lru_cache(maxsize=4096)
def read_header(word: bytes) -> FrameHeader | None:
    """The header written in four bytes; None if they are not one, or one of a free bit rate."""
    if len(word) < HEADER_LENGTH or word[0] != SYNC or word[1] < 0xE0:
        return None
    _, second, third, fourth = word
    version, layer = second >> 3 & 3, second >> 1 & 3
    rank, rate_rank = third >> 4, third >> 2 & 3
    if version not in VERSIONS or layer != LAYER_III or rank in (0, 15) or rate_rank == 3:
        return None
    row, divisor, samples = VERSIONS[version]
    rate = RATES[rate_rank] // divisor
    length = samples // 8 * KILOBITS[row][rank] * 1000 // rate + (third >> 1 & 1)
    is_mono = fourth >> 6 == 3
    return FrameHeader(length, samples / rate, (version, rate), XING_OFFSETS[version, is_mono])


def count_frames(content: bytes) -> FrameCount:
    """Count the frames of ``content`` (bytes or a memory map), in a time proportional to its length."""
    frames, seconds, announced, end = 0, 0.0, 0, 0
    stream, has_hole = None, False
    for position, header in _frames(content):
        if stream is not None:
            has_hole |= position - end >= HOLE and content[end : end + 3] not in TAGS
        else:
            stream = header.stream
            announced = _announced(content, position, header)
            if announced:
                end = position + header.length
                continue  # this frame holds the announcement, and no sound
        end = position + header.length
        if end <= len(content):
            frames += 1
            seconds += header.seconds
    left = len(content) - end
    ends_inside = left < 0 or (0 < left < HEADER_LENGTH and content[end] == SYNC)
    has_hole |= content[end : end + HOLE] in (bytes(HOLE), bytes([SYNC]) * HOLE)
    return FrameCount(frames, seconds, announced, bool(frames) and ends_inside, has_hole)


def _frames(content: bytes) -> Iterator[tuple[int, FrameHeader]]:
    """(position, header) of each frame; the last one may end after the content."""
    position, stream, size = after_tag(content), None, len(content)
    while position < size:
        header = _header_at(content, position)
        if header is not None and (header.stream == stream or _is_followed(content, position, header)):
            yield position, header
            stream = header.stream
            position += header.length
        else:
            stream = None
            start = START.search(content, position + 1)
            if start is None:
                return
            position = start.start()


def _header_at(content: bytes, position: int) -> FrameHeader | None:
    return read_header(content[position : position + HEADER_LENGTH])


def _is_followed(content: bytes, position: int, header: FrameHeader) -> bool:
    """Whether another frame of the same sound comes next: two bytes alone may look like a header by chance."""
    following = _header_at(content, position + header.length)
    return following is not None and following.stream == header.stream


def after_tag(content: bytes) -> int:
    """The end of an ID3v2 tag, whose size is written in four bytes of seven bits."""
    if content[:3] != b"ID3" or len(content) < 10:
        return 0
    size = 0
    for byte in content[6:10]:
        size = size << 7 | byte & 0x7F
    has_footer = content[5] & 0x10
    return 10 + size + (10 if has_footer else 0)


def _announced(content: bytes, position: int, header: FrameHeader) -> int:
    start = position + header.xing_offset
    if content[start : start + 4] not in XING:
        return 0
    says_frames = content[start + 7] & 1
    return int.from_bytes(content[start + 8 : start + 12], "big") if says_frames else 0
