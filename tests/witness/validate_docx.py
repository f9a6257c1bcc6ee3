"""Open XML SDK (one process a file) and openxml-audit, over many documents."""

import json
import subprocess
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from openxml_audit import FileFormat, OpenXmlValidator

from wire import serve


def sdk(validator, path):
    done = subprocess.run([validator, path], capture_output=True, stdin=subprocess.DEVNULL, timeout=180, check=True)
    answer = json.loads(done.stdout)
    faults = [f'{e["path"]} {e["xPath"]}: {e["description"]} ({e["id"]})' for e in answer["errors"]]
    if not answer["ok"] and not faults:
        faults = ["not ok, no reason given"]
    return faults


def audit(path):
    result = OpenXmlValidator(file_format=FileFormat.MICROSOFT_365).validate(path)
    faults = [str(e) for e in result.errors]
    if not result.is_valid and not faults:
        faults = ["not valid, no reason given"]
    return faults


def both(validator, path):
    return {"path": path, "sdk": sdk(validator, path), "audit": audit(path)}


def judge(request):
    with ProcessPoolExecutor(max_workers=request.get("jobs", 2)) as pool:
        return {"files": list(pool.map(partial(both, request["validator"]), request["files"]))}


if __name__ == "__main__":
    serve(judge)
