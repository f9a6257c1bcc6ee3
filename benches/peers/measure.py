"""Runs fukan and its peers in turn and prints what a document costs: `measure.py STORE FUKAN CASES ROUNDS` (benches/peers/run calls it)."""
import json
import os
import pathlib
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time

import cases
import template
import texts

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
STORE, FUKAN, N, ROUNDS = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
SUFFIX = {"zip": ".zip", "word": ".docx"}
IN_MEMORY, IN_MEMORY_PEER = "fukan, draft to gate in memory", "docxtpl + pyzipper, its files not counted"
OPENED = {"zip": texts.opened_zip, "word": texts.opened_word}


def ran(*command):
    """What a program printed; one that fails ends the bench."""
    done = subprocess.run(list(map(str, command)), capture_output=True)
    if done.returncode:
        raise SystemExit(f"{command[0]} ended with {done.returncode}\n{done.stdout.decode()}\n{done.stderr.decode()}")
    return done.stdout


def timed(*command):
    """Seconds by the wall and of the processor, children and all; and what was printed."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    printed = ran(*command)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, printed


class Packed:
    """A new practice office, and the cases packed by fukan into it."""

    def __init__(self, folder, file, kind):
        self.office, self.out, self.file, self.kind = folder / "office", folder / "out", file, kind
        shutil.copytree(ROOT / "examples/office", self.office)
        form = ["--format", kind] if kind != "zip" else []
        pack = (FUKAN, "pack", file, "--office", self.office, "--out", self.out, "--date", "2026-11-20", "--jobs", 1, "--quiet", *form)
        self.wall, self.cpu, _ = timed(*pack)

    def proved(self, count):
        """fukan opens everything again and compares it with the cases; and it is as much as was asked for."""
        ran(FUKAN, "verify", self.out, "--office", self.office, "--cases", self.file)
        if len(self.packages()) != count:
            raise SystemExit(f"fukan packed {len(self.packages())} of {count}")
        return self

    def packages(self):
        return sorted((self.out / "email").glob("*/*" + SUFFIX[self.kind]))

    def contents(self):
        """Each package's number, document and mail, opened by others than fukan."""
        for package in self.packages():
            number = package.stem
            told = json.loads(ran(FUKAN, "password", number, "--office", self.office, "--json"))
            docx = OPENED[self.kind](package.read_bytes(), told["password"])
            yield number, docx, texts.mail(package.with_suffix(".eml").read_bytes())


def prepared(folder, file):
    """Templates and values, out of what fukan packs; and the text that every output must hold."""
    contents = list(Packed(folder, file, "zip").proved(N).contents())
    docxtpl, docxtemplater, values = template.templates([docx for _, docx, _ in contents])
    for value, (number, docx, (mail, _)) in zip(values, contents):
        value.update(mail, number=number)
        if len(value["rows"]) != 12:
            raise SystemExit(f"{number} has {len(value['rows'])} rows")
    (folder / "docxtpl.docx").write_bytes(docxtpl)
    (folder / "docxtemplater.docx").write_bytes(docxtemplater)
    (folder / "values.json").write_text(json.dumps(values, ensure_ascii=False), "utf-8")
    return {number: (texts.text(docx), mail) for number, docx, (mail, _) in contents}


def differing(out, kind, right):
    """Opens everything that a peer made and names what is not what fukan made."""
    passwords = json.loads((out / "passwords.json").read_text())
    wrong = list(passwords.keys() ^ right.keys())
    for number in passwords.keys() & right.keys():
        package = (out / number / (number + SUFFIX[kind])).read_bytes()
        mail, attached = texts.mail((out / number / (number + ".eml")).read_bytes())
        if (texts.text(OPENED[kind](package, passwords[number])), mail) != right[number] or attached != package:
            wrong.append(number)
    return wrong


def compared(out, kind, right):
    """A bench of something else is worthless; and so is a comparison that would not see one word changed."""
    (number, (text, mail)), *_ = right.items()
    spoilt = right | {number: (text[:-1] + [text[-1] + "."], mail)}
    if (wrong := differing(out, kind, right)) or differing(out, kind, spoilt) != [number]:
        raise SystemExit(f"{out}: not what fukan made: {wrong}")


class Rounds:
    """Milliseconds a document, a round."""

    def __init__(self):
        self.told = {}

    def add(self, what, wall, cpu, documents=N):
        self.told.setdefault(what, []).append((wall * 1000 / documents, cpu * 1000 / documents))

    def ratios(self, what, to):
        pairs = list(zip(self.told[what], self.told[to]))
        return [span([a[which] / b[which] for a, b in pairs], 1) for which in (0, 1)]


