"""Starting LibreOffice with a profile of its own, so that runs never wait for one another."""

import contextlib
import pathlib
import tempfile

COMMON = ["--headless", "--norestore", "--nologo", "--nodefault", "--nofirststartwizard", "--nolockcheck"]


@contextlib.contextmanager
def profile():
    """A private folder, and the argument that makes it LibreOffice's profile."""
    with tempfile.TemporaryDirectory(prefix="fukan-lo-", ignore_cleanup_errors=True) as folder:
        yield pathlib.Path(folder), "-env:UserInstallation=" + (pathlib.Path(folder) / "profile").as_uri()
