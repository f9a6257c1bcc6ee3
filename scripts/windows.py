"""The main job of fukan.exe under wine, as a clerk does it. Called by scripts/windows in its sid, with fukan.exe and, for some of it, names of parts; ends with 1 at the
first thing that is not so.

Z: is the root of this Linux system, C: a folder of wine's. What wine does not show stands in CONTRIBUTING.md.
"""

import json
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import termios
import time

EXE = "Z:" + sys.argv[1].replace("/", "\\")
SOURCES = pathlib.Path.cwd()
DRIVE_C = pathlib.Path(os.environ["WINEPREFIX"]) / "drive_c"
# What a path of a clerk may hold: a space, Japanese, and signs that mean something in an address.
HOME = DRIVE_C / "事務所 #50%" / "回答"
SHOWN = "C:\\事務所 #50%\\回答"
PASSPHRASE = "ひらけごま horse battery 14"

HELPER = "/tmp/fukan-helper.exe"
HELPER_SOURCE = r"""
#include <windows.h>
#include <stdio.h>
/* run COMMAND LINE: runs it and says its exit code. That of wine's own process is now and then another one (two in a hundred).
   hold FILE: opens a file as Excel does, whoever reads may; says so and waits for a line. */
int wmain(int count, wchar_t **words) {
    if (!wcscmp(words[1], L"run")) {
        STARTUPINFOW start = { sizeof start };
        PROCESS_INFORMATION made;
        DWORD code = 0;
        if (!CreateProcessW(NULL, wcsstr(GetCommandLineW(), L" run ") + 5, NULL, NULL, TRUE, 0, NULL, NULL, &start, &made)) return 99;
        WaitForSingleObject(made.hProcess, INFINITE);
        GetExitCodeProcess(made.hProcess, &code);
        fprintf(stderr, "\nexit code %lu\n", code);
        return 0;
    }
    HANDLE file = CreateFileW(words[2], GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    puts(file == INVALID_HANDLE_VALUE ? "refused" : "held");
    fflush(stdout);
    return getchar() == EOF;
}
"""

steps = 0


def step(what):
    global steps
    steps += 1
    print(f"  {steps:2} {what}", flush=True)


def demand(held, what, run=None):
    if not held:
        sys.exit(f"{text(run) if run else ''}\nwindows: not so: {what}")


def text(run):
    return (run.stdout + run.stderr).decode("utf-8", "replace")


def fukan(*args, code=0):
    run = subprocess.run(["wine", HELPER, "run", EXE, *args], cwd=HOME, input=b"", capture_output=True, timeout=300)
    demand(exit_code(text(run)) == code, f"exit code {exit_code(text(run))} instead of {code}: {' '.join(args)}", run)
    run.stdout.decode("utf-8"), run.stderr.decode("utf-8")
    demand(b"\\\\?\\" not in run.stdout + run.stderr, f"a path that no clerk can use: {' '.join(args)}", run)
    return run


def exit_code(said):
    told = re.findall("exit ?code ?([0-9]+)", said)
    return int(told[-1]) if told else None


def lines(path):
    return [json.loads(line) for line in path.read_bytes().decode().splitlines()]


def outcomes(folder):
    return {line["case"]: line["outcome"] for line in lines(folder / "report.jsonl")}


def fresh():
    shutil.rmtree(HOME.parent, ignore_errors=True)
    HOME.mkdir(parents=True)
    shutil.copytree(SOURCES / "examples", HOME / "examples", ignore=shutil.ignore_patterns("office.db", "office.lock"))
    (HOME / "合言葉.txt").write_bytes(b"\xef\xbb\xbf" + PASSPHRASE.encode() + b"\r\n")


