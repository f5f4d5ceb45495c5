"""A system of systems/ as a folder of its own, for `azud serve --config`: its files unchanged but for what a test leaves out."""

import pathlib
import re
import shutil

ROOT = pathlib.Path(__file__).resolve().parents[2]


def without_section(text, name):
    """The configuration without this key of the first level, which must be there."""
    shorter, found = re.subn(rf"^{name}:.*\n((?:[ \t].*)?\n)*", "", text, flags=re.M)
    if found != 1:
        raise AssertionError(f"the configuration has {found} sections named {name}, not 1")
    return shorter


def copy_system(name, folder, without=(), event_time="arrival", broker=None):
    """Copies systems/NAME to folder/NAME, adds properties of the broker, and returns the path of its azud.yaml there."""
    target = pathlib.Path(folder) / name
    shutil.copytree(ROOT / "systems" / name, target, ignore=shutil.ignore_patterns("*.cpp", "*.h"))
    configuration = target / "azud.yaml"
    text = configuration.read_text()
    for section in without:
        text = without_section(text, section)
    if broker:
        text += "\nbroker:\n" + "".join(f"  {key}: {value}\n" for key, value in broker.items())
    configuration.write_text(f"event_time: {event_time}\n{text}")
    return configuration
