#!/usr/bin/env python3
"""Makes code.json: 照合番号 by the formula of docs/formats/vault.md, with nothing but Python's own hmac.  python3 code.py > code.json"""
import hashlib, hmac, json, struct

SYMBOLS = "23456789ACDEFGHJKMNPQRTUVWXY"
FIELDS = ["insurer", "number", "kind", "channel", "municipality", "destination", "text"]


def code(key, case):
    message = b"fukan/code/v1"
    for field in FIELDS:
        data = case[field].encode("utf-8")
        message += struct.pack(">I", len(data)) + data
    mac = hmac.new(key, message, hashlib.sha256).digest()
    rest, symbols = int.from_bytes(mac[:8], "big") % 28**8, ""
    for _ in range(8):
        rest, at = divmod(rest, 28)
        symbols = SYMBOLS[at] + symbols
    return mac.hex(), symbols[:4] + "-" + symbols[4:]


rows = [
    ["", "", "", "", "", "", ""],
    ["06138123", "R08-0013-1", "reply", "email", "011002", "kansen@example.lg.jp", "回答書\n照合番号\t□□□□-□□□□\n𠮷田 太郎\n"],
    ["06138123", "R08-0013", "cover", "paper", "271004", "530-8201 大阪市北区中之島1-3-20", "送付状\n" * 500],
    ["39131234", "R08-10000", "call", "phone", "X-001", "011-211-2111", "葛\U000E0100飾 か\u3099 髙﨑"],
]
cases = []
for n, row in enumerate(rows):
    key = hashlib.sha256(b"fukan test vector: pairing %d" % n).digest()
    case = dict(zip(FIELDS, row))
    mac, shown = code(key, case)
    cases.append({"key": key.hex(), **case, "mac": mac, "code": shown})
print(json.dumps({"cases": cases}, ensure_ascii=False, indent=1))
