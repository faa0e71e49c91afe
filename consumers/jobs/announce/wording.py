"""A message as people in a chat read it: a headline, then a few lines of facts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_currency

from consumers.jobs.announce.news import News
from consumers.jobs.announce.sentences import APART, LISTED, Lang, say
from domain.deal.corrections import EventCorrected, EventRetracted
from domain.deal.life import DealExpectedCloseMoved
from domain.deal.outcome import DealLost, DealReopened, DealWon
from domain.event import Recorded
from domain.labels.catalogue import label
from domain.values import Cause, Money

TITLE, NOTE = 80, 200
"""So many characters are shown of a name and of a note: WeCom takes 2,048 bytes."""

_LOCALES = {"en": "en", "zh-CN": "zh_CN"}
_DATES = {"en": "d MMM y", "zh-CN": "y年M月d日"}


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: plain text, without markup of any service."""

    headline: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """How one channel is written to: in which language, and in whose days."""

    lang: Lang
    zone: ZoneInfo

    def message(self, news: News) -> Message:
        """What is announced."""
        return Message(self._headline(news), (self._deal(news), *self._story(news)))

    def correction(self, before: News, after: News, word: EventCorrected) -> Message:
        """What is announced in the place of an earlier message, and what that one said."""
        message = self.message(after)
        earlier = [self._label(before), *self._money(before.amount), *self._dated(before.told)]
        return Message(
            self._say("corrected", headline=message.headline),
            (
                *message.lines,
                self._say("announced-before", before=self._listed(earlier)),
                *self._explained("correction-reason", word.reason, word.note),
            ),
        )

    def retraction(self, before: News, word: EventCorrected | EventRetracted) -> Message:
        """That an earlier message was not so."""
        return Message(
            self._say("retracted", headline=self._headline(before)),
            (
                self._deal(before),
                self._say("taken-back"),
                *self._explained("retraction-reason", word.reason, word.note),
            ),
        )

    def _headline(self, news: News) -> str:
        return self._say(news.kind, title=_cut(news.title, TITLE))

    def _deal(self, news: News) -> str:
        parts = [self._say("amount", amount=each) for each in self._money(news.amount)]
        if news.account_name:
            parts.append(self._say("account", account=_cut(news.account_name, TITLE)))
        parts.append(self._say("owner", owner=_cut(news.owner, TITLE)) if news.owner else self._say("nobody"))
        return APART[self.lang].join(parts)

    def _story(self, news: News) -> Iterable[str]:
        match news.told.event:
            case DealWon() as won:
                causes = [each for each in won.causes or () if each.effect != "blocked"]
                yield from self._causes("won-because", causes)
                yield self._ended(news)
            case DealLost() as lost:
                yield self._loss(lost)
                causes = [each for each in lost.causes or () if each.effect != "pushed"]
                yield from self._causes("lost-because", causes)
                yield from self._note(lost.note)
                yield self._ended(news)
            case DealReopened() as reopened:
                if news.closed is not None:
                    yield self._was(news.closed)
                yield from self._explained("reason", reopened.reason, reopened.note)
                yield self._ended(news)
            case DealExpectedCloseMoved() as moved:
                yield from self._pushed(news)
                yield from self._explained("reason", moved.reason, moved.note)
            case _:
                pass  # `news` makes no other

    def _ended(self, news: News) -> str:
        """When it happened, and after how long."""
        day = self._dated(news.told)
        if not day:
            return self._say(f"{news.kind}-undated")
        when = self._say(f"{news.kind}-on", day=day[0])
        if news.days is None:
            return when
        return self._say(
            _counted(news.days, "same-day", "after-a-day", "after-days"), when=when, days=news.days
        )

    def _loss(self, lost: DealLost) -> str:
        kind, price = label("loss_kind", lost.kind, self.lang), self._money(lost.competitor_price)
        if lost.competitor is None:
            return self._say("loss-kind", kind=kind)
        facts = {"kind": kind, "competitor": _cut(lost.competitor, TITLE)}
        return self._say("loss-at", **facts, price=price[0]) if price else self._say("loss-to", **facts)

    def _was(self, closed: Recorded) -> str:
        day, event = self._dated(closed), closed.event
        undated = "" if day else "-undated"
        facts = {"day": day[0] if day else ""}
        if isinstance(event, DealLost):
            kind = label("loss_kind", event.kind, self.lang)
            return self._say(f"was-lost{undated}", **facts, kind=kind)
        return self._say(f"was-won{undated}", **facts)

    def _pushed(self, news: News) -> Iterable[str]:
        push = news.push
        if push is None:
            return
        before, after = self._day(push.before), self._day(push.after)
        sentence = "close-a-day" if push.days == 1 else "close"
        close = self._say(sentence, before=before, after=after, days=push.days)
        if push.leaves_quarter:
            quarter = (push.after.month + 2) // 3
            close = self._say("into-quarter", close=close, quarter=quarter, year=push.after.year)
        yield close
        nth = self._say("first-push") if push.nth == 1 else self._say("nth-push", nth=push.nth)
        if not news.days:
            yield nth
        else:
            yield self._say("open-a-day" if news.days == 1 else "open-days", push=nth, days=news.days)

    def _causes(self, sentence: str, causes: Iterable[Cause]) -> Iterable[str]:
        reasons = list(dict.fromkeys(label("reason", each.reason, self.lang) for each in causes))
        if reasons:
            yield self._say(sentence, causes=self._listed(reasons))

    def _explained(self, sentence: str, reason: str | None, note: str | None) -> Iterable[str]:
        if reason is not None:
            yield self._say(sentence, reason=label("reason", reason, self.lang))
        yield from self._note(note)

    def _note(self, note: str | None) -> Iterable[str]:
        if note:
            yield self._say("note", note=_cut(" ".join(note.split()), NOTE))

    def _label(self, news: News) -> str:
        if news.kind == "pushed":
            return label("event_type", "DealExpectedCloseMoved", self.lang)
        return (
            label("outcome", news.kind, self.lang)
            if news.kind != "reopened"
            else label("event_type", "DealReopened", self.lang)
        )

    def _money(self, money: Money | None) -> list[str]:
        if money is None:
            return []
        amount, locale = money.amount, _LOCALES[self.lang]
        if amount == amount.to_integral_value():
            # Nobody wants to read .00 behind a deal.
            told = format_currency(amount, money.currency, "¤#,##0", locale=locale, currency_digits=False)
            return [told]
        return [format_currency(amount, money.currency, locale=locale, decimal_quantization=False)]

    def _dated(self, told: Recorded) -> list[str]:
        """The day of an event; a date that came without a time is that date everywhere."""
        if told.precision == "unknown":
            return []
        at = told.occurred_at if told.precision == "day" else told.occurred_at.astimezone(self.zone)
        return [self._day(at.date())]

    def _day(self, day: date) -> str:
        return format_date(day, _DATES[self.lang], locale=_LOCALES[self.lang])

    def _listed(self, words: Iterable[str]) -> str:
        return LISTED[self.lang].join(words)

    def _say(self, sentence: str, **facts: object) -> str:
        return say(self.lang, sentence, **facts)


def _counted(days: int, none: str, one: str, several: str) -> str:
    return none if days <= 0 else one if days == 1 else several


def _cut(text: str, length: int) -> str:
    """One line of at most so many characters."""
    text = " ".join(text.split())
    return text if len(text) <= length else f"{text[: length - 1]}…"
