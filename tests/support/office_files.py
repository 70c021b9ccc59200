"""Documents of word processors, as small as they can be."""

from __future__ import annotations

import io
import zipfile

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
T = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"


def archive(**files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            # What says the type is first, and not compressed.
            how = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            packed.writestr(name.replace("__", "/").replace("_xml", ".xml"), text, how)
    return data.getvalue()


def paragraph(text, style=""):
    about = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{about}<w:r><w:t>{text}</w:t></w:r></w:p>"


def docx(*paragraphs):
    return archive(word__document_xml=f'<w:document xmlns:w="{W}"><w:body>{"".join(paragraphs)}'
                   "</w:body></w:document>")  # fmt: skip
