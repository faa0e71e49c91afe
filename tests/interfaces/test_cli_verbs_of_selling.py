"""The verbs for needs, people, touchpoints, the negotiation, and what follows an outcome."""

from typing import Any

import pytest

from tests.interfaces.command_line import CommandLine


def cny(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "CNY"}


STORY: tuple[tuple[list[str], str, dict[str, Any]], ...] = (
    (["contact", "zhang", "Zhang Wei", "--title", "Head of logistics"], "ContactAdded",
     {"contact": "zhang", "name": "Zhang Wei", "title": "Head of logistics"}),
    (["contact", "chen", "Chen Li"], "ContactAdded", {"contact": "chen", "name": "Chen Li"}),
    (["change-contact", "chen", "--phone", "110"], "ContactChanged", {"contact": "chen", "phone": "110"}),
    (["assess", "zhang", "--role", "economic-buyer", "--role", "champion", "--influence", "4", "--stance",
      "supporter", "--reports-to", "chen"], "ContactAssessed",
     {"contact": "zhang", "roles": ["economic-buyer", "champion"], "influence": 4, "stance": "supporter",
      "reports_to": "chen"}),
    (["remove-contact", "chen", "--reason", "left-company", "--replaced-by", "zhang"], "ContactRemoved",
     {"contact": "chen", "reason": "left-company", "replaced_by": "zhang"}),
    (["need", "pain", "It stands still, often", "--importance", "4", "--contact", "zhang"], "NeedRecorded",
     {"need": "need-1", "kind": "pain", "text": "It stands still, often", "importance": 4, "contact": "zhang"}),
    (["revise-need", "need-1", "--importance", "5"], "NeedRevised", {"need": "need-1", "importance": 5}),
    (["settle-need", "need-1", "partly"], "NeedSettled", {"need": "need-1", "met": "partly"}),
    (["solution", "One line", "--need", "need-1", "--material", "brochure,kind=pdf,version=2"], "SolutionProposed",
     {"solution": "solution-1", "summary": "One line", "needs": ["need-1"],
      "materials": [{"material": "brochure", "kind": "pdf", "version": "2"}]}),
    (["plan", "visit", "2031-03-30T09:30", "--contact", "zhang", "--host", "li.lei"], "TouchpointPlanned",
     {"touchpoint": "touchpoint-1", "kind": "visit", "planned_for": "2031-03-30T09:30:00+08:00",
      "contacts": ["zhang"], "hosts": ["li.lei"]}),
    (["reschedule", "touchpoint-1", "2031-04-01"], "TouchpointRescheduled",
     {"touchpoint": "touchpoint-1", "planned_for": "2031-04-01T00:00:00+08:00"}),
    (["touch", "visit", "--touchpoint", "touchpoint-1", "--direction", "out", "--minutes", "45", "--decision",
      "follow-up,yes,note=next week", "--node", "needs-analysis"], "TouchpointHeld",
     {"touchpoint": "touchpoint-1", "kind": "visit", "direction": "out", "minutes": 45,
      "decisions": [{"decision": "follow-up", "answer": "yes", "note": "next week"}], "node": "needs-analysis"}),
    (["touch", "call"], "TouchpointHeld", {"touchpoint": "touchpoint-2", "kind": "call"}),
    (["plan", "call", "2031-04-01"], "TouchpointPlanned", {"touchpoint": "touchpoint-3"}),
    (["missed", "touchpoint-3", "--reason", "ill"], "TouchpointMissed",
     {"touchpoint": "touchpoint-3", "reason": "ill"}),
    (["question", "Three years?"], "QuestionRaised", {"question": "question-1", "text": "Three years?"}),
    (["answer", "question-1", "Five"], "QuestionAnswered", {"question": "question-1", "answer": "Five"}),
    (["task", "Send it", "--due", "2031-01-31"], "TaskAdded",
     {"task": "task-1", "text": "Send it", "due": "2031-01-31"}),
    (["done", "task-1"], "TaskFinished", {"task": "task-1"}),
    (["feedback", "--score", "8.5", "--scale", "10"], "FeedbackReceived", {"score": 8.5, "scale": 10.0}),
    (["price-range", "--floor", "700000 CNY", "--target", "800000"], "DealPriceRangeSet",
     {"floor": cny("700000"), "target": cny("800000")}),
    (["offer", "seller", "800,000", "--list-price", "900000 CNY", "--terms", "payment=60 days", "--terms",
      "after-sales=on site, day and night", "--line", "Crane,quantity=2,unit-price=400000 CNY", "--valid-until",
      "2031-01-31", "--solution", "solution-1"], "OfferMade",
     {"offer": "offer-1", "side": "seller", "price": cny("800000"), "list_price": cny("900000"),
      "terms": {"payment": "60 days", "after_sales": "on site, day and night"},
      "lines": [{"product": "Crane", "quantity": "2", "unit_price": cny("400000")}],
      "valid_until": "2031-01-31", "solution": "solution-1"}),
    (["ask-approval", "offer-1", "--discount", "8.5%"], "ApprovalRequested",
     {"approval": "approval-1", "for_offer": "offer-1", "discount": "0.085"}),
    (["decide-approval", "approval-1", "yes"], "ApprovalDecided", {"approval": "approval-1", "granted": True}),
    (["offer", "buyer", "750000", "--in-reply-to", "offer-1"], "OfferMade",
     {"offer": "offer-2", "side": "buyer", "price": cny("750000"), "in_reply_to": "offer-1"}),
    (["reject-offer", "offer-2", "--side", "seller", "--reason", "price"], "OfferRejected",
     {"offer": "offer-2", "side": "seller", "reason": "price"}),
    (["offer", "seller", "790000", "--offer", "late"], "OfferMade", {"offer": "late"}),
    (["withdraw-offer", "late"], "OfferWithdrawn", {"offer": "late"}),
    (["offer", "seller", "795000"], "OfferMade", {"offer": "offer-3"}),
    (["expire-offer", "offer-3"], "OfferExpired", {"offer": "offer-3"}),
    (["concession", "seller", "payment", "--before", "30 days", "--after", "60 days", "--value", "5000",
      "--in-return-for", "a decision"], "ConcessionMade",
     {"side": "seller", "term": "payment", "before": "30 days", "after": "60 days", "value": cny("5000"),
      "in_return_for": "a decision"}),
    (["objection", "delivery", "Eight weeks?", "--contact", "zhang"], "ObjectionRaised",
     {"objection": "objection-1", "topic": "delivery", "text": "Eight weeks?", "contact": "zhang"}),
    (["answer-objection", "objection-1", "Five"], "ObjectionAnswered", {"objection": "objection-1", "text": "Five"}),
    (["settle-objection", "objection-1", "no"], "ObjectionSettled",
     {"objection": "objection-1", "resolved": False}),
    (["accept-offer", "offer-1", "--side", "buyer"], "OfferAccepted", {"offer": "offer-1", "side": "buyer"}),
    (["win"], "DealWon", {"amount": cny("800000"), "offer": "offer-1"}),
    (["sign", "--amount", "800000"], "ContractSigned", {"amount": cny("800000")}),
    (["payment", "400000 CNY"], "PaymentReceived", {"amount": cny("400000")}),
    (["deliver", "--note", "on time"], "DeliveryCompleted", {"note": "on time"}),
    (["retrospective", "--participant", "li.lei", "--pushed", "Payment terms, not price,reason=price,evidence=23",
      "--blocked", "action=none was taken", "--lesson", "Ask who decides, early,area=process",
      "--action", "Call, weekly,owner=li.lei,due=2031-01-31", "--action", "text=Train,action=train"],
     "RetrospectiveHeld",
     {"retrospective": "retrospective-1", "outcome": 37, "participants": ["li.lei"],
      "pushed": [{"text": "Payment terms, not price", "reason": "price", "evidence": [23]}],
      "blocked": [{"text": "action=none was taken"}],
      "lessons": [{"text": "Ask who decides, early", "area": "process"}],
      "actions": [{"action": "action-1", "text": "Call, weekly", "owner": "li.lei", "due": "2031-01-31"},
                  {"action": "train", "text": "Train"}]}),
    (["finish-action", "action-1"], "RetrospectiveActionFinished", {"action": "action-1"}),
)  # fmt: skip
"""One deal from the first contact to the retrospective; ids that are not given are made."""


