#!/usr/bin/env python3
"""Makes vault/*.json out of vault.json: one fault each, with the class of error that must be told.  python3 vault_faults.py

`expect` is one of: opens, passphrase, changed, bounds. The passphrase is the first of vault.json unless the vector says otherwise.
"""
import copy, json, os

HERE = os.path.dirname(os.path.abspath(__file__))
BASE = json.load(open(os.path.join(HERE, "vault.json"), encoding="utf-8"))
FOLDER = os.path.join(HERE, "vault")
os.makedirs(FOLDER, exist_ok=True)
made = 0


def vector(name, expect, change=lambda v: None, passphrase=BASE["passphrases"][0]):
    global made
    v = copy.deepcopy({key: BASE[key] for key in ("vault", "slots", "keys")})
    change(v)
    made += 1
    with open(os.path.join(FOLDER, name + ".json"), "w", encoding="utf-8") as out:
        json.dump({"expect": expect, "passphrase": passphrase, **v}, out, ensure_ascii=False, indent=1)
        out.write("\n")


def flip(row, field, at):
    data = bytearray.fromhex(row[field])
    data[at] ^= 1
    row[field] = data.hex()


def swap(a, b, field):
    a[field], b[field] = b[field], a[field]


vector("as_made", "opens")
vector("recovery_code", "opens", passphrase=BASE["passphrases"][1])
vector("recovery_code_as_typed", "opens", passphrase="７ｋｍ４-q9xd h2rw t6yn 7km4 q9xd")
vector("rows_in_another_order", "opens", lambda v: (v["slots"].reverse(), v["keys"].reverse()))

for name, passphrase in {"empty": "", "shorter": BASE["passphrases"][0][:-1], "longer": BASE["passphrases"][0] + "。",
                         "another_code": "7KM4Q9XDH2RWT6YN7KM4Q9XE"}.items():
    vector("passphrase_" + name, "passphrase", passphrase=passphrase)

for field, at in (("id", 0), ("id", 15)):
    vector(f"vault_id_byte_{at}", "passphrase", lambda v: flip(v["vault"], field, at))
vector("vault_id_cut", "changed", lambda v: v["vault"].update(id=v["vault"]["id"][:-2]))
vector("vault_id_longer", "changed", lambda v: v["vault"].update(id=v["vault"]["id"] + "00"))
for number in (0, 2, -1):
    vector(f"version_{number}", "changed", lambda v: v["vault"].update(version=number))
for number in (6, 8, 0, -1):
    vector(f"generation_{number}", "changed", lambda v: v["vault"].update(generation=number))
vector("mac_byte", "changed", lambda v: flip(v["vault"], "mac", 31))
vector("mac_cut", "changed", lambda v: v["vault"].update(mac=v["vault"]["mac"][:-2]))
vector("mac_gone", "changed", lambda v: v["vault"].update(mac=""))

vector("slots_gone", "changed", lambda v: v["slots"].clear())
vector("slot_removed", "changed", lambda v: v["slots"].pop(1))
vector("slot_of_mine_removed", "passphrase", lambda v: v["slots"].pop(0))
vector("slot_twice", "changed", lambda v: v["slots"].append(copy.deepcopy(v["slots"][0])))
for number in (0, 9, -1):
    vector(f"slot_number_{number}", "changed", lambda v: v["slots"][1].update(slot=number))
vector("slot_renumbered", "changed", lambda v: v["slots"][1].update(slot=2))
vector("slot_of_mine_renumbered", "passphrase", lambda v: v["slots"][0].update(slot=2))
vector("slot_kind_unknown", "changed", lambda v: v["slots"][0].update(kind=3))
vector("slot_kind_changed", "changed", lambda v: v["slots"][1].update(kind=1))
for field, numbers in {"m_kib": (0, 8, 19455, 1048577, 67108864, 4294967296, -1), "t": (0, 1, 17, 4294967295, -1), "p": (0, 17, -1)}.items():
    for number in numbers:
        vector(f"argon2_{field}_{number}", "bounds", lambda v: v["slots"][0].update({field: number}))
vector("argon2_less_memory_than_sealed", "changed", lambda v: v["slots"][1].update(m_kib=19456))
vector("argon2_more_passes_than_sealed", "passphrase", lambda v: v["slots"][0].update(t=3))
vector("salt_byte", "passphrase", lambda v: flip(v["slots"][0], "salt", 0))
vector("salt_cut", "changed", lambda v: v["slots"][0].update(salt=v["slots"][0]["salt"][:-2]))
for name, at in (("nonce", 0), ("ciphertext", 12), ("tag", 59)):
    vector(f"wrapped_{name}_byte", "passphrase", lambda v: flip(v["slots"][0], "wrapped", at))
vector("wrapped_of_another_slot_byte", "changed", lambda v: flip(v["slots"][1], "wrapped", 20))
vector("wrapped_swapped", "passphrase", lambda v: swap(*v["slots"], "wrapped"))
vector("wrapped_cut", "changed", lambda v: v["slots"][0].update(wrapped=v["slots"][0]["wrapped"][:-2]))

vector("keys_gone", "changed", lambda v: v["keys"].clear())
vector("key_removed", "changed", lambda v: v["keys"].pop())
vector("key_twice", "changed", lambda v: v["keys"].append(copy.deepcopy(v["keys"][0])))
vector("key_purpose_unknown", "changed", lambda v: v["keys"][0].update(purpose=6))
vector("key_purposes_swapped", "changed", lambda v: swap(v["keys"][0], v["keys"][1], "purpose"))
vector("keys_swapped", "changed", lambda v: swap(v["keys"][2], v["keys"][3], "sealed"))
for number in (0, 2, 4, -1, 4294967296):
    vector(f"key_id_{number}", "changed", lambda v: v["keys"][0].update(key_id=number))
vector("key_byte", "changed", lambda v: flip(v["keys"][4], "sealed", 30))
vector("key_cut", "changed", lambda v: v["keys"][4].update(sealed=v["keys"][4]["sealed"][:-2]))
print(made, "vectors")
