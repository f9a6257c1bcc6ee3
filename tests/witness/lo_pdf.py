"""Documents to PDF with LibreOffice in one start; pages, text, fonts and pictures with poppler."""

import pathlib
import re
import shutil
import subprocess

from office import COMMON, profile
from wire import serve


def run(*command, timeout=120):
    return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=timeout, check=True).stdout.decode("utf-8", "replace")


def convert(files, out):
    """Equal names in different folders must not meet: each goes in under its place in the list."""
    with profile() as (folder, argument):
        given = []
        for n, path in enumerate(files):
            copy = folder / f"{n:05}{pathlib.Path(path).suffix or '.docx'}"
            shutil.copyfile(path, copy)
            given.append(str(copy))
        for at in range(0, len(given), 100):
            run("soffice", argument, *COMMON, "--convert-to", "pdf", "--outdir", str(out), *given[at : at + 100], timeout=600)


def fonts(pdf):
    lines = run("pdffonts", pdf).splitlines()[2:]
    return sorted({re.sub(r"^[A-Z]{6}\+", "", line.split()[0]) for line in lines if line.strip()})


def one(n, path, out, png, dpi):
    pdf = out / f"{n:05}.pdf"
    if not pdf.exists():
        return {"path": path, "pdf": None, "pages": 0, "text": [], "fonts": [], "png": []}
    pages = int(re.search(r"^Pages:\s+(\d+)", run("pdfinfo", str(pdf)), re.M).group(1))
    text = run("pdftotext", "-layout", "-enc", "UTF-8", str(pdf), "-").split("\f")[:pages]
    pictures = []
    if png:
        run("pdftoppm", "-r", str(dpi), "-png", str(pdf), str(out / f"{n:05}"))
        pictures = sorted(str(p) for p in out.glob(f"{n:05}-*.png"))
    return {"path": path, "pdf": str(pdf), "pages": pages, "text": text, "fonts": fonts(str(pdf)), "png": pictures}


def judge(request):
    out = pathlib.Path(request["out"])
    out.mkdir(parents=True, exist_ok=True)
    convert(request["files"], out)
    return {"files": [one(n, path, out, request.get("png", False), request.get("dpi", 72)) for n, path in enumerate(request["files"])]}


if __name__ == "__main__":
    serve(judge)
