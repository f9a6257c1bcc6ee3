"""癖のある様式: makes tests/data/forms/ out of an exported reply.docx, as Word, LibreOffice and hurried people leave such files.

    fukan forms export /tmp/f && .witness/venv/bin/python tests/witness/awkward_forms.py /tmp/f/reply.docx tests/data/forms

good/NAME.docx must compile and fill right; refused/FK-nnnn-NAME.docx must be refused with that code. The results are committed, so that a
test sees what was seen before, whatever versions are installed.
"""

import copy
import io
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path

import docx
from docx.shared import Mm, Pt
from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
REL = "http://schemas.openxmlformats.org/package/2006/relationships"
NS = {"w": W}


def w(name):
    return f"{{{W}}}{name}"


def png(width=120, height=40, colour=(0, 90, 150)):
    """A logo: a plain rectangle with a lighter band."""
    band = bytes(min(255, c + 90) for c in colour)
    rows = b"".join(b"\0" + (band if 12 < y < 20 else bytes(colour)) * width for y in range(height))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class Raw:
    """The parts of a Word file as bytes."""

    def __init__(self, path):
        with zipfile.ZipFile(path) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}

    def text(self, name):
        return self.parts[name].decode("utf-8")

    def change(self, name, old, new, count=1):
        text = self.text(name)
        assert old in text, (name, old)
        self.parts[name] = text.replace(old, new, count).encode("utf-8")

    def sub(self, name, pattern, new, count=0):
        text, n = re.subn(pattern, new, self.text(name), count=count, flags=re.S)
        assert n, (name, pattern)
        self.parts[name] = text.encode("utf-8")

    def relate(self, source, id, kind, target, outside=False):
        folder, _, file = source.rpartition("/")
        rels = f"{folder}/_rels/{file}.rels"
        mode = ' TargetMode="External"' if outside else ""
        whole = kind if kind.startswith("http") else f"{R}/{kind}"
        entry = f'<Relationship Id="{id}" Type="{whole}" Target="{target}"{mode}/>'
        if rels not in self.parts:
            self.parts[rels] = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Relationships xmlns="{REL}"></Relationships>'.encode()
        self.change(rels, "</Relationships>", entry + "</Relationships>")

    def type(self, part, kind):
        self.change("[Content_Types].xml", "</Types>", f'<Override PartName="/{part}" ContentType="{kind}"/></Types>')

    def save(self, path):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in self.parts.items():
                archive.writestr(zipfile.ZipInfo(name, (2026, 11, 26, 9, 0, 0)), data, zipfile.ZIP_DEFLATED)


BODY = "word/document.xml"


