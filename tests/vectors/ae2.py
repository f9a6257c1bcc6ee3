#!/usr/bin/env python3
"""Makes ae2.json: entries that pyzipper 0.4.0 and 7-Zip wrote in the AE-2 format, with password and clear bytes.

    pip install pyzipper==0.4.0; apt install 7zip; python3 ae2.py > ae2.json
"""
import io, json, os, struct, subprocess, tempfile
import pyzipper

PASSWORD = b"7KM4Q9XDH2RWT6YN"
CLEAR = [b"", b"a", "回答書".encode(), bytes(range(256)) * 3]


def payloads(archive):
    """(payload, vendor version) of each local entry, by the sizes of the central directory."""
    with pyzipper.AESZipFile(io.BytesIO(archive)) as z:
        for info in z.infolist():
            at = info.header_offset
            name, extra = struct.unpack_from("<HH", archive, at + 26)
            yield archive[at + 30 + name + extra:][:info.compress_size], info.wz_aes_version


def by_pyzipper(clear):
    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", encryption=pyzipper.WZ_AES) as z:
        z.setpassword(PASSWORD)
        z.setencryption(pyzipper.WZ_AES, nbits=256, force_wz_aes_version=2)
        z.writestr("a.docx", clear)
    return out.getvalue()


def by_7zip(clear):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.docx")
        open(path, "wb").write(clear)
        subprocess.run(["7z", "a", "-tzip", "-mem=AES256", "-mx=0", "-p" + PASSWORD.decode(), path + ".zip", path],
                       check=True, stdout=subprocess.DEVNULL)
        return open(path + ".zip", "rb").read()


cases = []
for by, maker in (("pyzipper", by_pyzipper), ("7-Zip", by_7zip)):
    for clear in CLEAR:
        for payload, version in payloads(maker(clear)):
            if version == 2:
                cases.append({"by": by, "password": PASSWORD.hex(), "clear": clear.hex(), "payload": payload.hex()})
print(json.dumps({"cases": cases}, indent=1))
