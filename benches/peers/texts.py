"""What a finished package holds: opened with its password, its document's text, its mail draft's text and attachment."""
import email
import email.policy
import io
import re
import zipfile

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PARTS = re.compile(r"word/(document|header\d*|footer\d*)\.xml")


def text(docx):
    """The paragraphs of body, headers and footers; raises when it is no Word document."""
    with zipfile.ZipFile(io.BytesIO(docx)) as file:
        names = sorted(name for name in file.namelist() if PARTS.fullmatch(name))
        paragraphs = [p for name in names for p in etree.fromstring(file.read(name)).iter(f"{W}p")]
    if "word/document.xml" not in names:
        raise ValueError("no document")
    return ["".join(t.text or "" for t in p.iter(f"{W}t")) for p in paragraphs]


def opened_zip(package, password):
    """The one document of an AES-256 zip; raises unless it is one and the password opens it."""
    import pyzipper

    with pyzipper.AESZipFile(io.BytesIO(package)) as file:
        (entry,) = file.infolist()
        if entry.wz_aes_strength != 3:
            raise ValueError("not AES-256")
        return file.read(entry, pwd=password.encode())


def opened_word(package, password):
    """The document of an agile-encrypted Word file; raises unless password and integrity are right."""
    import msoffcrypto

    file = msoffcrypto.OfficeFile(io.BytesIO(package))
    file.load_key(password=password, verify_password=True)
    clear = io.BytesIO()
    file.decrypt(clear, verify_integrity=True)
    return clear.getvalue()


def mail(eml):
    """To, subject, body and the one attachment (name, bytes)."""
    message = email.message_from_bytes(eml, policy=email.policy.default)
    (attachment,) = message.iter_attachments()
    body = message.get_body().get_content().replace("\r\n", "\n").strip()
    return {"to": str(message["To"]).strip("<>"), "subject": str(message["Subject"]), "body": body}, attachment.get_content()
