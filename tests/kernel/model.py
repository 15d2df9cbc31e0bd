"""What the toy counters should be, in a few dictionaries: no transactions, no processes, nothing that could be lost."""

from __future__ import annotations

from typing import Any

Command = dict[str, Any]
Outcome = tuple[str, Any]
"""("ok", version) or ("refusal", code)."""


class Model:
    """One command after the other, each in a moment."""

    def __init__(self) -> None:
        self.versions: dict[str, int] = {}
        self.labels: dict[str, str] = {}
        """Who holds which label."""
        self.given: dict[str, tuple[Command, dict[str, Any]]] = {}
        """Every accepted command by its id, with its first reply."""
        self.refused: list[Command] = []

    @property
    def happened(self) -> list[Command]:
        """The commands that led to an event."""
        return [command for command, _ in self.given.values() if command["by"]]

    def expected(self, command: Command) -> Outcome:
        """What a service that keeps its word answers now."""
        if (first := self.given.get(command["meta"]["command_id"])) is not None:
            same = all(command[field] == first[0][field] for field in ("counter_id", "by", "label"))
            return ("ok", first[1]["version"]) if same else ("refusal", "command_id_reused")
        version = self.versions.get(command["counter_id"], 0)
        if command["meta"].get("expected_version") not in (None, version):
            return "refusal", "stale_version"
        if command["by"] < 0:
            return "refusal", "negative"
        if command["by"] and self.labels.get(command["label"], command["counter_id"]) != command["counter_id"]:
            return "refusal", "label_taken"
        return "ok", version + bool(command["by"])

    def took(self, command: Command, reply: dict[str, Any]) -> None:
        """It was accepted; a second time nothing more happens."""
        counter, label = command["counter_id"], command["label"]
        if command["meta"]["command_id"] in self.given:
            return
        self.given[command["meta"]["command_id"]] = command, reply
        if not command["by"]:
            return
        self.versions[counter] = self.versions.get(counter, 0) + 1
        if label == "":
            self.labels = {held: by for held, by in self.labels.items() if by != counter}
        elif label is not None:
            self.labels[label] = counter
