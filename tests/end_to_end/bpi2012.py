"""The loan applications of the BPI Challenge 2012, told as a canonical history."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SOURCE = "bpi2012"
CURRENCY = "EUR"

LOAN = {
    "pipeline": "loan",
    "type": "PipelineDefined",
    "data": {
        "labels": {"en": "Loan application", "zh-CN": "贷款申请"},
        "stages": [
            {"stage": "submitted", "labels": {"en": "Submitted", "zh-CN": "已提交"}, "phase": "early"},
            {"stage": "partly-submitted", "labels": {"en": "Partly submitted"}, "phase": "early"},
            {
                "stage": "preaccepted",
                "labels": {"en": "Pre-accepted", "zh-CN": "预审通过"},
                "phase": "middle",
            },
            {"stage": "accepted", "labels": {"en": "Accepted", "zh-CN": "已受理"}, "phase": "middle"},
            {"stage": "finalized", "labels": {"en": "Finalized", "zh-CN": "已定稿"}, "phase": "late"},
        ],
    },
}

STAGES = {
    "A_PARTLYSUBMITTED": "partly-submitted",
    "A_PREACCEPTED": "preaccepted",
    "A_ACCEPTED": "accepted",
    "A_FINALIZED": "finalized",
}
LOSSES = {"A_DECLINED": "disqualified", "A_CANCELLED": "withdrawn"}
ANSWERS = {"O_ACCEPTED": "OfferAccepted", "O_DECLINED": "OfferRejected", "O_CANCELLED": "OfferWithdrawn"}
SYSTEM = "112"


def history(folder: Path) -> Iterator[dict[str, Any]]:
    """The lines of the history: the pipeline, then the events as the log has them, case by case."""
    yield LOAN
    with (folder / "cases.csv").open(newline="") as file:
        asked_for = {row["case_id"]: row["amount_req"] for row in csv.DictReader(file)}
    offers: dict[str, int] = {}
    with (folder / "events.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            case = row["case_id"]
            offers[case] = offers.get(case, 0) + (row["activity"] == "O_SENT")
            told = _told(row, asked_for[case], f"offer-{offers[case]}")
            if told is None:
                continue
            type_name, data = told
            by = (
                {"by": {"id": SYSTEM, "kind": "system"}}
                if row["resource"] == SYSTEM
                else {"by": row["resource"]}
            )
            yield {
                "source": SOURCE,
                "deal": case,
                "at": row["timestamp"],
                **(by if row["resource"] else {}),
                "type": type_name,
                "data": data,
            }


def write_history(folder: Path, file: Path) -> None:
    """Write the history as NDJSON."""
    file.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in history(folder)))


def _told(row: dict[str, str], asked_for: str, offer: str) -> tuple[str, dict[str, Any]] | None:
    """The event that an activity is, if it is one of those that a deal knows."""
    amount = {"amount": asked_for, "currency": CURRENCY}
    title = f"Loan application {row['case_id']}"
    touchpoint = f"event-{row['seq']}"
    known: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {
        ("A_SUBMITTED", "COMPLETE"): (
            "DealOpened",
            {"title": title, "pipeline": "loan", "stage": "submitted", "amount": amount},
        ),
        ("A_APPROVED", "COMPLETE"): ("DealWon", {"amount": amount}),
        ("O_SENT", "COMPLETE"): ("OfferMade", {"offer": offer, "side": "seller"}),
        ("W_Nabellen offertes", "START"): (
            "TouchpointHeld",
            {"touchpoint": touchpoint, "kind": "call", "direction": "out"},
        ),
        ("O_SENT_BACK", "COMPLETE"): (
            "TouchpointHeld",
            {"touchpoint": touchpoint, "kind": "message", "direction": "in"},
        ),
    }
    for activity, stage in STAGES.items():
        known[activity, "COMPLETE"] = ("DealStageChanged", {"to_stage": stage})
    for activity, kind in LOSSES.items():
        known[activity, "COMPLETE"] = ("DealLost", {"kind": kind, "amount": amount})
    for activity, answer in ANSWERS.items():
        known[activity, "COMPLETE"] = (answer, {"offer": offer})
    return known.get((row["activity"], row["lifecycle"]))
