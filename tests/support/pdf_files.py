"""PDF files of a few lines, written by hand."""

from __future__ import annotations

import io


def pdf(*pages, title="", created=""):
    """Return a PDF of pages, each the lines of one."""
    fonts = "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>",
               f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>",
               f"<< /Title ({title}) /CreationDate ({created}) >>"]  # fmt: skip
    for n, lines in enumerate(pages):
        shown = " ".join(f"({line}) Tj 0 -14 Td" for line in lines)
        text = f"BT /F1 11 Tf 72 720 Td {shown} ET"
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources {fonts}"
            f" /Contents {5 + 2 * n} 0 R >>",
            f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
        ]
    sink = io.BytesIO(b"%PDF-1.4\n")
    sink.seek(0, 2)
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(sink.tell())
        sink.write(f"{number} 0 obj\n{content}\nendobj\n".encode())
    start = sink.tell()
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    sink.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode())
    sink.write(f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info 3 0 R >>\n".encode())
    sink.write(f"startxref\n{start}\n%%EOF\n".encode())
    return sink.getvalue()
