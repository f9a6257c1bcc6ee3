"""ECMA-376 agile encryption with msoffcrypto-tool: verifier, integrity, wrong passwords."""

import base64
import hashlib
import io

import msoffcrypto
from msoffcrypto import exceptions

from wire import serve


def unlock(raw, password):
    """The opened file when the verifier agrees, else None."""
    office = msoffcrypto.OfficeFile(io.BytesIO(raw))
    try:
        office.load_key(password=password, verify_password=True)
        return office
    except exceptions.InvalidKeyError:
        return None


def one(job, extract):
    with open(job["path"], "rb") as f:
        raw = f.read()
    answer = {"path": job["path"], "encrypted": False, "kind": None, "password_ok": False, "integrity_ok": False, "error": None,
              "sha256": None, "size": None, "wrong_accepted": [], "tried": 0}
    try:
        probe = msoffcrypto.OfficeFile(io.BytesIO(raw))
        answer["encrypted"] = probe.is_encrypted()
        answer["kind"] = getattr(probe, "type", None)
        office = unlock(raw, job["password"]) if answer["encrypted"] else None
        answer["password_ok"] = office is not None
        if office is not None:
            plain = io.BytesIO()
            office.decrypt(plain, verify_integrity=True)
            answer["integrity_ok"] = True
            answer["sha256"] = hashlib.sha256(plain.getvalue()).hexdigest()
            answer["size"] = len(plain.getvalue())
            if extract:
                answer["base64"] = base64.b64encode(plain.getvalue()).decode("ascii")
        for attempt in job.get("wrong", []):
            answer["tried"] += 1
            if attempt != job["password"] and unlock(raw, attempt) is not None:
                answer["wrong_accepted"].append(attempt)
    except Exception as error:  # whatever a damaged file provokes is part of the verdict
        answer["error"] = repr(error)
    return answer


if __name__ == "__main__":
    serve(lambda r: {"files": [one(job, r.get("extract", False)) for job in r["files"]]})