def span(figures, digits=2):
    return f"{min(figures):.{digits}f} – {max(figures):.{digits}f}"


def python_peer(rounds, work, out, kind, right):
    out.mkdir()
    told = json.loads(ran(sys.executable, HERE / "docxtpl_peer.py", work, out, kind))
    compared(out, kind, right)
    seal = {"zip": "pyzipper", "word": "msoffcrypto-tool"}[kind]
    rounds.add(f"docxtpl + {seal}", told["wall"], told["cpu"])
    rounds.add(f"  of which {seal}", told["seal_wall"], told["seal_cpu"])
    if kind == "zip":
        rounds.add(IN_MEMORY_PEER, told["wall"] - told["files_wall"], told["cpu"] - told["files_cpu"])


def node_peer(rounds, work, out, right):
    out.mkdir()
    _, used, printed = timed("node", HERE / "docxtemplater_peer.mjs", work, out, STORE / "npm")
    told = json.loads(printed)
    compared(out, "zip", right)
    archiver = used - told["own"]
    rounds.add("docxtemplater + 7z", told["wall"], told["cpu"] + archiver)
    rounds.add("  of which 7z", told["seal_wall"], archiver)


def ours(rounds, folder, files, kind):
    (folder / "one").mkdir()
    one = Packed(folder / "one", files[1], kind).proved(1)
    all_of_them = Packed(folder, files[N], kind).proved(N)
    rounds.add(f"fukan pack ({kind})", all_of_them.wall, all_of_them.cpu)
    rounds.add(f"fukan pack ({kind}), a further document", all_of_them.wall - one.wall, all_of_them.cpu - one.cpu, N - 1)


def in_memory(rounds, file):
    """Draft to gate of the same cases, no ledger and no disk: benches/pack.rs does it, in a process of its own."""
    told = json.loads(ran("cargo", "bench", "--locked", "--quiet", "--bench", "pack", "--", ROOT / "examples/office", file))
    if told["documents"] != N:
        raise SystemExit(f"fukan made {told['documents']} of {N}")
    rounds.add(IN_MEMORY, told["wall"], told["cpu"])


def main():
    packs_word = b"word:" in ran(FUKAN, "pack", "--help")
    rounds, loads = Rounds(), []
    with tempfile.TemporaryDirectory(dir=STORE) as folder:
        folder = pathlib.Path(folder)
        files = {n: folder / f"{n}.ndjson" for n in (1, N)}
        for n, file in files.items():
            file.write_text("".join(json.dumps(cases.case(k), ensure_ascii=False) + "\n" for k in range(n)), "utf-8")
        right = prepared(folder, files[N])
        for n in range(ROUNDS):
            loads.append(os.getloadavg()[0])
            place = folder / f"round-{n}"
            place.mkdir()
            for kind in ("zip", "word") if packs_word else ("zip",):
                (place / kind).mkdir()
                ours(rounds, place / kind, files, kind)
            in_memory(rounds, files[N])
            for kind in ("zip", "word"):
                python_peer(rounds, folder, place / f"docxtpl-{kind}", kind, right)
            node_peer(rounds, folder, place / "docxtemplater", right)
            shutil.rmtree(place)
    print(f"{N} documents of 12 rows, {ROUNDS} rounds, load {span(loads, 1)}, {os.cpu_count()} cores, {platform.platform()}")
    print(f"\n{'milliseconds a document':<42} {'wall':>17} {'CPU':>17}")
    for what, figures in rounds.told.items():
        print(f"{what:<42} {span([f[0] for f in figures]):>17} {span([f[1] for f in figures]):>17}")
    print(f"\n{'times as slow as fukan, round by round':<42} {'wall':>17} {'CPU':>17}")
    for kind, peers in (("zip", ("docxtpl + pyzipper", "docxtemplater + 7z")), ("word", ("docxtpl + msoffcrypto-tool",))):
        for own in (f"fukan pack ({kind})", f"fukan pack ({kind}), a further document"):
            for peer in peers if own in rounds.told else ():
                wall, cpu = rounds.ratios(peer, own)
                print(f"{peer} : {own:<18}\n{'':<42} {wall:>17} {cpu:>17}")
    wall, cpu = rounds.ratios(IN_MEMORY_PEER, IN_MEMORY)
    print(f"{IN_MEMORY_PEER} : {IN_MEMORY}\n{'':<42} {wall:>17} {cpu:>17}")
    if not packs_word:
        print("\nThis fukan does not pack Word files: msoffcrypto-tool stands alone.")


main()
