"""What python-docx reads: paragraphs, tables, headers, footers, properties."""

import docx

from wire import serve

CORE = ("author", "last_modified_by", "title", "subject", "keywords", "comments", "category", "language", "revision", "created", "modified")


def texts(part):
    return [p.text for p in part.paragraphs]


def rows(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


def one(path):
    document = docx.Document(path)
    core = document.core_properties
    return {
        "path": path,
        "paragraphs": texts(document),
        "tables": [rows(t) for t in document.tables],
        "headers": [texts(s.header) + [c for t in s.header.tables for r in rows(t) for c in r] for s in document.sections],
        "footers": [texts(s.footer) + [c for t in s.footer.tables for r in rows(t) for c in r] for s in document.sections],
        "core": {name: str(getattr(core, name) or "") for name in CORE},
    }


if __name__ == "__main__":
    serve(lambda request: {"files": [one(path) for path in request["files"]]})
