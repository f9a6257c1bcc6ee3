#!/usr/bin/env python3
"""Makes word.json: what msoffcrypto-tool 6.1.0 wrote as agile encryption: the values of EncryptionInfo, the package, the
document, and the four DataSpaces streams.

    pip install msoffcrypto-tool==6.1.0; python3 word.py > word.json
"""
import base64, io, json, re
import olefile
from msoffcrypto.format.ooxml import OOXMLFile

PASSWORD = "7KM4Q9XDH2RWT6YN"
DOCUMENT = bytes(range(256)) * 17 + b"end"  # a second segment, and a last block that is not whole

maker = OOXMLFile.__new__(OOXMLFile)
maker.file, maker.format, maker.type = io.BytesIO(DOCUMENT), "ooxml", "plain"
out = io.BytesIO()
maker.encrypt(PASSWORD, out)
file = olefile.OleFileIO(io.BytesIO(out.getvalue()))
xml = file.openstream("EncryptionInfo").read()[8:].decode()


def value(name, element):
    text = re.search(element + r'[^>]*?\b' + name + r'="([^"]*)"', xml)[1]
    return int(text) if text.isdigit() else base64.b64decode(text).hex()


print(json.dumps({
    "password": PASSWORD,
    "document": DOCUMENT.hex(),
    "package": file.openstream("EncryptedPackage").read().hex(),
    "spin": value("spinCount", "encryptedKey"),
    "package_salt": value("saltValue", "keyData"),
    "password_salt": value("saltValue", "encryptedKey"),
    "verifier_input": value("encryptedVerifierHashInput", "encryptedKey"),
    "verifier_hash": value("encryptedVerifierHashValue", "encryptedKey"),
    "package_key": value("encryptedKeyValue", "encryptedKey"),
    "hmac_key": value("encryptedHmacKey", "dataIntegrity"),
    "hmac_value": value("encryptedHmacValue", "dataIntegrity"),
    "data_spaces": {e[-1].lstrip("\x06"): file.openstream(e).read().hex() for e in file.listdir() if e[0] == "\x06DataSpaces"},
}, indent=1))
