"""docxtpl, then pyzipper or msoffcrypto-tool: `docxtpl_peer.py WORK OUT zip|word`. One process, one document after another.

Prints {"wall","cpu"} and of both what sealing ("seal_…") and writing the files ("files_…") took, in seconds for all documents. The interpreter,
the imports and the reading of the values are not counted.
"""
import io
import json
import pathlib
import secrets
import sys
import time
from email.message import EmailMessage
from email.policy import SMTP

import msoffcrypto
import pyzipper
from docxtpl import DocxTemplate
from msoffcrypto.format.ooxml import OOXMLFile

SYMBOLS = "23456789ACDEFGHJKMNPQRTUVWXY"


def rendered(template, values):
    document = DocxTemplate(io.BytesIO(template))
    document.render({"slots": values["slots"], "rows": values["rows"]}, autoescape=True)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def zipped(docx, name, password):
    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", compression=pyzipper.ZIP_STORED, encryption=pyzipper.WZ_AES) as file:
        file.setpassword(password.encode())
        file.writestr(name, docx)
    return out.getvalue()


def worded(docx, _name, password):
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(docx)).encrypt(password, out)
    return out.getvalue()


def draft(values, package, suffix):
    message = EmailMessage(policy=SMTP)
    message["To"], message["Subject"], message["X-Unsent"] = values["to"], values["subject"], "1"
    message.set_content(values["body"], charset="utf-8", cte="base64")
    message.add_attachment(package, maintype="application", subtype="octet-stream", filename=values["number"] + suffix)
    return message.as_bytes()


def now():
    return time.perf_counter(), time.process_time()


def added(spent, before):
    return [sum(parts) - start for *parts, start in zip(spent, now(), before)]


def main(work, out, kind):
    template = (work / "docxtpl.docx").read_bytes()
    cases = json.loads((work / "values.json").read_text("utf-8"))
    seal, suffix = {"zip": (zipped, ".zip"), "word": (worded, ".docx")}[kind]
    passwords, sealing, writing = {}, [0.0, 0.0], [0.0, 0.0]
    start = now()
    for values in cases:
        number = values["number"]
        docx = rendered(template, values)
        passwords[number] = "".join(secrets.choice(SYMBOLS) for _ in range(16))
        before = now()
        package = seal(docx, number + ".docx", passwords[number])
        sealing = added(sealing, before)
        mail = draft(values, package, suffix)
        before = now()
        folder = out / number
        folder.mkdir()
        (folder / (number + suffix)).write_bytes(package)
        (folder / (number + ".eml")).write_bytes(mail)
        writing = added(writing, before)
    wall, cpu = (b - a for a, b in zip(start, now()))
    (out / "passwords.json").write_text(json.dumps(passwords))
    told = {"wall": wall, "cpu": cpu, "seal_wall": sealing[0], "seal_cpu": sealing[1], "files_wall": writing[0], "files_cpu": writing[1]}
    print(json.dumps(told))


main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3])
