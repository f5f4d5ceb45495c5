"""Reads the client files and computes geohash and zone again, from systems.md's table and the usual geohash rules."""

import csv
from pathlib import Path

ALPHABET = "0123456789bcdefghjkmnpqrstuvwxyz"

ZONES = {
    "NorthAmerica": "b c f 8 9 d",
    "SouthAmerica": "d0 d1 d2 d3 d8 d9 db dc 2 3 4 5 6 7",
    "Oceania": "n p q r",
    "Mediterranean": "ey ez sn sp sq sr sw sx sy sz",
    "North": "g fg fu fv fy fz",
    "UK": "gc gf gbu gbv u10 u12 u13",
    "NorthEurope": "u4 u5 u6 u7 ud ue uf ug uh uj uk um un up uq ur us ut uu uv uw ux uy uz u1v u1y u1z u3b u3c u3f",
    "CentroEurope": "u gb",
    "Africa": "e s k m h j",
}
ZONE_OF_PREFIX = {prefix: zone for zone, prefixes in ZONES.items() for prefix in prefixes.split()}

COLUMNS = ("id name surname gender nationalid birthday streetaddress city zipcode country telephonecountrycode "
           "telephonenumber latitude longitude emailaddress title occupation company username geohash zone").split()


def geohash(latitude, longitude, length=7):
    bounds = [[-180.0, 180.0], [-90.0, 90.0]]  # the first bit is the longitude's
    value = (longitude, latitude)
    bits = []
    for turn in range(length * 5):
        low, high = bounds[turn % 2]
        middle = (low + high) / 2
        upper = value[turn % 2] >= middle
        bits.append("1" if upper else "0")
        bounds[turn % 2] = [middle, high] if upper else [low, middle]
    number = "".join(bits)
    return "".join(ALPHABET[int(number[i:i + 5], 2)] for i in range(0, length * 5, 5))


def zone_of(cell):
    for length in (3, 2, 1):
        if cell[:length] in ZONE_OF_PREFIX:
            return ZONE_OF_PREFIX[cell[:length]]
    return "Other"


def read_clients(directory):
    """id -> row of every clients-*.csv."""
    clients = {}
    for path in sorted(Path(directory).glob("clients-*.csv")):
        with open(path, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                clients[int(row["id"])] = row
    return clients


def verify_clients(directory, expected_count=None):
    """What is wrong with the files, as lines of text."""
    problems = []
    files = sorted(Path(directory).glob("clients-*.csv"))
    if len(files) != 10:
        problems.append(f"{len(files)} files, not 10")
    for path in files:
        with open(path, encoding="utf-8") as file:
            if file.readline().rstrip("\n").split(",") != COLUMNS:
                problems.append(f"{path.name}: the header is not the 21 columns")
    clients = read_clients(directory)
    if expected_count is not None and set(clients) != set(range(1, expected_count + 1)):
        problems.append(f"{len(clients)} ids, not 1 to {expected_count}")
    for number, row in clients.items():
        cell = geohash(float(row["latitude"]), float(row["longitude"]))
        if row["geohash"] != cell:
            problems.append(f"client {number}: geohash {row['geohash']}, computed {cell}")
        if row["zone"] != zone_of(cell):
            problems.append(f"client {number}: zone {row['zone']}, computed {zone_of(cell)}")
    return problems
