"""Opens documents in LibreOffice with a password, through UNO. Runs with Debian's own python3 (python3-uno)."""

import os
import pathlib
import signal
import subprocess
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

from office import COMMON, profile
from wire import serve


def value(name, content):
    made = PropertyValue()
    made.Name, made.Value = name, content
    return made


def connect(pipe, office):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    deadline = time.monotonic() + 90
    while True:
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except NoConnectException:
            if office.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def one(desktop, job):
    answer = {"path": job["path"], "opened": False, "text": None, "pages": None, "error": None}
    options = [value("Hidden", True), value("ReadOnly", True)]
    if job.get("password") is not None:
        options.append(value("Password", job["password"]))
    try:
        document = desktop.loadComponentFromURL(pathlib.Path(job["path"]).resolve().as_uri(), "_blank", 0, tuple(options))
        if document is None:
            answer["error"] = "not opened"
            return answer
        try:
            answer["opened"] = True
            answer["text"] = document.Text.String
            answer["pages"] = document.CurrentController.PageCount
        finally:
            document.close(True)
    except Exception as error:  # a refusal is the verdict
        answer["error"] = type(error).__name__
    return answer


def judge(request):
    with profile() as (folder, argument):
        pipe = folder.name
        office = subprocess.Popen(["soffice", argument, *COMMON, f"--accept=pipe,name={pipe};urp;"],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            desktop = connect(pipe, office)
            answer = {"files": [one(desktop, job) for job in request["files"]]}
            try:
                desktop.terminate()
            except Exception:  # it closes the bridge while answering
                pass
            office.wait(timeout=30)
            return answer
        finally:
            if office.poll() is None:
                os.killpg(office.pid, signal.SIGKILL)
                office.wait()


if __name__ == "__main__":
    serve(judge)