def test_a_whole_sale_is_told_verb_by_verb(run: CommandLine) -> None:
    deal = run.opened("Lighting", "--owner", "li.lei", "--amount", "820000 CNY")
    for version, ((verb, *words), type_name, data) in enumerate(STORY, start=2):
        (event,) = run.well("deal", verb, deal, *words, "--tz", "Asia/Shanghai", "-o", "json").json
        assert (event["type"], event["version"]) == (type_name, version)
        assert {name: event["data"].get(name) for name in data} == data


def test_a_deal_is_merged_into_another_that_is_named_like_any(run: CommandLine) -> None:
    kept = run.opened("Lighting", "--owner", "li.lei", "--external", "crm:D-1")
    twice = run.opened("Lighting again", "--owner", "li.lei", "--external", "crm:D-2")
    words = ("deal", "merge", "crm:D-2", "crm:D-1", "--reason", "duplicate", "--command-id", "m-1")
    told = run.well(*words).out
    assert f"Recorded in Lighting again ({twice}), now at version 2:\nMerged into another deal\n" in told
    assert "  Into: Lighting (crm:D-1)\n" in told
    assert f"Recorded in Lighting ({kept}), now at version 2:\nTook in another deal" in told
    events = run.well(*words, "-o", "json").json
    assert [(each["stream_id"], each["type"]) for each in events] == [
        (twice, "DealMerged"),
        (kept, "DealAbsorbed"),
    ]
    assert (events[0]["data"]["into"], events[1]["data"]["absorbed"]) == (kept, twice)
    refused = run("deal", "merge", "crm:D-1", "crm:D-2")
    assert (refused.code, refused.out) == (5, "")


