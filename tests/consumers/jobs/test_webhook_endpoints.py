"""What the configuration of the webhooks may say, and how it says what is wrong without showing a secret."""

from datetime import UTC, datetime

import pytest

from consumers.jobs.webhooks.endpoints import Endpoint, read
from domain.deal.corrections import EventCorrected, EventRetracted, Replacement
from domain.deal.life import DealStageChanged
from domain.deal.outcome import DealLost, DealWon
from domain.errors import BadInput
from tests.consumers.jobs.receiving import OLD_SECRET, SECRET
from tests.domain.telling import recorded


def one(**facts: object) -> Endpoint:
    """The only endpoint of a configuration with these facts in it."""
    config = {"endpoints": [{"name": "crm", "url": "https://crm.example/in", "secret": SECRET, **facts}]}
    return read(config, {"CRM_SECRET": SECRET}).endpoints[0]


def test_an_endpoint_is_a_name_a_url_and_a_secret() -> None:
    endpoint = one()
    assert (endpoint.name, endpoint.url, endpoint.secrets) == ("crm", "https://crm.example/in", (SECRET,))


def test_a_secret_may_lie_in_the_environment() -> None:
    config = {"endpoints": [{"name": "crm", "url": "https://crm.example", "secret_env": "CRM_SECRET"}]}
    assert read(config, {"CRM_SECRET": SECRET}).endpoints[0].secrets == (SECRET,)


def test_while_secrets_change_hands_both_sign() -> None:
    assert one(old_secret=OLD_SECRET).secrets == (SECRET, OLD_SECRET)
    assert one(old_secret_env="CRM_SECRET").secrets == (SECRET, SECRET)  # noqa: S106 - a name


def test_a_secret_is_not_shown_when_an_endpoint_is_printed() -> None:
    assert SECRET not in repr(one())


@pytest.mark.parametrize(
    "url", ["http://localhost:8080/in", "http://127.0.0.1/in", "http://[::1]:9/in", "https://crm.example"]
)
def test_a_local_receiver_needs_no_https(url: str) -> None:
    assert one(url=url).url == url


def test_somebody_may_insist_on_plain_http() -> None:
    assert one(url="http://crm.example/in", insecure=True).insecure


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"url": "http://crm.example/in"}, "url is not https"),
        ({"url": "http://localhost.evil.example/in"}, "url is not https"),
        ({"url": "ftp://crm.example/in"}, "url must be https://host/path"),
        ({"url": "https:///in"}, "url must be https://host/path"),
        ({"url": "https://crm.example:port"}, "url is no URL"),
        ({"url": "https://us:pass@crm.example"}, "url holds a user or a password"),
        ({"secret": "whsec_dG9vIHNob3J0"}, "secret is no secret of Standard Webhooks"),
        ({"secret": "no-secret-at-all"}, "secret is no secret of Standard Webhooks"),
        ({"old_secret": "whsec_!!"}, "old_secret is no secret of Standard Webhooks"),
        ({"secret_env": "CRM_SECRET"}, "give secret, or secret_env"),
        ({"types": ["DealWin"]}, "no event of a deal is called DealWin"),
        ({"name": "Our CRM"}, "endpoints.0.name"),
        ({"colour": "red"}, "endpoints.0.colour"),
    ],
)
def test_what_is_wrong_is_named_and_not_shown(wrong: dict[str, object], told: str) -> None:
    with pytest.raises(BadInput, match=told) as caught:
        one(**wrong)
    assert SECRET not in str(caught.value)
    assert "no-secret-at-all" not in str(caught.value)
    assert "pass@" not in str(caught.value)


@pytest.mark.parametrize("config", [{}, {"endpoints": []}, {"endpoints": "crm"}, {"endpoints": ["crm"]}])
def test_without_an_endpoint_there_is_nothing_to_do(config: dict[str, object]) -> None:
    with pytest.raises(BadInput, match="endpoints"):
        read(config, {})


def test_an_endpoint_has_a_name_of_its_own() -> None:
    endpoint = {"name": "crm", "url": "https://crm.example", "secret": SECRET}
    with pytest.raises(BadInput, match="two endpoints have the same name"):
        read({"endpoints": [endpoint, endpoint]}, {})


def test_a_variable_that_is_not_set_is_named() -> None:
    config = {"endpoints": [{"name": "crm", "url": "https://crm.example", "secret_env": "CRM_SECRET"}]}
    with pytest.raises(BadInput, match=r"endpoints\.0\.secret_env: the environment variable CRM_SECRET"):
        read(config, {})


def test_an_endpoint_may_begin_at_an_instant() -> None:
    assert one(since=datetime(2026, 1, 1, tzinfo=UTC)).since == datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(BadInput, match="since"):
        one(since=datetime(2026, 1, 1))  # noqa: DTZ001 - a time without a zone is what is refused


def test_an_endpoint_gets_the_types_it_wants_and_their_corrections() -> None:
    endpoint = one(types=["DealWon"])
    events = [
        DealWon(),
        DealLost(kind="unknown"),
        EventRetracted(retracts=1, type="DealWon", reason="other"),
        EventRetracted(retracts=1, type="DealLost", reason="other"),
        EventCorrected(
            corrects=1, type="DealLost", replacement=Replacement(type="DealWon", data={}), reason="other"
        ),
        DealStageChanged(to_stage="meeting", pipeline_revision=1),
    ]
    assert [endpoint.wants(recorded(each, 2)) for each in events] == [True, False, True, False, True, False]
    assert all(one().wants(recorded(each, 2)) for each in events)


def test_an_endpoint_that_is_not_active_wants_nothing() -> None:
    assert not one(active=False).wants(recorded(DealWon(), 2))


def test_an_endpoint_is_about_deals_with_all_the_labels_it_names() -> None:
    endpoint = one(segment={"region": ["north", "south"], "team": "east"})
    assert endpoint.is_about({"region": "south", "team": "east", "size": "small"})
    assert not endpoint.is_about({"region": "west", "team": "east"})
    assert not endpoint.is_about({"region": "south"})
    assert one().is_about({})
