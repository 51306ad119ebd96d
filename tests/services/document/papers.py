"""Documents as their readers meet them: the words of a PDF, without where they stand."""

import io
import re

from pypdf import PdfReader


def pages(pdf: bytes) -> list[str]:
    """The words of each page, in single spaces."""
    return [
        re.sub(r"\s+", " ", page.extract_text().replace("\N{NO-BREAK SPACE}", " "))
        for page in PdfReader(io.BytesIO(pdf)).pages
    ]


def words(pdf: bytes) -> str:
    """The words of a whole document."""
    return " ".join(pages(pdf))


def sheet(pdf: bytes) -> tuple[int, int]:
    """Width and height of the paper, in millimetres."""
    box = PdfReader(io.BytesIO(pdf)).pages[0].mediabox
    return round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)