def main_job():
    """The examples: what is made, and that it is proved."""
    cases, office = "examples\\cases.json", ["--office", "examples\\office"]
    step("check")
    fukan("check", cases, *office, code=1)
    step("pack: the outcomes of examples/expected.jsonl, paths with /")
    run = fukan("pack", cases, *office, "--out", "out", code=1)
    demand(f"{SHOWN}\\out".encode() in run.stdout or b" out\\" in run.stdout, "the next steps name files as Windows does", run)
    expected = {line["case"]: line["outcome"] for line in lines(HOME / "examples" / "expected.jsonl")}
    demand(outcomes(HOME / "out") == expected, "outcomes as expected")
    for line in lines(HOME / "out" / "report.jsonl"):
        for file in line["files"]:
            demand("\\" not in file["path"] and (HOME / "out" / file["path"]).is_file(), f"report.jsonl names {file['path']}")
    step("pack again: nothing twice")
    fukan("pack", cases, *office, "--out", "out", code=1)
    demand({"already", "held", "refused"} >= set(outcomes(HOME / "out").values()), "everything was made already")
    step("verify")
    demand("Z:" not in text(fukan("verify", "out", *office)), "the folder is that of the command")
    demand(text(fukan("verify", f"{SHOWN}\\OUT\\", *office)), "however it is written")
    step("password, open")
    mail = next((HOME / "out").glob("email/*/*.zip"))
    number = mail.stem
    demand(number in text(fukan("password", number, *office)), "the password is said")
    fukan("open", str(mail.relative_to(HOME)).replace("/", "\\"), "--out", "opened", *office)
    demand(any((HOME / "opened").iterdir()), "the letters lie there")
    step("ledger list, due, verify, export; vault check; forms; schema")
    demand(number in text(fukan("ledger", "list", *office)), "the ledger names it")
    fukan("ledger", "due", *office)
    fukan("ledger", "verify", *office)
    fukan("ledger", "export", "--out", "台帳.xlsx", *office)
    fukan("ledger", "export", "--table", "cases", "--out", "台帳.csv", *office)
    demand((HOME / "台帳.csv").read_bytes().startswith(b"\xef\xbb\xbf"), "Excel sees that it is UTF-8")
    fukan("vault", "check", *office)
    fukan("schema", "--xlsx", "空の表.xlsx", *office)
    fukan("forms", "export", "様式", *office)
    fukan("forms", "check", "様式\\reply.docx")


def places():
    """Where things may lie, and where not."""
    step("deep folders, another drive, a path of C: without a backslash")
    deep = HOME
    while len(str(deep)) < 330:
        deep = deep / "深い場所にあるフォルダー"
    office_at(deep / "office")
    below = str(deep.relative_to(HOME)).replace("/", "\\")
    cases = "examples\\cases.json"
    fukan("pack", cases, "--office", f"{below}\\office", "--out", f"{below}\\out", code=1)
    fukan("verify", f"{below}\\out", "--office", f"{below}\\office")
    elsewhere = pathlib.Path("/tmp/fukan-elsewhere")
    shutil.rmtree(elsewhere, ignore_errors=True)
    elsewhere.mkdir()
    office_at(HOME / "office2")
    run = fukan("pack", cases, "--office", "C:office2", "--out", "Z:\\tmp\\fukan-elsewhere\\出力", code=1)
    demand("Z:\\tmp\\fukan-elsewhere\\出力" in text(run) and (elsewhere / "出力" / "report.xlsx").is_file(), "it lies on the other drive", run)
    fukan("verify", "Z:/tmp/fukan-elsewhere/出力", "--office", "OFFICE2")

    step("names that are no names")
    for name, exit_code in [("NUL", 4), ("con", 4), ("a\\aux.d", 4), ("out:x", 4), ("what?", 4), ("a.\\NUL", 4), ("no\\such\\folder", 4)]:
        run = fukan("pack", cases, "--office", "office2", "--out", name, code=exit_code)
        demand("FK-6005" in text(run), f"{name} is refused as an output folder", run)


def office_at(folder):
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(SOURCES / "examples" / "office", folder, ignore=shutil.ignore_patterns("office.db", "office.lock"))


