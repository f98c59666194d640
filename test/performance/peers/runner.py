"""What every Python peer of the bench shares: says on standard output when it is ready, then answers job by job.

A line of JSON each way. In: {"files": [paths], "language": code or null}. Out: first {"ready": true}, then for each job
{"texts": [one per file], "seconds": from the job's arrival to its texts}.
"""
import json
import os
import sys
import time


def serve(load):
    """`load()` gives a function from (files, language) to the files' texts. What is printed meanwhile is no answer."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def say(message):
        print(json.dumps(message), file=answers, flush=True)

    transcribe = load()
    say({"ready": True})
    for line in sys.stdin:
        job = json.loads(line)
        start = time.perf_counter()
        texts = transcribe(job["files"], job["language"])
        say({"texts": texts, "seconds": time.perf_counter() - start})