def test_an_order_that_is_sent_again_keeps_the_ids_that_were_made_for_it(run: CommandLine) -> None:
    deal = run.opened("Lighting", "--owner", "li.lei")
    words = ("deal", "offer", deal, "seller", "5 CNY", "--command-id", "o-1", "-o", "json")
    first = run.well(*words).json
    run.well("deal", "offer", deal, "seller", "4 CNY")
    assert run.well(*words).json == first
    run.well("deal", "lose", deal, "declined")
    again = ("deal", "retrospective", deal, "--participant", "wu", "--action", "Call", "--action", "Train")
    held = run.well(*again, "--command-id", "r-1", "-o", "json").json
    assert [each["action"] for each in held[0]["data"]["actions"]] == ["action-1", "action-2"]
    assert run.well(*again, "--command-id", "r-1", "-o", "json").json == held


def test_an_id_that_was_taken_back_is_not_made_again(run: CommandLine) -> None:
    deal = run.opened("Lighting", "--owner", "li.lei")
    run.well("deal", "objection", deal, "price", "Dear")
    run.well("deal", "retract", deal, "2")
    (second,) = run.well("deal", "objection", deal, "trust", "Who are you?", "-o", "json").json
    assert second["data"]["objection"] == "objection-2"


def test_what_was_recorded_reads_well(run: CommandLine) -> None:
    deal = run.opened("Lighting", "--owner", "li.lei", "--amount", "820000 CNY")
    offer = run.well("deal", "offer", deal, "seller", "800000", "--terms", "payment=60 days").out
    assert "Offer made\n  Offer (offer-1): Made\n  Side: Us\n  Price: CN¥800,000.00" in offer
    assert "Terms: Payment 60 days" in offer
    asked = run.well("deal", "ask-approval", deal, "offer-1", "--discount", "8.5%", "--lang", "zh-CN").out
    assert "申请审批\n  审批：approval-1\n  对应报价：offer-1\n  折扣率：8.5%" in asked
    run.well("deal", "lose", deal, "declined")
    held = run.well("deal", "retrospective", deal, "--participant", "wu", "--action", "Call,owner=wu").out
    assert "Actions: action-1 (Call, Owner wu)" in held


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["offer", "us", "5 CNY"], "SIDE"),
        (["offer", "seller"], "AMOUNT"),
        (["offer", "seller", "5 CNY", "--terms", "payment"], "NAME=VALUE"),
        (["offer", "seller", "5 CNY", "--terms", "colour=red"], "delivery, payment, after-sales"),
        (["ask-approval", "offer-1", "--discount", "some%"], "8% or 0.08"),
        (["ask-approval", "offer-1", "--discount", "108%"], "--discount"),
        (["settle-objection", "b", "perhaps"], "neither yes nor no"),
        (["plan", "call", "soon"], "'soon' is no time"),
        (["assess", "zhang"], "--role"),
        (["feedback"], "give a score or a text"),
        (["price-range"], "give a floor or a target"),
        (["revise-need", "n"], "give a text or an importance"),
        (["retrospective"], "--participant"),
        (["retrospective", "--participant", "wu", "--lesson", "Ask,area=luck"], "--lesson"),
    ],
)
def test_words_that_say_nothing_are_a_usage_error(run: CommandLine, words: list[str], said: str) -> None:
    deal = run.opened("Lighting", "--owner", "li.lei")
    verb, *rest = words
    done = run("deal", verb, deal, *rest)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["accept-offer", "offer-1"], "The deal has no offer 'offer-1' at that time. It has no offer yet."),
        (["answer", "q", "Yes"], "no question 'q'"),
        (["assess", "zhang", "--role", "champion"], "no contact 'zhang'"),
        (["sign"], "contracts, payments and deliveries follow the win"),
        (["retrospective", "--participant", "wu"], "looks back on a deal that was won or lost"),
        (["finish-action", "action-1"], "no action 'action-1'"),
    ],
)
def test_what_is_not_allowed_says_why(run: CommandLine, words: list[str], said: str) -> None:
    deal = run.opened("Lighting", "--owner", "li.lei")
    verb, *rest = words
    done = run("deal", verb, deal, *rest)
    assert (done.code, done.out) == (5, "")
    assert said in done.err
