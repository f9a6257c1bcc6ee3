"""Good files and files spoilt in one known way each, made by others' libraries: by these the judges themselves are judged."""

import io
import pathlib
import shutil
from email.message import EmailMessage

import docx
import msoffcrypto
import pyzipper
from docx.oxml.ns import qn
from docx.shared import Pt
from msoffcrypto.format.ooxml import OOXMLFile

from wire import serve

PASSWORD = "KA7V23MNPQRTUVWX"


def letter():
    document = docx.Document()
    document.add_heading("回答書")
    document.add_paragraph("資格喪失年月日　平成29年3月31日　𠮷田")
    table = document.add_table(2, 2)
    table.cell(0, 0).text = "項目"
    run = document.add_paragraph().add_run("太字")
    run.bold = True
    run.font.size = Pt(9)
    package = document.part
    for key, relation in list(package.rels.items()):
        if relation.reltype.endswith("/stylesWithEffects"):
            del package.rels[key]  # python-docx's own template carries an odd one
    return document


def cell_without_paragraph(document):
    cell = document.tables[0].cell(1, 1)._tc
    for paragraph in cell.findall(qn("w:p")):
        cell.remove(paragraph)


def wrong_order(document):
    properties = document.paragraphs[-1].runs[0]._r.rPr
    for child in reversed(list(properties)):
        properties.remove(child)
        properties.append(child)


def docx_files(out):
    made = {}
    for name, spoil in (("good", None), ("empty_cell", cell_without_paragraph), ("wrong_order", wrong_order)):
        document = letter()
        if spoil:
            spoil(document)
        made[name] = str(out / f"{name}.docx")
        document.save(made[name])
    return made


def flip(path, at):
    raw = bytearray(path.read_bytes())
    raw[at] ^= 1
    path.write_bytes(bytes(raw))


def zips(out, inside):
    good = out / "good.zip"
    with pyzipper.AESZipFile(good, "w", compression=pyzipper.ZIP_STORED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(PASSWORD.encode())
        archive.write(inside, "R08-0012.docx")
    spoilt = out / "spoilt.zip"
    shutil.copyfile(good, spoilt)
    flip(spoilt, 2000)
    plain = out / "plain.zip"
    with pyzipper.ZipFile(plain, "w") as archive:
        archive.write(inside, "R08-0012.docx")
    return {"zip": str(good), "spoilt_zip": str(spoilt), "plain_zip": str(plain)}


def encrypted(out, inside):
    good = out / "sealed.docx"
    with open(inside, "rb") as plain, open(good, "wb") as sealed:
        OOXMLFile(plain).encrypt(PASSWORD, sealed)
    spoilt = out / "spoilt_sealed.docx"
    shutil.copyfile(good, spoilt)
    # One bit of the stream EncryptedPackage: the password still fits, the integrity value does not.
    import olefile
    with olefile.OleFileIO(str(good)) as ole:
        body = ole.openstream("EncryptedPackage").read()
    flip(spoilt, good.read_bytes().index(body[512:1024]) + 100)
    return {"sealed": str(good), "spoilt_sealed": str(spoilt)}


def mail(out, attached):
    message = EmailMessage()
    message["To"] = "kansen@example.lg.jp"
    message["From"] = "kenpo@example.or.jp"
    message["Subject"] = "照会への回答について（R08-0012）"
    message["X-Unsent"] = "1"
    message.set_content("添付のとおり回答します。\n")
    message.add_attachment(pathlib.Path(attached).read_bytes(), maintype="application", subtype="zip", filename="R08-0012.zip")
    path = out / "draft.eml"
    path.write_bytes(message.as_bytes(policy=message.policy.clone(linesep="\r\n")))
    return {"eml": str(path)}


def judge(request):
    out = pathlib.Path(request["out"])
    out.mkdir(parents=True, exist_ok=True)
    made = docx_files(out)
    made |= zips(out, made["good"])
    made |= encrypted(out, made["good"])
    made |= mail(out, made["zip"])
    made["password"] = PASSWORD
    return made


if __name__ == "__main__":
    serve(judge)
