"""Messages to a real HTTP server behind apprise: what each service gets, what a refusal is, what nobody may read."""

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from consumers.jobs.announce.sending import Channel, Channels, NotTaken
from consumers.jobs.announce.wording import Message
from domain.errors import BadInput, Unavailable
from tests.consumers.jobs.receiving import Got, Receiver, Reply, receiving

TOKEN = "TIiajkdnlazkcOXrIdevi7FQ"  # noqa: S105 - the example of apprise's documentation
MESSAGE = Message("Won: <!channel> 泵站", ('CN¥5 <at user_id="all">', "owner *li*"))

BOTS = {
    "feishu": f"feishu://{TOKEN}",
    "lark": f"lark://{TOKEN}",
    "dingtalk": f"dingtalk://SECaB1@{TOKEN}",
    "wecombot": f"wecombot://{TOKEN}",
}


def taking(_: Got) -> Reply:
    return Reply(body=b'{"code": 0, "errcode": 0}')


@pytest.fixture
def chat() -> Iterator[Receiver]:
    with receiving(taking) as running:
        yield running


def led_to(chat: Receiver, url: str, place: int = 0) -> Channel:
    """The channel of a service whose host is the test's server."""
    channel = Channel(url, place)
    plugin = channel.plugin
    plugin.request_rate_per_sec = 0
    for name in ("notify_url", "webhook_url", "api_url"):
        known = getattr(plugin, name, None)
        if known is not None:
            setattr(plugin, name, chat.url + "/" + known.partition("://")[2].partition("/")[2])
    return channel


def answering(status: int, body: bytes = b"") -> Callable[[Got], Reply]:
    return lambda _: Reply(status, body=body)


def sent(chat: Receiver) -> Any:  # noqa: ANN401 - whatever a service is sent
    (got,) = chat.got
    return json.loads(got.body)


def test_any_service_of_apprise_gets_headline_and_lines(chat: Receiver) -> None:
    Channel(chat.url.replace("http", "json") + "/deals", 0).send(MESSAGE)
    told = sent(chat)
    assert (told["title"], told["message"]) == (MESSAGE.headline, "\n".join(MESSAGE.lines))


def test_slack_gets_a_title_that_calls_nobody(chat: Receiver) -> None:
    chat.answering = answering(200, b"ok")
    led_to(chat, f"slack://T1JJ3T3L2/A1BRTD4JD/{TOKEN}").send(MESSAGE)
    (attachment,) = sent(chat)["attachments"]
    assert attachment["title"] == "Won: &lt;!channel&gt; 泵站"
    assert attachment["text"] == 'CN¥5 &lt;at user_id="all"&gt;\nowner *li*'
    assert chat.got[0].path.endswith(f"/T1JJ3T3L2/A1BRTD4JD/{TOKEN}")


def test_teams_gets_a_card_with_its_lines_apart_and_without_mentions() -> None:
    plugin = Channel(f"workflows://example.com/flow/{TOKEN}", 0).plugin
    made: list[dict[str, Any]] = []
    whole = plugin.gen_payload

    def payload(**facts: Any) -> Any:  # noqa: ANN401 - apprise has no types
        made.append(whole(**facts))
        return False  # it goes to https alone: nothing is sent

    plugin.gen_payload = payload
    channel = Channel(f"workflows://example.com/flow/{TOKEN}", 0)
    channel.plugin = plugin
    with pytest.raises((NotTaken, Unavailable)):
        channel.send(Message("Won: 泵站", ("CN¥5 <at>boss</at>", "owner li")))
    (card,) = made
    body = card["attachments"][0]["content"]["body"]
    assert [block["text"] for block in body if block["type"] == "TextBlock"] == [
        "Won: 泵站",
        "CN¥5 <at\\>boss</at\\>\n\nowner li",
    ]
    assert card["attachments"][0]["content"]["msteams"] == {"width": "full"}


@pytest.mark.parametrize("service", ["feishu", "lark"])
def test_feishu_gets_a_text_that_calls_nobody(chat: Receiver, service: str) -> None:
    led_to(chat, BOTS[service]).send(MESSAGE)
    text = 'Won: ＜!channel> 泵站\nCN¥5 ＜at user_id="all">\nowner *li*'
    assert sent(chat) == {"msg_type": "text", "content": {"text": text}}
    assert TOKEN in chat.got[0].path


def test_dingtalk_gets_a_signed_text_that_calls_nobody(chat: Receiver) -> None:
    led_to(chat, BOTS["dingtalk"]).send(MESSAGE)
    text = "\n".join((MESSAGE.headline, *MESSAGE.lines))
    assert sent(chat) == {
        "msgtype": "text",
        "text": {"content": text},
        "at": {"atMobiles": [], "isAtAll": False},
    }
    path = chat.got[0].path
    assert f"access_token={TOKEN}&timestamp=" in path
    # Encoded once: what the service decodes is base64 again.
    assert path.endswith("%3D")
    assert "%25" not in path


def test_wecom_gets_a_text_that_is_not_too_long(chat: Receiver) -> None:
    led_to(chat, BOTS["wecombot"]).send(Message("【签单】", ("长" * 2_000,)))
    content = sent(chat)["text"]["content"]
    assert content.startswith("【签单】\n长")
    assert 2_040 < len(content.encode()) <= 2_048


