"""One JSON request in, one JSON answer out."""

import json
import sys


def serve(judge):
    """Reads the request from standard input, gives it to `judge`, and writes what it returns."""
    request = json.load(sys.stdin.buffer)
    answer = judge(request)
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode("utf-8"))
    sys.stdout.buffer.write(b"\n")
