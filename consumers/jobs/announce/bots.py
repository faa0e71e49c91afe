"""The group bots of Feishu, Lark, DingTalk and WeCom: what they are sent, and where they say no."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import requests


@dataclass(frozen=True, slots=True)
class Request:
    """What is posted as JSON, and where."""

    url: str
    payload: Mapping[str, object]
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bot:
    """How a service is asked by what apprise has read from its address, and where its answer has a code.

    Codes in `busy` mean too many messages: the same message is taken later.
    """

    request: Callable[[Any, str], Request]
    field: str
    busy: frozenset[int]

    def code(self, answer: requests.Response) -> int | None:
        """The code in an answer, 0 where the message was taken; None for an answer that has none."""
        try:
            code = answer.json()[self.field]
        except (ValueError, KeyError, TypeError):
            return None
        return code if isinstance(code, int) else None


def _feishu(plugin: Any, text: str) -> Request:  # noqa: ANN401 - apprise has no types
    url = plugin.notify_url.format(token=plugin.token)
    return Request(url, _text(text))


def _lark(plugin: Any, text: str) -> Request:  # noqa: ANN401 - apprise has no types
    return Request(plugin.webhook_url, _text(text))


def _text(text: str) -> Mapping[str, object]:
    # `<at user_id="all">` in a deal's title would call everybody.
    return {"msg_type": "text", "content": {"text": text.replace("<", "＜")}}


def _dingtalk(plugin: Any, text: str) -> Request:  # noqa: ANN401 - apprise has no types
    payload = {
        "msgtype": "text",
        "text": {"content": text},
        "at": {"atMobiles": plugin.targets, "isAtAll": False},
    }
    params = {}
    if plugin.secret:
        # The signature comes encoded for a URL, which requests does once more.
        timestamp, signature = plugin.get_signature()
        params = {"timestamp": timestamp, "sign": unquote(signature)}
    return Request(plugin.notify_url.format(token=plugin.token), payload, params)


def _wecom(plugin: Any, text: str) -> Request:  # noqa: ANN401 - apprise has no types
    # It refuses what is longer, in bytes.
    short = text.encode()[: plugin.body_maxlen].decode(errors="ignore")
    return Request(plugin.api_url, {"msgtype": "text", "text": {"content": short}})


BOTS: Mapping[str, Bot] = {
    "NotifyFeishu": Bot(_feishu, "code", frozenset({11232})),
    "NotifyLark": Bot(_lark, "code", frozenset({11232})),
    "NotifyDingTalk": Bot(_dingtalk, "errcode", frozenset({-1, 130101, 410100})),
    "NotifyWeComBot": Bot(_wecom, "errcode", frozenset({-1, 45009, 45033})),
}
"""By the name that apprise has for the service."""