def each_run(raw, part, change):
    root = etree.fromstring(raw.parts[part])
    for run in list(root.iter(w("r"))):
        text = run.find(w("t"))
        if text is not None and "{{" in (text.text or ""):
            change(run, text)
    raw.parts[part] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def split(run, text, between=None):
    """Cuts a run at every character of its tags, as Word does when scripts and proofing change."""
    pieces = re.split(r"(\{\{|\}\}|\?)", text.text)
    pieces = [p for p in pieces if p]
    parent, at = run.getparent(), run.getparent().index(run)
    parent.remove(run)
    for piece in pieces:
        for part in ([piece[: len(piece) // 2], piece[len(piece) // 2 :]] if len(piece) > 1 else [piece]):
            new = copy.deepcopy(run)
            new.find(w("t")).text = part
            new.find(w("t")).set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            properties = new.find(w("rPr"))
            if properties is None:
                properties = etree.Element(w("rPr"))
                new.insert(0, properties)
            fonts = properties.find(w("rFonts"))
            if fonts is None:
                fonts = etree.Element(w("rFonts"))
                properties.insert(0, fonts)
            fonts.set(w("hint"), "eastAsia" if ord(part[0]) > 0x2000 else "default")
            for extra in between() if between else []:
                parent.insert(at, extra)
                at += 1
            parent.insert(at, new)
            at += 1


def split_runs(raw):
    for part in (BODY, "word/footer1.xml"):
        each_run(raw, part, split)


def proofing(raw):
    count = [100]

    def between():
        count[0] += 1
        start = etree.Element(w("bookmarkStart"), {w("id"): str(count[0]), w("name"): f"_GoBack{count[0]}"})
        end = etree.Element(w("bookmarkEnd"), {w("id"): str(count[0])})
        proof = etree.Element(w("proofErr"), {w("type"): "spellStart"})
        return [proof, start, end]

    each_run(raw, BODY, lambda run, text: split(run, text, between))


def full_width(raw):
    for part in (BODY, "word/footer1.xml"):
        raw.parts[part] = raw.text(part).replace("{{", "｛｛").replace("}}", "｝｝").encode("utf-8")
    raw.change(BODY, "｛｛明細.項目｝｝", "｛｛　明細．項目　｝｝")
    raw.change(BODY, "｛｛?経緯", "｛｛？経緯")


def content_controls(raw):
    sdt = (
        '<w:sdt><w:sdtPr><w:alias w:val="{0}"/><w:tag w:val="{0}"/><w:id w:val="{1}"/><w:placeholder><w:docPart w:val="x"/></w:placeholder>'
        '<w:showingPlcHdr/><w:dataBinding w:xpath="/a" w:storeItemID="{{00000000-0000-0000-0000-000000000000}}"/><w:text/></w:sdtPr><w:sdtContent>{2}</w:sdtContent></w:sdt>'
    )
    run = re.search(r"<w:r>(?:(?!</w:r>).)*\{\{対象者氏名\}\}.*?</w:r>", raw.text(BODY), re.S).group(0)
    raw.change(BODY, run, sdt.format("氏名", 11, run))
    block = re.search(r"<w:p>(?:(?!</w:p>).)*\{\{手続名\}\}.*?</w:p>", raw.text(BODY), re.S).group(0)
    raw.change(BODY, block, sdt.format("手続", 12, block).replace("<w:text/>", ""))
    row = re.search(r"<w:tr>(?:(?!</w:tr>).)*\{\{明細\.項目\}\}.*?</w:tr>", raw.text(BODY), re.S).group(0)
    raw.change(BODY, row, sdt.format("明細", 13, row).replace("<w:text/>", ""))


BOX = """<w:p><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
 xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
 xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><mc:Choice Requires="wps"><w:drawing>
 <wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="1" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1">
 <wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="margin"><wp:align>right</wp:align></wp:positionH>
 <wp:positionV relativeFrom="margin"><wp:posOffset>0</wp:posOffset></wp:positionV><wp:extent cx="2520000" cy="540000"/>
 <wp:wrapSquare wrapText="bothSides"/><wp:docPr id="7" name="枠 7" descr="C:\\Users\\clerk\\letterhead.png"/><wp:cNvGraphicFramePr/>
 <a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr txBox="1"/>
 <wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="2520000" cy="540000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></wps:spPr>
 <wps:txbx><w:txbxContent>%s</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>
 <mc:Fallback><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" id="box7" style="position:absolute;width:198pt;height:42pt"><v:textbox>
 <w:txbxContent>%s</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"""


def text_box(raw):
    inner = (
        "<w:p><w:r><w:t>{{発</w:t></w:r><w:r><w:t>信者}}　御連絡先</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>{{?担当メール}}電子メール {{担当メール}}</w:t></w:r></w:p><w:p><w:r><w:t>{{担当電話}}</w:t></w:r></w:p>"
    )
    box = re.sub(r">\s+<", "><", (BOX % (inner, inner)).replace("\n", ""))
    raw.change(BODY, "<w:body>", "<w:body>" + box)


def columns(raw):
    """Another order of columns, one more of them, and a small table within a cell that does not repeat."""
    text = raw.text(BODY)
    row = re.search(r"<w:tr>(?:(?!</w:tr>).)*\{\{明細\.項目\}\}.*?</w:tr>", text, re.S).group(0)
    cells = re.findall(r"<w:tc>.*?</w:tc>", row, re.S)
    turned = row.replace("".join(cells), "".join([cells[2], cells[0], cells[1]]))
    text = text.replace(row, turned)
    head = re.search(r"<w:tr>(?:(?!</w:tr>).)*>基準日<.*?</w:tr>", text, re.S).group(0)
    heads = re.findall(r"<w:tc>.*?</w:tc>", head, re.S)
    text = text.replace(head, head.replace("".join(heads), "".join([heads[2], heads[0], heads[1]])))
    small = (
        '<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid><w:gridCol w:w="900"/></w:tblGrid><w:tr><w:tc><w:tcPr><w:tcW w:w="900" w:type="dxa"/></w:tcPr>'
        "<w:p><w:r><w:t>（写し）</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p/>"
    )
    cell = re.search(r"<w:tc>(?:(?!</w:tc>).)*\{\{対象者性別\}\}.*?</w:tc>", text, re.S).group(0)
    raw.parts[BODY] = text.replace(cell, cell.replace("</w:tc>", small + "</w:tc>")).encode("utf-8")


def vanish(raw):
    extra = "<w:p><w:r><w:t>{{?備考}}備考　{{備考}}</w:t></w:r></w:p><w:p><w:r><w:t>{{?照会元整理番号}}整理番号あり</w:t></w:r></w:p>"
    raw.change(BODY, "<w:sectPr>", extra + "<w:p><w:r><w:t>（以下余白）</w:t></w:r></w:p><w:sectPr>")
    cell = re.search(r"<w:tr>(?:(?!</w:tr>).)*\{\{対象者氏名\}\}.*?</w:tr>", raw.text(BODY), re.S).group(0)
    only = "<w:t xml:space=\"preserve\">{{?照会対象期間}}{{照会対象期間}}"
    raw.change(BODY, cell, cell + re.sub(r"<w:t[^>]*>\{\{対象者氏名\}\}", only, cell, count=1))


def page_tags(raw):
    raw.sub("word/footer1.xml", r"<w:r><w:fldChar.*</w:r>", "<w:r><w:t>{{頁}} / {{総頁}} 頁</w:t></w:r>", 1)


def ends(raw):
    """Text that ends in a table, a text box of which nothing may be left, a content control at the very end."""
    box = BOX % (("<w:p><w:r><w:t>{{?備考}}{{備考}}</w:t></w:r></w:p>",) * 2)
    raw.change(BODY, "<w:body>", "<w:body>" + re.sub(r">\s+<", "><", box.replace("\n", "")))
    table = (
        '<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid><w:gridCol w:w="900"/></w:tblGrid><w:tr><w:tc><w:tcPr><w:tcW w:w="900" w:type="dxa"/></w:tcPr>'
        "<w:p><w:r><w:t>確認印</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    control = "<w:sdt><w:sdtContent><w:p><w:r><w:t>{{?備考}}</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    raw.change(BODY, "<w:sectPr>", table + control + "<w:sectPr>")


def office_traces(raw):
    """What an installation leaves: author, company, template, sittings, thumbnail, glossary, own properties, data of SharePoint."""
    raw.parts["docProps/core.xml"] = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        "<dc:title>secret-title</dc:title><dc:creator>secret-author</dc:creator><cp:lastModifiedBy>secret-modifier</cp:lastModifiedBy><cp:revision>7</cp:revision>"
        '<dcterms:created xsi:type="dcterms:W3CDTF">2020-01-01T00:00:00Z</dcterms:created></cp:coreProperties>'
    ).encode()
    raw.parts["docProps/app.xml"] = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        "<Template>C:\\secret-template.dotm</Template><Manager>secret-manager</Manager><Company>secret-company</Company></Properties>"
    ).encode()
    raw.parts["docProps/custom.xml"] = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="secret-property">'
        "<vt:lpwstr>secret-value</vt:lpwstr></property></Properties>"
    ).encode()
    raw.type("docProps/custom.xml", "application/vnd.openxmlformats-officedocument.custom-properties+xml")
    raw.parts["docProps/thumbnail.jpeg"] = b"secret-thumbnail"
    raw.change("[Content_Types].xml", "</Types>", '<Default Extension="jpeg" ContentType="image/jpeg"/></Types>')
    for id, kind, target in (
        ("rIdC", "custom-properties", "docProps/custom.xml"),
        ("rIdT", "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail", "docProps/thumbnail.jpeg"),
    ):
        whole = kind if kind.startswith("http") else f"{R}/{kind}"
        raw.change("_rels/.rels", "</Relationships>", f'<Relationship Id="{id}" Type="{whole}" Target="{target}"/></Relationships>')
    raw.relate("word/settings.xml", "rId1", "attachedTemplate", "file:///C:/secret-template.dotm", outside=True)
    raw.change(
        "word/settings.xml",
        '<w:defaultTabStop',
        f'<w:attachedTemplate xmlns:r="{R}" r:id="rId1"/><w:defaultTabStop',
    )
    raw.change(
        "word/settings.xml",
        "<w:themeFontLang",
        '<w:rsids><w:rsidRoot w:val="00AB12CD"/><w:rsid w:val="00AB12CD"/></w:rsids><w:themeFontLang',
    )
    raw.sub(BODY, r"<w:p>", '<w:p w:rsidR="00AB12CD" w:rsidRDefault="00AB12CD">')
    raw.sub(BODY, r"<w:r>", '<w:r w:rsidR="00AB12CD">', 20)
    raw.parts["customXml/item1.xml"] = '<?xml version="1.0"?>\n<kept  by="byte">&#x8A18;</kept>\n'.encode()
    raw.parts["customXml/itemProps1.xml"] = (
        b'<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<ds:datastoreItem ds:itemID="{9F1B1F9E-0000-4000-8000-000000000001}" '
        b'xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml"><ds:schemaRefs/></ds:datastoreItem>'
    )
    raw.type("customXml/itemProps1.xml", "application/vnd.openxmlformats-officedocument.customXmlProperties+xml")
    raw.relate(BODY, "rIdX", "customXml", "../customXml/item1.xml")
    raw.relate("customXml/item1.xml", "rId1", "customXmlProps", "itemProps1.xml")
    glossary = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:glossaryDocument xmlns:w="{W}"><w:docParts/></w:glossaryDocument>'
    raw.parts["word/glossary/document.xml"] = glossary.encode()
    raw.type("word/glossary/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.glossary+xml")
    raw.relate(BODY, "rIdG", "glossaryDocument", "glossary/document.xml")


def mail_merge(raw):
    raw.relate("word/settings.xml", "rId1", "mailMergeSource", "file:///C:/secret/members.xlsx", outside=True)
    source = (
        f'<w:mailMerge xmlns:r="{R}"><w:mainDocumentType w:val="formLetters"/><w:linkToQuery/><w:dataType w:val="native"/>'
        '<w:connectString w:val="Data Source=C:\\secret\\members.xlsx"/><w:query w:val="SELECT * FROM `Sheet1$`"/><w:dataSource r:id="rId1"/></w:mailMerge>'
    )
    raw.change("word/settings.xml", "<w:defaultTabStop", source + "<w:defaultTabStop")


# --- with python-docx ------------------------------------------------------------------------------------------------------------


def sections(path, out):
    """Two sections; the first page, even and odd pages have headers and footers of their own."""
    document = docx.Document(path)
    document.settings.odd_and_even_pages_header_footer = True
    first = document.sections[0]
    first.different_first_page_header_footer = True
    for place, word in ((first.first_page_footer, "表紙"), (first.even_page_footer, "偶数")):
        place.is_linked_to_previous = False
        place.paragraphs[0].text = f"{word}　{{{{照合番号}}}}"
    first.first_page_header.paragraphs[0].text = "{{発信者}}　第１面"
    first.even_page_header.paragraphs[0].text = "{{発信者}}　偶数"
    second = document.add_section()
    second.different_first_page_header_footer = False
    second.footer.is_linked_to_previous = False
    second.footer.paragraphs[0].text = "第二部　照合番号 {{照合番号}}"
    document.add_paragraph("（別紙）　{{文書番号}}の続きは、ありません。")
    document.save(out)


def logo(path, out):
    document = docx.Document(path)
    header = document.sections[0].header
    header.is_linked_to_previous = False
    # The first ones are the frames of the fold marks.
    run = header.paragraphs[-1].add_run()
    run.add_picture(io.BytesIO(png()), width=Mm(24))
    header.paragraphs[-1].add_run("　見本健康保険組合　")
    document.paragraphs[0].insert_paragraph_before().add_run().add_picture(io.BytesIO(png(60, 60, (150, 30, 30))), width=Mm(10))
    note = document.add_paragraph("この書類は、印刷した日から一年間保存します。")
    note.runs[0].font.size = Pt(9)
    document.save(out)


def fresh(path, out):
    """From Word's own blank document: other defaults, other styles, a theme, a numbered list."""
    document = docx.Document()
    for text in (
        "{{文書番号}}",
        "{{発信日}}",
        "{{宛先}}",
        "{{発信者}}",
        "医療保険の加入情報等について（{{文書種別}}）",
        "{{照会の引用}}標記の件について、次のとおり回答します。",
    ):
        document.add_paragraph(text)
    document.add_paragraph("手続　{{手続名}}", style="List Number")
    document.add_paragraph("対象者　{{対象者フリガナ}}　{{対象者生年月日}}　{{対象者性別}}", style="List Number")
    table = document.add_table(rows=1, cols=3, style="Table Grid")
    for cell, text in zip(table.rows[0].cells, ("項目", "内容", "基準日")):
        cell.text = text
    for texts in (("{{明細.加入期間}}", "", ""), ("{{明細.文}}", "", ""), ("{{明細.項目}}", "{{明細.内容}}", "{{明細.基準日}}")):
        cells = table.add_row().cells
        for cell, text in zip(cells, texts):
            cell.text = text
    document.add_paragraph("{{留意事項.番号}}　{{留意事項.文}}", style="List Bullet")
    document.add_paragraph("担当　{{担当部署}}　{{担当電話}}")
    document.sections[0].footer.paragraphs[0].text = "{{文書番号}}　照合番号 {{照合番号}}"
    document.core_properties.author = "secret-author"
    document.save(out)


def office_letter(path, out):
    """The form of an office as one would have it: letterhead with a logo, more words, columns turned."""
    with tempfile.TemporaryDirectory() as folder:
        turned = Path(folder) / "turned.docx"
        raw = Raw(path)
        split_runs(raw)
        raw.save(turned)
        document = docx.Document(turned)
        header = document.sections[0].header
        header.is_linked_to_previous = False
        header.paragraphs[-1].add_run().add_picture(io.BytesIO(png(240, 60, (20, 110, 70))), width=Mm(28))
        header.paragraphs[-1].add_run("　みどり健康保険組合　業務課")
        for index in range(4):
            document.paragraphs[-1].insert_paragraph_before(f"当組合からのお知らせ{index + 1}：書類の内容は、下欄の照合番号で確かめることができます。")
        answers = next(t for t in document.tables if "明細" in "".join(c.text for r in t.rows for c in r.cells))
        for row in answers.rows:
            cells = row._tr.findall(w("tc"))
            if len(cells) == 3:
                row._tr.remove(cells[2])
                row._tr.insert(row._tr.index(cells[0]), cells[2])
        document.save(out)


# --- LibreOffice -------------------------------------------------------------------------------------------------------------------


def libreoffice(path, out):
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in" / "form.docx"
        source.parent.mkdir()
        shutil.copy(path, source)
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "docx:MS Word 2007 XML", "--outdir", folder, source],
            check=True,
            capture_output=True,
        )
        shutil.copy(Path(folder) / "form.docx", out)


