"""Reads and checks a network folder: all of its mistakes, or all of its content."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError

from deploy.network import filling, rules
from deploy.network.mistakes import BrokenNetwork, Mistake
from deploy.network.schemas import SENTENCES, MemberFile, NetworkFile
from deploy.network.yaml_files import File, Place, parse

NOTHING_SHARED: dict[str, Any] = {"texts": {}, "heads": {}, "fees": {}, "rates": []}


def read(folder: Path) -> dict[str, Any]:
    """The checked network of a folder, each member with all that holds for it. Raises BrokenNetwork with every mistake."""
    mistakes: list[Mistake] = []
    network_file = parse(folder / "network.yaml", folder, mistakes)
    paths = sorted((folder / "members").glob("*.yaml"))
    if not paths:
        mistakes.append(Mistake("members", 1, "There is no member in this network; add a file members/<slug>.yaml."))
    member_files = [file for path in paths if (file := parse(path, folder, mistakes))]

    network = _check(network_file, NetworkFile(), mistakes) if network_file else None
    members = [(file, member) for file in member_files if (member := _check(file, MemberFile(), mistakes)) is not None]
    shared = network or NOTHING_SHARED
    if network_file and network:
        mistakes += rules.of_network(network_file, network)
        if len(members) == len(paths):
            mistakes += rules.rates_of_members(network_file, network, members)
    for file, member in members:
        mistakes += rules.within(file, member, shared)
    mistakes += rules.between(members)
    if mistakes or network is None:
        raise BrokenNetwork(mistakes if network else _without_consequences(mistakes))
    return {**network, "members": [filling.filled(member, network) for _, member in members]}


def _without_consequences(mistakes: list[Mistake]) -> list[Mistake]:
    """Where network.yaml itself is broken, nobody knows yet what it would have given to the members."""
    return [mistake for mistake in mistakes if ", and network.yaml has none" not in mistake.sentence]


def _check(file: File, schema: Schema, mistakes: list[Mistake]) -> dict[str, Any] | None:
    if not isinstance(file.content, dict):
        mistakes.append(file.mistake((), "must hold fields"))
        return None
    try:
        return dict(schema.load(_dates_as_text(file.content)))
    except ValidationError as error:
        mistakes += [file.mistake(place, SENTENCES.get(message, message)) for place, message in _flat(error.messages, ())]
        return None


def _dates_as_text(value: Any) -> Any:
    """YAML reads 2026-01-01 as a date; the schema reads dates from text."""
    if isinstance(value, dict):
        return {key: _dates_as_text(v) for key, v in value.items()}
    if isinstance(value, list):
        return [_dates_as_text(v) for v in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def _flat(messages: Any, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(messages, dict):
        for key, value in messages.items():
            yield from _flat(value, place if key == "_schema" or _is_of_dict(key, place) else (*place, key))
    else:
        for message in messages:
            yield place, str(message)


def _is_of_dict(key: Any, place: Place) -> bool:
    """marshmallow says of an entry of a dictionary whether its key or its value is wrong, which the file does not."""
    return key in ("key", "value") and place[-2:-1] in (("fees",), ("heads",))
