"""Asks python-dateutil when rules start. Reads a case a line (JSON) from stdin, writes its answer a line (JSON).

A case: {"zone", "start", "rules": [[text, start]], "added": [stamp], "excluded": [stamp], "from", "to"}. Stamps are
YYYYMMDDTHHMM[SS], local, or in UTC with a Z at their end; "from" and "to" are seconds of UTC. A rule is counted from the start beside
it, and what lies before the case's start is left out. The answer: starts in seconds of UTC. With "first": only one, where there is any.
A case {"zone", "walls": [seconds]} asks what the clocks of a zone show; the answer: local times as if they were UTC, in seconds.
A case {"zone", "exist": [seconds]} asks whether clocks of a zone ever show local times, given as if they were UTC; the answer: 1 or 0.
"""

import json
import re
import sys
import warnings
from datetime import datetime, timedelta, timezone

import dateutil
from dateutil import rrule, tz

warnings.simplefilter("ignore")  # COUNT beside a limit of ours


def moment(text, zone):
    """A stamp as the library takes it."""
    if text.endswith("Z"):
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=tz.UTC)
    return datetime.strptime(text[:13], "%Y%m%dT%H%M").replace(tzinfo=zone)


def seconds(at):
    """When a moment is: of a repeated hour the first, a skipped one as the library resolves it."""
    return int(tz.resolve_imaginary(at.replace(fold=0)).timestamp())


def starts_of(text, begin, end, zone):
    """Local starts of one rule up to an end."""
    # A local UNTIL wants a start without a zone, one in UTC a start with it.
    if re.search(r"UNTIL=\w+Z", text) is None:
        begin, end = begin.replace(tzinfo=None), end.replace(tzinfo=None)
    try:
        rule = rrule.rrulestr(text, dtstart=begin)
    except ValueError as error:
        if "empty set" in str(error):  # its word for a rule that never happens
            return
        raise
    # Without a limit a rule that never happens is looked for until the year 9999.
    limit = rule._until
    for at in rule.replace(until=end if limit is None or limit > end else limit):
        yield at.replace(tzinfo=zone)


def starts(case):
    zone = tz.gettz(case["zone"])
    start = moment(case["start"], zone)
    end = datetime.fromtimestamp(case["to"], timezone.utc).astimezone(zone) + timedelta(days=2)
    found = set()
    for text, begin in case["rules"]:
        for at in starts_of(text, moment(begin, zone), end, zone):
            if at.replace(tzinfo=None) < start.replace(tzinfo=None):
                continue
            found.add(seconds(at))
            if case.get("first"):
                return sorted(found)
    if not case["rules"]:
        found.add(seconds(start))
    found |= {seconds(moment(text, zone)) for text in case["added"]}
    found -= {seconds(moment(text, zone)) for text in case["excluded"]}
    return sorted(at for at in found if case["from"] <= at < case["to"])


def walls(case):
    zone = tz.gettz(case["zone"])
    shown = [datetime.fromtimestamp(at, timezone.utc).astimezone(zone) for at in case["walls"]]
    return [int(at.replace(tzinfo=timezone.utc).timestamp()) for at in shown]


def exist(case):
    zone = tz.gettz(case["zone"])
    shown = [datetime.fromtimestamp(at, timezone.utc).replace(tzinfo=None) for at in case["exist"]]
    return [int(tz.datetime_exists(at, zone)) for at in shown]


print(json.dumps({"dateutil": dateutil.__version__, "python": sys.version.split()[0]}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    answer = walls if "walls" in asked else exist if "exist" in asked else starts
    print(json.dumps(answer(asked)), flush=True)