# --- to be refused -----------------------------------------------------------------------------------------------------------------


def paragraph(markup):
    return lambda raw: raw.change(BODY, "<w:body>", f"<w:body><w:p>{markup}</w:p>")


def says(text):
    return paragraph(f"<w:r><w:t>{text}</w:t></w:r>")


def without_code(raw):
    raw.change("word/footer1.xml", "{{照合番号}}", "")


def missing(raw):
    raw.change(BODY, "{{明細.内容}}", "")
    raw.parts[BODY] = raw.text(BODY).replace("{{宛先}}", "御担当者").encode("utf-8")


def comments(raw):
    raw.parts["word/comments.xml"] = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:comments xmlns:w="{W}"><w:comment w:id="0" w:author="a">'
        "<w:p><w:r><w:t>直す</w:t></w:r></w:p></w:comment></w:comments>"
    ).encode()
    raw.type("word/comments.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml")
    raw.relate(BODY, "rIdN", "comments", "comments.xml")
    paragraph('<w:r><w:t>ここ</w:t></w:r><w:r><w:commentReference w:id="0"/></w:r>')(raw)


def macro(raw):
    raw.parts["word/vbaProject.bin"] = b"\xd0\xcf\x11\xe0"
    raw.type("word/vbaProject.bin", "application/vnd.ms-office.vbaProject")
    raw.relate(BODY, "rIdV", "http://schemas.microsoft.com/office/2006/relationships/vbaProject", "vbaProject.bin")


