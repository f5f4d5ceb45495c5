"""The small golden: customers.tsv and input.tsv go in, ALARMS.tsv, COUNT.tsv and COUNT_MINUTE.tsv came out of real Flink.

    golden.py input      writes customers.tsv and input.tsv again: generated messages, then every oddity that a client can send
"""

import pathlib
import subprocess
import sys

import topics

FOLDER = pathlib.Path(__file__).resolve().parent / "golden"
SENSORS, CUSTOMERS, MESSAGES = 60, 50, 3000  # the last ten sensors have no customer

# Each with a sensor of its own, so that what became of it is seen. `{id}` is that sensor.
ODDITIES = [
    "{id},true,false,25.5,30.0", "{id},true,false,25.50,30", "{id},true,false,-3,30", "{id},true,false,1e2,30", "{id},true,false,.5,30",
    "{id},TRUE,FALSE,1,30", "{id},True,false,1,30", "{id},1,0,1,30", "{id},yes,no,1,30", "{id}, true, false, 1, 30", " {id},true,false,1,30",
    '"{id}","true","false","1","30"', '{id},"true",false,1,30', "{id},true,false,1,30,", "{id},true,false,1,30,more", "{id},true,false,1",
    "{id},true", "{id}", "{id},,,,", "{id},,false,1,30", "{id},true,,1,30", "{id},true,false,,30", "{id},true,false,1,", "{id},true,false,x,30",
    "{id},true,false,1,x", "x,true,false,1,30", ",true,false,1,30", "{id}.0,true,false,1,30", "+{id},true,false,1,30", "-{id},true,false,1,30",
    "0{id},true,false,1,30", "99999999999,true,false,1,30", "{id},true,false,NaN,30", "{id},true,false,Infinity,30",
    "{id},true,false,1e400,30", "{id},true,false,0.1,30.25", "{id},true,false,123456789.125,30", "{id},true,false,12345678901234567890,30",
    "{id},true,false,1e10,1e7", "{id},true,false,0.0001,30", "{id},true,false,-0.0,30", '{{"{id}","true","false","1","30"}}',
    '{{"id":"{id}","movimiento":"true","humo":"false","temperatura":"1","tempMaxima":"30"}}', "", " ", ",", ",,,,", "#{id},true,false,1,30",
    "{id};true;false;1;30", "{id},true,false,1,30\r", "{id},true,false,0x10,30", "{id},true,false,1_000,30",
]


def generated(tool, *words):
    done = subprocess.run([tool, "sensor-alarms", *map(str, words), "--to", "-"], check=True, capture_output=True, text=True)
    return done.stdout


def write_input(tool):
    (FOLDER / "customers.tsv").write_text(generated(tool, "clients", "--count", CUSTOMERS))
    messages = generated(tool, "--count", MESSAGES, "--sensors", SENSORS, "--processes", 2, "--draw_every", 10, "--recover_every", 15)
    time = int(messages.splitlines()[-1].split("\t")[0])
    lines = []

    def send(topic, key, value):
        nonlocal time
        time += 7
        lines.append(f"{time}\t{topic}\t{key}\t{value}\n")

    for number, text in enumerate(ODDITIES):
        sensor = 1001 + number
        send("ENTRY", sensor, text.format(id=sensor))
        send("OK", sensor, f"{sensor},false,false,0,30")
    # Two messages of one sensor in one millisecond: the order in the partition counts.
    for sensor, values in ((2001, ("true,false,0,30", "false,false,0,30")), (2002, ("false,true,0,30",) * 3)):
        time += 7
        lines += [f"{time}\tENTRY\t{sensor}\t{sensor},{value}\n" for value in values]
    # All three alarms in one message, and all cleared in one.
    for _ in range(3):
        send("ENTRY", 2003, "2003,true,true,30,30")
    send("OK", 2003, "2003,false,false,29.99,30")
    # An OK message that is not healthy raises too; exactly on a minute's end.
    send("OK", 2004, "2004,true,false,0,30")
    time = (time // 60000 + 1) * 60000
    lines.append(f"{time - 1}\tENTRY\t2005\t2005,true,false,0,30\n{time}\tENTRY\t2005\t2005,false,false,0,30\n")
    lines.append(f"{time + 1}\tENTRY\t2005\t2005,true,false,0,30\n")
    (FOLDER / "input.tsv").write_bytes((messages + "".join(lines)).encode())
    return time


def replay(address, tool, file):
    subprocess.run([tool, "replay", FOLDER / file, "--to", f"kafka://{address}", "--nominal"], check=True, capture_output=True)


def load(address, tool):
    replay(address, tool, "customers.tsv")
    replay(address, tool, "input.tsv")


def last_time():
    return int((FOLDER / "input.tsv").read_bytes().splitlines()[-1].split(b"\t")[0])


def close_time(address, tool, last_ms):
    """Healthy messages of unknown sensors, two minutes after the last: they bring every watermark past the end of what was sent."""
    subprocess.run([tool, "sensor-alarms", "--to", f"kafka://{address}", "--nominal", "--sensors", "16", "--first_id", "900001",
                    "--count", "16", "--start", str(last_ms + 120_000)], check=True, capture_output=True)


def sorted_lines(address, topic):
    return "".join(f"{key}\t{value}\n" for key, value in sorted(topics.records(address, topic)))


def write(address):
    for topic in topics.RESULTS:
        (FOLDER / f"{topic}.tsv").write_text(sorted_lines(address, topic))


def expected(topic):
    return (FOLDER / f"{topic}.tsv").read_text()


if __name__ == "__main__":
    if sys.argv[1:2] != ["input"]:
        sys.exit(__doc__)
    write_input(sys.argv[2] if len(sys.argv) > 2 else "build/azud_simulate_tool")
