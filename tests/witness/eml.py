"""Mail drafts with Python's email package."""

import hashlib
from email import policy
from email.parser import BytesParser

from wire import serve


def addresses(message, name):
    header = message[name]
    return [a.addr_spec for a in header.addresses] if header is not None else []


def attachment(part):
    data = part.get_payload(decode=True) or b""
    return {
        "name": part.get_filename(), "type": part.get_content_type(), "size": len(data), "sha256": hashlib.sha256(data).hexdigest(),
        "encoding": part.get("Content-Transfer-Encoding"), "disposition": part.get_content_disposition(),
    }


def one(path):
    with open(path, "rb") as f:
        raw = f.read()
    message = BytesParser(policy=policy.default).parsebytes(raw)
    body = message.get_body(preferencelist=("plain",))
    defects = [repr(d) for part in message.walk() for d in part.defects]
    defects += [repr(d) for part in message.walk() for h in part.values() for d in getattr(h, "defects", ())]
    return {
        "path": path, "headers": [[k, str(v)] for k, v in message.items()], "to": addresses(message, "To"),
        "from": addresses(message, "From"), "cc": addresses(message, "Cc"), "bcc": addresses(message, "Bcc"),
        "subject": str(message["Subject"] or ""), "body": body.get_content() if body is not None else None,
        "attachments": [attachment(p) for p in message.iter_attachments()], "defects": defects,
        "longest_line": max((len(line) for line in raw.splitlines()), default=0), "ascii": raw.isascii(),
        "bare_newlines": raw.replace(b"\r\n", b"").count(b"\n") + raw.replace(b"\r\n", b"").count(b"\r"),
    }


if __name__ == "__main__":
    serve(lambda request: {"files": [one(path) for path in request["files"]]})