def link(raw):
    raw.relate(BODY, "rIdL", "hyperlink", "mailto:tekiyo@example.or.jp", outside=True)
    paragraph(f'<w:hyperlink xmlns:r="{R}" r:id="rIdL"><w:r><w:t>tekiyo@example.or.jp</w:t></w:r></w:hyperlink>')(raw)


def linked_picture(raw):
    raw.relate(BODY, "rIdL", "image", "file:///C:/logo.png", outside=True)
    paragraph(
        f'<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" id="s"><v:imagedata xmlns:r="{R}" r:id="rIdL"/></v:shape></w:pict></w:r>'
    )(raw)


def ole(raw):
    raw.parts["word/embeddings/oleObject1.bin"] = b"\xd0\xcf\x11\xe0"
    raw.change("[Content_Types].xml", "</Types>", '<Default Extension="bin" ContentType="application/vnd.openxmlformats-officedocument.oleObject"/></Types>')
    raw.relate(BODY, "rIdO", "oleObject", "embeddings/oleObject1.bin")
    paragraph("<w:r><w:object/></w:r>")(raw)


def merge_field(raw):
    paragraph(
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>MERGE</w:instrText></w:r><w:r><w:instrText>FIELD 氏名</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>«氏名»</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )(raw)


def nested_rows(raw):
    cell = re.search(r"<w:tc>(?:(?!</w:tc>).)*\{\{対象者性別\}\}.*?</w:tc>", raw.text(BODY), re.S).group(0)
    small = (
        '<w:tbl><w:tblPr/><w:tblGrid><w:gridCol w:w="900"/></w:tblGrid><w:tr><w:tc><w:p><w:r><w:t>{{明細.項目}}</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p/>'
    )
    raw.change(BODY, cell, cell.replace("</w:tc>", small + "</w:tc>"))