@pytest.mark.parametrize("service", BOTS)
def test_a_bot_that_says_no_inside_of_a_success_has_not_taken_it(chat: Receiver, service: str) -> None:
    chat.answering = answering(200, b'{"code": 19001, "errcode": 19001, "msg": "a secret"}')
    with pytest.raises(NotTaken, match=r"\(urls\.0\) has not taken the message \(code 19001\)") as caught:
        led_to(chat, BOTS[service]).send(MESSAGE)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"code": "0", "errcode": null}'])
@pytest.mark.parametrize("service", BOTS)
def test_a_bot_that_answers_something_else_has_not_taken_it(
    chat: Receiver, service: str, body: bytes
) -> None:
    chat.answering = answering(200, body)
    with pytest.raises(NotTaken, match="answered without a code"):
        led_to(chat, BOTS[service]).send(MESSAGE)


@pytest.mark.parametrize(
    ("service", "code"), [("feishu", 11232), ("lark", 11232), ("dingtalk", 130101), ("wecombot", 45009)]
)
def test_too_many_messages_are_sent_later(chat: Receiver, service: str, code: int) -> None:
    chat.answering = answering(200, b'{"code": %d, "errcode": %d}' % (code, code))
    with pytest.raises(Unavailable, match=f"too many messages, code {code}"):
        led_to(chat, BOTS[service]).send(MESSAGE)


@pytest.mark.parametrize("service", ["json", *BOTS])
@pytest.mark.parametrize(
    ("status", "error"),
    [(404, NotTaken), (403, NotTaken), (500, Unavailable), (503, Unavailable), (429, Unavailable)],
)
def test_a_status_says_whether_it_helps_to_try_again(
    chat: Receiver, service: str, status: int, error: type[Exception]
) -> None:
    chat.answering = answering(status, b"nothing of this is told")
    channel = led_to(chat, BOTS.get(service, chat.url.replace("http", "json")), 2)
    with pytest.raises(error, match=rf"\(urls\.2\) .* \(HTTP {status}\)"):
        channel.send(MESSAGE)


@pytest.mark.parametrize("service", ["json", *BOTS])
def test_a_service_that_cannot_be_reached_is_tried_again_and_its_address_told_to_nobody(
    chat: Receiver, service: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    url = BOTS.get(service, chat.url.replace("http", "json") + f"/{TOKEN}")
    channel = led_to(chat, url)
    for name in ("notify_url", "webhook_url", "api_url"):
        if isinstance(known := getattr(channel.plugin, name, None), str):
            setattr(channel.plugin, name, known.replace(chat.url, "http://127.0.0.1:9"))
    if service == "json":
        channel = Channel(f"json://127.0.0.1:9/{TOKEN}", 0)
    with pytest.raises(Unavailable, match="it cannot be reached") as caught:
        channel.send(MESSAGE)
    printed = capsys.readouterr()
    logged = [each.getMessage() for each in caplog.records]
    for said in (str(caught.value), printed.out, printed.err, *logged):
        assert TOKEN not in said


@pytest.mark.parametrize("service", ["json", *BOTS])
def test_a_message_that_was_taken_leaves_no_address_in_any_log(
    chat: Receiver, service: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    led_to(chat, BOTS.get(service, chat.url.replace("http", "json") + f"/{TOKEN}")).send(MESSAGE)
    assert len(chat.got) == 1
    assert TOKEN in chat.got[0].path
    assert [each.getMessage() for each in caplog.records if TOKEN in each.getMessage()] == []


@pytest.mark.parametrize("service", BOTS)
def test_an_address_is_not_told_to_whom_a_bot_redirects(chat: Receiver, service: str) -> None:
    with receiving() as elsewhere:
        chat.answering = lambda _: Reply(307, {"location": elsewhere.url})
        with pytest.raises(NotTaken, match="HTTP 307"):
            led_to(chat, BOTS[service]).send(MESSAGE)
        assert elsewhere.got == []


@pytest.mark.parametrize(
    "url", [f"slack://{TOKEN}", f"nothing://{TOKEN}", TOKEN, f"https://example.com/{TOKEN}"]
)
def test_an_address_that_apprise_cannot_read_is_named_and_not_shown(url: str) -> None:
    with pytest.raises(BadInput, match=r"urls\.1 is no address that apprise can read") as caught:
        Channels([f"json://localhost/{TOKEN}", url])
    assert TOKEN not in str(caught.value)


def test_a_message_goes_again_to_those_alone_that_did_not_take_it() -> None:
    with receiving() as one, receiving(answering(404)) as other, receiving() as third:
        channels = Channels([each.url.replace("http", "json") for each in (one, other, third)])
        for _ in range(3):
            with pytest.raises(NotTaken, match=r"urls\.1"):
                channels.send("deal:2", MESSAGE)
        other.answering = answering(200)
        channels.send("deal:2", MESSAGE)
        assert [len(each.got) for each in (one, other, third)] == [1, 4, 1]
        channels.send("deal:3", MESSAGE)
        assert [len(each.got) for each in (one, other, third)] == [2, 5, 2]


def test_a_message_that_was_taken_is_not_sent_again_when_its_transaction_was_rolled_back() -> None:
    with receiving() as one:
        channels = Channels([one.url.replace("http", "json")])
        channels.send("deal:2", MESSAGE)
        channels.send("deal:2", MESSAGE)
        channels.send("deal:3", MESSAGE)
        assert len(one.got) == 2
