#!/usr/bin/env python3
"""Makes vault.json: a whole vault, written by other hands than ours, so that nobody is ever locked out.

    pip install argon2-cffi cryptography; python3 vault.py > vault.json

Format: docs/formats/vault.md. Everything random here is a fixed SHA-256 of a name, so that the file can be made again.
"""
import hashlib, hmac, json, struct
from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def fixed(name, n):
    return hashlib.sha256(b"fukan test vector: " + name.encode()).digest()[:n]


def lp(b):
    return struct.pack(">I", len(b)) + b


def u32(*n):
    return struct.pack(">%dI" % len(n), *n)


def mac(key, msg):
    return hmac.new(key, msg, hashlib.sha256).digest()


def hkdf(root, label):
    return mac(mac(bytes(32), root), label + b"\x01")


def gcm(key, name, secret, aad):
    nonce = fixed("nonce " + name, 12)
    return nonce + AESGCM(key).encrypt(nonce, secret, aad)


ID, ROOT, GENERATION = fixed("id", 16), fixed("root", 32), 7
SECRETS = [(1, 1, "春はあけぼのやうやう白くなりゆく", (19456, 2, 1)), (3, 2, "7KM4Q9XDH2RWT6YN7KM4Q9XD", (32768, 3, 4))]

slots, table = [], u32(1) + lp(ID) + struct.pack(">Q", GENERATION) + u32(len(SECRETS))
for number, kind, passphrase, (m, t, p) in SECRETS:
    salt = fixed("salt %d" % number, 32)
    kek = hash_secret_raw(passphrase.encode(), salt, t, m, p, 32, Type.ID)
    place = lp(b"fukan/vault/v1/slot") + lp(ID) + u32(number, kind, m, t, p) + lp(salt)
    wrapped = gcm(kek, "slot %d" % number, ROOT, place)
    table += u32(number, kind, m, t, p) + lp(salt) + lp(wrapped)
    slots.append({"slot": number, "kind": kind, "m_kib": m, "t": t, "p": p, "salt": salt.hex(), "wrapped": wrapped.hex()})

record = hkdf(ROOT, b"fukan/vault/v1/record")
keys, rows = [fixed("key %d" % n, 32) for n in range(1, 6)], []
table += u32(5)
for purpose, key in enumerate(keys, 1):
    key_id = 3 if purpose == 1 else 1
    sealed = gcm(record, "key %d" % purpose, key, lp(b"fukan/vault/v1/key") + lp(ID) + u32(purpose, key_id))
    table += u32(purpose, key_id) + lp(sealed)
    rows.append({"purpose": purpose, "key_id": key_id, "sealed": sealed.hex()})

password = "7KM4Q9XDH2RWT6YN"
value = b"\x01" + u32(3) + gcm(keys[0], "value", password.encode(), lp(ID) + lp("R08-0013".encode()) + u32(2))
person = lp("ヤマダタロウ".encode()) + lp(b"1980-03-02") + lp(b"male")

print(json.dumps({
    "passphrases": [s[2] for s in SECRETS],
    "vault": {"id": ID.hex(), "version": 1, "generation": GENERATION, "mac": mac(hkdf(ROOT, b"fukan/vault/v1/header"), table).hex()},
    "slots": slots,
    "keys": rows,
    "sealed_password": {"number": "R08-0013", "revision": 2, "password": password, "value": value.hex()},
    "macs": {
        "chain": mac(keys[2], b"fukan/chain/v1" + fixed("before", 32) + lp(b"row")).hex(), "chain_before": fixed("before", 32).hex(),
        "person": mac(keys[3], b"fukan/person/v1" + person).hex(),
        "file": mac(keys[4], b"fukan/file/v1" + b"bytes").hex(),
        "fingerprint": mac(keys[4], b"fukan/fingerprint/v1" + b"bytes").hex(),
    },
}, ensure_ascii=False, indent=1))