def hangs_on(raw):
    """Whom it is for only stands there when there is a remark."""
    raw.change(BODY, "{{宛先}}", "{{?備考}}{{宛先}}")


def first_page(path, out):
    document = docx.Document(path)
    document.sections[0].different_first_page_header_footer = True
    document.sections[0].first_page_footer.is_linked_to_previous = False
    document.sections[0].first_page_footer.paragraphs[0].text = "表紙"
    document.save(out)


GOOD = {
    "split_runs": split_runs,
    "proofing": proofing,
    "full_width": full_width,
    "content_controls": content_controls,
    "text_box": text_box,
    "columns": columns,
    "vanish": vanish,
    "page_tags": page_tags,
    "ends": ends,
    "office_traces": office_traces,
    "mail_merge": mail_merge,
}
GOOD_FILES = {"sections": sections, "logo": logo, "fresh": fresh, "office_letter": office_letter}
REFUSED = {
    "FK-4012-unknown": says("{{宛て先}}　様"),
    "FK-4013-unclosed": says("{{宛先　様"),
    "FK-4013-half": says("{｛宛先｝}"),
    "FK-4013-break": paragraph("<w:r><w:t>{{宛</w:t><w:br/><w:t>先}}</w:t></w:r>"),
    "FK-4014-elsewhere": says("{{代表番号}}"),
    "FK-4015-hidden": paragraph("<w:r><w:rPr><w:vanish/></w:rPr><w:t>{{宛先}}</w:t></w:r>"),
    "FK-4016-missing": missing,
    "FK-4016-hangs_on": hangs_on,
    "FK-4017-code": without_code,
    "FK-4018-nested": nested_rows,
    "FK-4020-macro": macro,
    "FK-4021-link": link,
    "FK-4021-picture": linked_picture,
    "FK-4022-ole": ole,
    "FK-4023-tracked": paragraph('<w:ins w:id="1" w:author="a"><w:r><w:t>加えた文</w:t></w:r></w:ins>'),
    "FK-4024-comments": comments,
    "FK-4025-merge": merge_field,
    "FK-4026-footnote": paragraph('<w:r><w:t>注</w:t><w:footnoteReference w:id="2"/></w:r>'),
}
REFUSED_FILES = {"FK-4017-first_page": first_page}


def main(form, out):
    good, refused = Path(out) / "good", Path(out) / "refused"
    for folder in (good, refused):
        folder.mkdir(parents=True, exist_ok=True)
    for folder, changes, files in ((good, GOOD, GOOD_FILES), (refused, REFUSED, REFUSED_FILES)):
        for name, change in changes.items():
            raw = Raw(form)
            change(raw)
            raw.save(folder / f"{name}.docx")
        for name, make in files.items():
            make(form, folder / f"{name}.docx")
    libreoffice(form, good / "libreoffice.docx")
    libreoffice(good / "office_letter.docx", good / "libreoffice_logo.docx")
    libreoffice(good / "text_box.docx", good / "libreoffice_box.docx")


if __name__ == "__main__":
    main(*sys.argv[1:])
