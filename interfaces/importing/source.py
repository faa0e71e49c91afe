"""The file that is imported: plain or gzip, from a path or a pipe, read line by line in bounded memory."""

import gzip
import shutil
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from domain.errors import BadInput
from interfaces.importing.files import told_as_unavailable

LONGEST_LINE = 16 * 1024 * 1024
"""Bytes; a longer line is no row of anything, and is never read into memory."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how far it is, and out of how much (of whatever is counted)."""

_BOM = b"\xef\xbb\xbf"
_GZIP = b"\x1f\x8b"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class Source:
    """A text file in UTF-8 that can be read as often as needed.

    `name` is what people call it, `path` what is read, `size` its bytes on disk, and `refused_path` where
    rows go that were left out.
    """

    def __init__(self, path: Path, name: str, refused_path: Path) -> None:
        self.path = path
        self.name = name
        self.refused_path = refused_path
        self.size = path.stat().st_size
        self.consumed = 0

    def lines(self) -> Iterator[str]:
        r"""Each line with its line ending (LF, CR LF or CR), without a byte order mark.

        `consumed` grows towards `size` meanwhile. BadInput, with line and column, where the file cannot
        be read to its end: broken UTF-8, a truncated gzip, a line of more than 16 MB.
        """
        number = 0
        with self.path.open("rb") as raw:
            packed = raw.read(2) == _GZIP
            raw.seek(0)
            stream = BufferedReader(gzip.GzipFile(fileobj=raw), 1 << 18) if packed else raw
            try:
                for number, line in enumerate(self._byte_lines(stream), start=1):
                    if not number % 256:
                        self.consumed = raw.tell()
                    try:
                        text = line.decode()
                    except UnicodeDecodeError as error:
                        raise self._no_utf8(number, line, error) from None
                    yield text
            except (EOFError, gzip.BadGzipFile, zlib.error) as error:
                raise BadInput(
                    f"{self.name} is a gzip file that cannot be unpacked to its end (after line {number}: "
                    f"{error}). Nothing was recorded: get a whole copy and try again."
                ) from None
            self.consumed = self.size

    @contextmanager
    def stream(self) -> Iterator[tuple[BinaryIO | BufferedReader, Callable[[], int]]]:
        """The bytes, unpacked, without a byte order mark; and how far they are read, up to `size`.

        BadInput where a gzip cannot be unpacked to its end.
        """
        with self.path.open("rb") as raw:
            packed = raw.read(2) == _GZIP
            raw.seek(0)
            stream = BufferedReader(gzip.GzipFile(fileobj=raw), 1 << 18) if packed else raw
            try:
                if stream.peek(3)[:3] == _BOM:
                    stream.read(3)
                yield stream, raw.tell
            except (EOFError, gzip.BadGzipFile, zlib.error) as error:
                raise BadInput(
                    f"{self.name} is a gzip file that cannot be unpacked to its end ({error}). Nothing was "
                    "recorded: get a whole copy and try again."
                ) from None

    def _byte_lines(self, stream: BinaryIO | BufferedReader) -> Iterator[bytes]:
        number = 0
        while line := stream.readline(LONGEST_LINE + 1):
            if len(line) > LONGEST_LINE:
                raise BadInput(
                    f"Line {number + 1} of {self.name} goes on after column {LONGEST_LINE}: that is no row. "
                    "Nothing was recorded: look whether the file has line breaks, or is another file."
                )
            if not number:
                line = line.removeprefix(_BOM)
            if b"\r" in line[:-1]:
                # Lines may end in CR alone; CR LF is kept together.
                for part in line.splitlines(keepends=True):
                    number += 1
                    yield part
            else:
                number += 1
                yield line

    def _no_utf8(self, number: int, line: bytes, error: UnicodeDecodeError) -> BadInput:
        column = len(line[: error.start].decode()) + 1
        hint = (
            "It begins like UTF-16" if number == 1 and line[:2] in _UTF16 else "It may be in another encoding"
        )
        return BadInput(
            f"Line {number} of {self.name} is not UTF-8: at column {column} stands the byte "
            f"0x{line[error.start]:02x}. {hint}: save it as UTF-8 and try again. Nothing was recorded."
        )


@contextmanager
def opened(path: Path | str) -> Iterator[Source]:
    """The file at `path`; `-` is standard input. BadInput where there is none.

    What can be read only once (standard input, a named pipe) is first copied to a temporary file.
    """
    if str(path) == "-":
        with _copied(sys.stdin.buffer) as copy:
            yield Source(copy, "Standard input", Path("stdin.refused.csv"))
        return
    path = Path(path)
    refused_path = path.with_name(f"{path.name}.refused.csv")
    if path.is_dir():
        raise BadInput(f"{path} is a folder. Name the file to import.")
    try:
        stream = path.open("rb")
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}. Look at its name and try again.") from None
    with stream:
        if path.is_file():
            yield Source(path, str(path), refused_path)
            return
        with _copied(stream) as copy:
            yield Source(copy, str(path), refused_path)


@contextmanager
def _copied(stream: BinaryIO) -> Iterator[Path]:
    with NamedTemporaryFile(prefix="dealtrail-") as file:
        with told_as_unavailable(f"The temporary copy {file.name}"):
            shutil.copyfileobj(stream, file, 1 << 20)
            file.flush()
        yield Path(file.name)
