"""AE-2 archives with pyzipper: every header field, every entry opened, wrong passwords tried."""

import base64
import hashlib
import secrets
import struct
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import pyzipper

from wire import serve

ALPHABET = "23456789ACDEFGHJKMNPQRTUVWXY"


def aes_extra(extra):
    """(vendor version, strength, real method) of the 0x9901 field, or None."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind == 0x9901 and size == 7:
            version, _vendor, strength, method = struct.unpack_from("<H2sBH", extra, at + 4)
            return {"version": version, "strength": strength, "method": method}
        at += 4 + size
    return None


def local_header(raw, info):
    """The local header's fields, by hand: pyzipper shows the central directory's."""
    at = info.header_offset
    (sig, version, flags, method, time, date, crc, compressed, size, n, m) = struct.unpack_from("<IHHHHHIIIHH", raw, at)
    name, extra = raw[at + 30 : at + 30 + n], raw[at + 30 + n : at + 30 + n + m]
    return {
        "signature": sig == 0x04034B50, "version": version, "flags": flags, "method": method, "time": time, "date": date, "crc": crc,
        "compressed": compressed, "size": size, "name": name.decode("utf-8", "replace"), "aes": aes_extra(extra), "extra": extra.hex(),
        "data_at": at + 30 + n + m,
    }


def entry(raw, info):
    return {
        "name": info.filename, "flags": info.flag_bits, "version": info.extract_version, "method": info.compress_type, "crc": info.CRC,
        "compressed": info.compress_size, "size": info.file_size, "date_time": list(info.date_time), "aes": aes_extra(info.extra),
        "extra": info.extra.hex(), "comment": info.comment.hex(), "create_system": info.create_system,
        "external_attr": info.external_attr, "local": local_header(raw, info),
    }


def verifier_agrees(raw, local, password):
    """Whether the two verifier bytes after the salt fit: the cheap part of a wrong password (PBKDF2-HMAC-SHA-1, 1,000 rounds)."""
    strength = local["aes"]["strength"]
    salt_size, key_size = {1: (8, 16), 2: (12, 24), 3: (16, 32)}[strength]
    salt = raw[local["data_at"] : local["data_at"] + salt_size]
    verifier = raw[local["data_at"] + salt_size : local["data_at"] + salt_size + 2]
    return hashlib.pbkdf2_hmac("sha1", password, salt, 1000, 2 * key_size + 2)[-2:] == verifier


def reads(archive, name, password):
    try:
        archive.read(name, pwd=password)
        return True
    except (RuntimeError, pyzipper.BadZipFile, ValueError):
        return False


def one(job, random_wrong, extract):
    path, password = job["path"], job["password"].encode("utf-8")
    with open(path, "rb") as f:
        raw = f.read()
    answer = {"path": path, "entries": [], "opened": False, "error": None, "wrong_accepted": [], "tried": 0}
    with pyzipper.AESZipFile(path) as archive:
        answer["comment"] = archive.comment.hex()
        try:
            for info in archive.infolist():
                shown = entry(raw, info)
                answer["entries"].append(shown)
                data = archive.read(info.filename, pwd=password)
                shown["sha256"] = hashlib.sha256(data).hexdigest()
                if extract:
                    shown["base64"] = base64.b64encode(data).decode("ascii")
            answer["opened"] = True
        except (RuntimeError, pyzipper.BadZipFile, ValueError) as error:
            answer["error"] = repr(error)
        wrong = list(job.get("wrong", []))
        wrong += ["".join(secrets.choice(ALPHABET) for _ in range(16)) for _ in range(random_wrong)]
        for attempt in wrong:
            if attempt == job["password"] or len(answer["wrong_accepted"]) == 3:
                continue
            answer["tried"] += 1
            guess = attempt.encode("utf-8")
            for shown in answer["entries"]:
                encrypted = shown["local"]["aes"] is not None
                # pyzipper derives slowly; it is asked whenever the two bytes would let the guess through.
                if (not encrypted or verifier_agrees(raw, shown["local"], guess)) and reads(archive, shown["name"], guess):
                    answer["wrong_accepted"].append(attempt)
                    break
    return answer


def judge(request):
    work = partial(one, random_wrong=request.get("random_wrong", 0), extract=request.get("extract", False))
    with ProcessPoolExecutor(max_workers=request.get("jobs", 2)) as pool:
        return {"archives": list(pool.map(work, request["archives"]))}


if __name__ == "__main__":
    serve(judge)