def own_office():
    """An office with a passphrase, which is typed once and stands in a file of Notepad's once."""
    step("init: a passphrase from a file of Notepad's, with its mark and line end")
    run = fukan("init", "事務所", "--passphrase-file", "合言葉.txt")
    demand(f"{SHOWN}\\事務所".encode() in run.stdout, "where it is", run)
    # The settings of the examples, as Notepad saves them, for an office that asks for its passphrase.
    settings = (SOURCES / "examples/office/office.toml").read_text().replace("practice = true", "practice = false")
    settings = re.sub("(?m)^passphrase_file", "# passphrase_file", settings)
    (HOME / "事務所/office.toml").write_bytes(b"\xef\xbb\xbf" + settings.replace("\n", "\r\n").encode())
    shutil.copy(SOURCES / "examples/office/partners.csv", HOME / "事務所")
    for encoding in ["utf-16", "cp932"]:
        (HOME / "別の形式.txt").write_bytes(PASSPHRASE.encode(encoding))
        demand("FK-6141" in text(fukan("vault", "check", "--office", "事務所", "--passphrase-file", "別の形式.txt", code=4)), encoding)

    step("the passphrase typed at a console: taken back in part, not shown")
    said, code = console(["ledger", "verify", "--office", "事務所"], "パスフレーズ", PASSPHRASE + "x\b\r")
    demand(code == 0 and "horse" not in said and "ひらけ" not in said, f"exit code {code}:\n{said}")
    said, code = console(["ledger", "verify", "--office", "事務所"], "パスフレーズ", "correct horse wrong\r")
    demand(code == 4 and "FK-5010" in said and "horse" not in said, f"exit code {code}:\n{said}")

    said, code = console(["ledger", "find", "--office", "事務所", "--passphrase-file", "合言葉.txt"], "フリガナ", "ミエル ナマエ\r昭和55年3月2日\r男\r")
    demand(code == 0 and "ミエル" in said, f"what is no secret is shown by this very console; exit code {code}:\n{said}")

    step("one at a time")
    office = ["--office", "事務所"]
    # It waits for its passphrase, with the lock in its hand.
    first = subprocess.Popen(["wine", EXE, "pack", "examples\\cases.json", *office, "--out", "out3"], cwd=HOME, stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(6)
    second = ["ledger", "told", "R08-0001", "--by", "誰か", *office, "--passphrase-file", "合言葉.txt"]
    run = fukan(*second, code=4)
    demand("FK-6003" in text(run), "the second is told", run)
    first.communicate(b"\n")
    demand("FK-6008" in text(fukan(*second, code=4)), "and let in when the first is done")


def console(words, prompt, typed):
    """fukan at a console: what is seen, and the exit code. `typed` is sent when the prompt stands there."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(HOME)
        os.execvp("wine", ["wine", HELPER, "run", EXE, *words])
    said, sent, until = b"", False, time.monotonic() + 120
    while time.monotonic() < until:
        if select.select([terminal], [], [], 0.05)[0]:
            try:
                some = os.read(terminal, 4096)
            except OSError:
                break
            if not some:
                break
            said += some
        if not sent and prompt in seen(said):
            sent = True
            # Until wine's console listens the terminal below it would show what comes.
            while termios.tcgetattr(terminal)[3] & termios.ECHO:
                time.sleep(0.05)
            os.write(terminal, typed.encode())
    os.waitpid(pid, 0)
    os.close(terminal)
    return seen(said), exit_code(seen(said))


def seen(said):
    """What stands on the screen, more or less: without what only moves the cursor."""
    return re.sub(r"\x1b(\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07|.)", "", said.decode("utf-8", "replace"))


def wait(until, what):
    end = time.monotonic() + 60
    while not until():
        demand(time.monotonic() < end, f"waited in vain for {what}")
        time.sleep(0.05)


def interrupted():
    """Runs that end in the middle, and what the same command makes of it."""
    for number, parcels in enumerate([0, 1, 4, 8]):
        step(f"killed when {parcels} parcels stand there; the same command again")
        office_at(HOME / f"killed{number}")
        command = ["pack", "examples\\cases.json", "--office", f"killed{number}", "--out", f"out-killed{number}", "--jobs", "1", "--bundle", "case"]
        out = HOME / f"out-killed{number}"
        first = subprocess.Popen(["wine", EXE, *command], cwd=HOME, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
        wait(lambda: first.poll() is not None or len(list(out.glob("*/R*"))) >= parcels and any(out.glob("*")), "parcels")
        first.send_signal(signal.SIGKILL)
        first.wait()
        fukan(*command, code=1)
        fukan("verify", f"out-killed{number}", "--office", f"killed{number}")
        demand(not list(out.rglob(".fukan-*")), "nothing half-made is left")


def held_open():
    """What Excel and Word have open."""
    step("report.xlsx and print.docx open elsewhere")
    command = ["pack", "examples\\cases.json", "--office", "examples\\office", "--out", "out"]
    fukan(*command, code=1)
    for name, again, told in [("report.xlsx", command, "FK-6120"), ("print.docx", ["verify", "out", "--office", "examples\\office"], "")]:
        holder = subprocess.Popen(["wine", HELPER, "hold", f"out\\{name}"], cwd=HOME, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        demand(holder.stdout.readline().strip() == b"held", f"{name} is held")
        run = fukan(*again, code=4 if told else 0)
        demand(not told or told in text(run) and "ほかのプログラムが開いています" in text(run), f"{name} is told", run)
        holder.communicate(b"\n")
    fukan(*command, code=1)
    fukan("verify", "out", "--office", "examples\\office")


if __name__ == "__main__":
    pathlib.Path("/tmp/helper.c").write_text(HELPER_SOURCE)
    subprocess.run(["x86_64-w64-mingw32-gcc", "-municode", "-o", HELPER, "/tmp/helper.c"], check=True)
    fresh()
    parts = {part.__name__: part for part in [main_job, places, own_office, interrupted, held_open]}
    for name in sys.argv[2:] or parts:
        parts[name]()
    print(f"windows: {steps} steps, each as it should be")
