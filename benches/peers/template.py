"""Makes what the peers need out of documents that fukan packed: a template for each, and the values that fill it.

A text that differs between documents becomes a slot, the twelve rows become a loop; everything else, styles and layout too, stays as it
is. The padding goes. So each peer has to make the very document that fukan made, with nothing left to find out.
"""
import copy
import io
import re
import zipfile

from lxml import etree
from texts import PARTS, W

PREAMBLE = {"encoding": "UTF-8", "xml_declaration": True, "standalone": True}


def parts(docx):
    with zipfile.ZipFile(io.BytesIO(docx)) as file:
        return {name: file.read(name) for name in file.namelist()}


def rows_of(tree):
    """The rows below a heading that repeats on every page."""
    heads = [row for row in tree.iter(f"{W}tr") if row.find(f"{W}trPr/{W}tblHeader") is not None]
    return list(heads[0].itersiblings(f"{W}tr")) if heads else []


def texts_of(node, but=()):
    apart = {t for row in but for t in row.iter(f"{W}t")}
    return [t for t in node.iter(f"{W}t") if t not in apart]


def split(documents):
    """Trees of the first document with `slot` attributes, and the values of each document."""
    values = [{"slots": {}, "rows": []} for _ in documents]
    trees = {}
    for name in sorted(n for n in documents[0] if PARTS.fullmatch(n)):
        of = [etree.fromstring(document[name]) for document in documents]
        rows = [rows_of(tree) for tree in of]
        texts = [texts_of(tree, but) for tree, but in zip(of, rows)]
        if len({len(t) for t in texts}) != 1 or len({len(r) for r in rows}) != 1:
            raise SystemExit(f"{name}: the documents differ by more than their texts")
        for index, same in enumerate(zip(*texts)):
            if len({t.text for t in same}) > 1:
                slot = f"s{len(values[0]['slots'])}"
                for value, t in zip(values, same):
                    value["slots"][slot] = t.text or ""
                texts[0][index].set("slot", slot)
        for value, its in zip(values, rows):
            value["rows"] += [{f"c{n}": t.text or "" for n, t in enumerate(texts_of(row))} for row in its]
        trees[name] = of[0]
    return trees, values


def filled(tree, tag, cell, around):
    """The tree with a peer's own tags: `tag(slot)`, `cell(name)`, and `around(row)` for the loop."""
    tree = copy.deepcopy(tree)
    first, *others = rows_of(tree) or [None]
    for row in others:
        row.getparent().remove(row)
    for t in texts_of(tree):
        if slot := t.attrib.pop("slot", None):
            t.text = tag(slot)
    if first is not None:
        for n, t in enumerate(texts_of(first)):
            t.text = cell(f"c{n}")
        around(first)
    return etree.tostring(tree, **PREAMBLE)


def jinja_loop(row):
    def line(text):
        marker = copy.deepcopy(row)
        first, *others = texts_of(marker)
        first.text = text
        for t in others:
            t.text = ""
        return marker

    row.addprevious(line("{%tr for row in rows %}"))
    row.addnext(line("{%tr endfor %}"))


def braces_loop(row):
    first, *_, last = texts_of(row)
    first.text = "{#rows}" + first.text
    last.text += "{/rows}"


def written(document, replaced):
    plain = dict(document)
    plain["docProps/app.xml"] = re.sub(rb"\s+$", b"", plain["docProps/app.xml"])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in (plain | replaced).items():
            file.writestr(name, data)
    return out.getvalue()


def templates(docx_files):
    """(docxtpl's template, docxtemplater's template, a dict of values a document)."""
    documents = [parts(docx) for docx in docx_files]
    trees, values = split(documents)
    peers = [
        (lambda s: "{{ slots.%s }}" % s, lambda c: "{{ row.%s }}" % c, jinja_loop),
        (lambda s: "{%s}" % s, lambda c: "{%s}" % c, braces_loop),
    ]
    made = [written(documents[0], {name: filled(tree, *peer) for name, tree in trees.items()}) for peer in peers]
    return *made, values
