#!/usr/bin/env python3
"""The independent reference of the sensor-alarms system.

  sensor_alarms.py messages    [run options] --count N [--form csv|brace|json]   the messages: ms, topic, key, value
  sensor_alarms.py count       [run options] --count N                           the totals, as JSON
  sensor_alarms.py transitions [run options] --count N                           what ALARMS must hold, a JSON line each
  sensor_alarms.py compare     [run options] --count N [--arrival] [--clients DIR] [--alarms FILE] [--count-topic FILE]
                               [--minutes FILE] [--outbox DIR] [--page FILE]     what was produced against the reference
  sensor_alarms.py verify-clients DIR [--count N]                                geohash and zone of the CSV files

Run options: --seed N, --processes N, --sensors N, --first-id N, --preset code|busy, --draw-every N, --recover-every N,
--start-ms N. FILEs hold one record a line, key and value separated by a tab;
that of --page holds the alarms of the REST interface, a JSON object a line. Exit status 1 when something differs.
"""

import argparse
import json
import sys

from sensor_compare import Comparison
from sensor_clients import read_clients, verify_clients
from sensor_count import count
from sensor_generator import FORMS, PRESETS, START_MS, Run, all_messages


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("messages", "count", "transitions", "compare"):
        command = commands.add_parser(name)
        command.add_argument("--seed", type=int, default=1)
        command.add_argument("--processes", type=int, default=1)
        command.add_argument("--sensors", type=int, default=50000)
        command.add_argument("--first-id", type=int, default=1)
        command.add_argument("--preset", choices=PRESETS, default="busy")
        command.add_argument("--draw-every", type=int)
        command.add_argument("--recover-every", type=int)
        command.add_argument("--start-ms", type=int, default=START_MS)
        command.add_argument("--count", type=int, required=True)
        if name == "messages":
            command.add_argument("--form", choices=FORMS, default="csv")
        if name == "compare":
            command.add_argument("--arrival", action="store_true", help="times are those of arrival: leave them out")
            for file in ("--alarms", "--count-topic", "--minutes", "--outbox", "--page", "--clients"):
                command.add_argument(file)
    verify = commands.add_parser("verify-clients")
    verify.add_argument("directory")
    verify.add_argument("--count", type=int)
    return parser.parse_args()


def run_of(args):
    draw_every, recover_every = PRESETS[args.preset]
    return Run(seed=args.seed, processes=args.processes, first_id=args.first_id, sensors=args.sensors,
               draw_every=args.draw_every or draw_every, recover_every=args.recover_every or recover_every,
               start_ms=args.start_ms)


def print_messages(args):
    form = FORMS[args.form]
    write = sys.stdout.write
    for m in all_messages(run_of(args), args.count):
        write(f"{m[0]}\t{m[1]}\t{m[2]}\t{form(m)}\n")


def compare(args):
    counts = count(all_messages(run_of(args), args.count))
    comparison = Comparison(counts, arrival=args.arrival, clients=read_clients(args.clients) if args.clients else None)
    if args.alarms:
        comparison.alarms(args.alarms)
    if args.count_topic:
        comparison.count_topic(args.count_topic)
    if args.minutes:
        comparison.minutes(args.minutes)
    if args.outbox:
        comparison.outbox(args.outbox)
    if args.page:
        comparison.page(args.page)
    for line in comparison.report:
        print(line)
    return 0 if comparison.equal else 1


def main():
    args = parse()
    if args.command == "messages":
        print_messages(args)
    elif args.command == "count":
        print(json.dumps(count(all_messages(run_of(args), args.count)).totals(), indent=1))
    elif args.command == "transitions":
        for sensor, kind, what, ms in count(all_messages(run_of(args), args.count)).transitions:
            print(json.dumps({"id": sensor, "tipo": kind, "what": what, "ms": ms}))
    elif args.command == "compare":
        return compare(args)
    else:
        problems = verify_clients(args.directory, args.count)
        for problem in problems[:20]:
            print(problem)
        return 1 if problems else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
