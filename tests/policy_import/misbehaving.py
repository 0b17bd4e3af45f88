"""A child that does what a parser gone wrong would do; what it was told to do stands in the file it is given.

Like the real child it takes the limits first. Whatever it gets away with, it reports as a document that was read."""

import json
import os
import sys
import time
from pathlib import Path

from zhiqibot.topics.policies.documents.child import limit

limit(int(sys.argv[2]), int(sys.argv[3]))
words = sys.stdin.buffer.read().decode().split()
task = words[0]
outcome = "got away with it"
if task == "memory":
    try:
        kept = bytearray(600 << 20)
        kept[-1] = 1
    except MemoryError:
        outcome = "no memory"
elif task == "processor":
    while True:
        pass
elif task == "sleep":
    time.sleep(600)
elif task == "write":
    try:
        with Path(words[1]).open("wb") as file:
            file.write(b"x" * 10)
    except OSError:
        outcome = "no writing"
elif task == "environment":
    outcome = " ".join(sorted(os.environ))
elif task == "flood":
    while True:
        os.write(1, b"x" * 65536)
elif task == "nonsense":
    os.write(1, b'{"kind": 3, "blocks": 7}')
    os._exit(0)
elif task == "crash":
    os.abort()
os.write(1, json.dumps({"kind": "txt", "blocks": [outcome], "hints": {}, "lost": []}).encode())
