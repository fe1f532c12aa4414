"""The five cases of a task tracker in plain Python, as its author would write
them: lists, dicts and the standard library, no packages.

`tracker.py` reads a JSON object a line on stdin and answers with one on
stdout. `{"case": NAME, "data": ...}` hands the data of a case over;
`{"run": NAME, "milliseconds": N}` runs it over and over for about N
milliseconds, at least three times, and gives `{"milliseconds": ...}`, the
shortest run; `{"answer": NAME}` gives the result.
"""

import gc
import json
import sys
from collections import defaultdict
from datetime import datetime
from time import perf_counter


def parse_duration(text):
    """Seconds of HH:MM:SS, MM:SS or SS; 0 for anything else."""
    try:
        fields = [int(field) for field in text.split(":")]
    except ValueError:
        return 0
    if len(fields) == 3:
        hours, minutes, seconds = fields
        return hours * 3600 + minutes * 60 + seconds
    if len(fields) == 2:
        minutes, seconds = fields
        return minutes * 60 + seconds
    if len(fields) == 1:
        return fields[0]
    return 0


def format_duration(total):
    """HH:MM:SS of seconds."""
    hours, rest = divmod(total, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}"


def parse_all(texts):
    return [parse_duration(text) for text in texts]


def format_all(durations):
    return [format_duration(seconds) for seconds in durations]


def week_statistics(tasks):
    """A dict per week: totals, means, productivity, projects."""
    by_week = defaultdict(list)
    for task in tasks:
        by_week[task["week"]].append(task)
    return [week_row(week, by_week[week]) for week in sorted(by_week)]


def week_row(week, tasks):
    total = sum(task["duration"] for task in tasks)
    scored = [task for task in tasks if task["score"] is not None]
    weights = [min(task["duration"] / 3600, 8) for task in scored]
    weight = sum(weights)
    weighted = sum(task["score"] * w for task, w in zip(scored, weights))
    projects = defaultdict(lambda: {"count": 0, "seconds": 0})
    for task in tasks:
        if task["project"]:
            project = projects[task["project"]]
            project["count"] += 1
            project["seconds"] += task["duration"]
    return {
        "week": week,
        "totalTasks": len(tasks),
        "totalSeconds": total,
        "meanSeconds": total / len(tasks),
        "meanScore": sum(task["score"] for task in scored) / len(scored) if scored else None,
        "productivity": weighted / weight * 20 if weight else 0,
        "projects": [{"name": name, **projects[name]} for name in sorted(projects)],
    }


def time_series(events):
    """A (timestamp, change, total) per timestamp, in order."""
    changes = defaultdict(int)
    for event in events:
        changes[event["timestamp"]] += event["change"]
    total = 0
    rows = []
    for timestamp in sorted(changes):
        change = changes[timestamp]
        total += change
        rows.append((timestamp, change, total))
    return rows


def bulk(texts):
    """A dict per text: the seconds and their text."""
    rows = []
    for text in texts:
        seconds = parse_duration(text)
        rows.append({"seconds": seconds, "text": format_duration(seconds)})
    return rows


CASES = {
    "parse": parse_all,
    "format": format_all,
    "week": week_statistics,
    "series": time_series,
    "bulk": bulk,
}


def prepared(case, data):
    """The data as the tracker holds them: timestamps are datetimes."""
    if case == "series":
        for event in data:
            event["timestamp"] = datetime.fromisoformat(event["timestamp"])
    return data


def shortest_ms(work, data, milliseconds):
    """The shortest of the runs, the collector switched off as by timeit."""
    gc.collect()
    gc.disable()
    best = float("inf")
    runs = 0
    end = perf_counter() + milliseconds / 1000
    while runs < 3 or perf_counter() < end:
        start = perf_counter()
        work(data)
        best = min(best, perf_counter() - start)
        runs += 1
    gc.enable()
    return best * 1000


def main():
    data = {}
    for line in sys.stdin:
        request = json.loads(line)
        if "case" in request:
            data[request["case"]] = prepared(request["case"], request["data"])
            reply = {}
        elif "run" in request:
            case = request["run"]
            reply = {"milliseconds": shortest_ms(CASES[case], data[case], request["milliseconds"])}
        else:
            case = request["answer"]
            reply = {"answer": CASES[case](data[case])}
        print(json.dumps(reply, default=datetime.isoformat), flush=True)


main()
