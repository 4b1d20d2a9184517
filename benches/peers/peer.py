"""What every peer shares: one job as JSON on each line in, one answer as JSON on each line out."""
import json
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"


def serve(jobs):
    """Answers each job by the function of its name; what goes wrong is an answer, too."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints stays out of the answers
    for line in sys.stdin:
        job = json.loads(line)
        try:
            answer = jobs[job.pop("do")](**job)
        except Exception as error:  # noqa: BLE001
            answer = {"error": f"{type(error).__name__}: {error}"[:300]}
        out.write(json.dumps(answer) + "\n")
        out.flush()


def repeated(run, budget, before=lambda: None, after=lambda: None):
    """Seconds of each run, as many as fit into the budget, at least one; what stands around a run is not counted."""
    seconds, start = [], time.perf_counter()
    while not seconds or time.perf_counter() - start < budget:
        before()
        now = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - now)
        after()
    return seconds


def finite(rows):
    """Numbers for JSON; what is no number becomes null."""
    return [[x if x - x == 0 else None for x in map(float, row)] for row in rows]
