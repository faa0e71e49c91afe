"""The people of the customers: the same ones in every deal with their company."""

from dataclasses import dataclass

from interfaces.demo.cast import SalesTeam


@dataclass(frozen=True, slots=True)
class Buyer:
    """A person of a customer: what they do there, which roles they usually have in a purchase."""

    id: str
    name: str
    title: str
    roles: tuple[str, ...]


_CHINESE = (
    ("zhou", "周"), ("wu", "吴"), ("zheng", "郑"), ("sun", "孙"),
    ("xu", "徐"), ("ma", "马"), ("zhu", "朱"), ("hu", "胡"),
    ("lin", "林"), ("guo", "郭"), ("he", "何"), ("gao", "高"),
    ("luo", "罗"), ("liang", "梁"), ("song", "宋"), ("tang", "唐"),
)  # fmt: skip
_GIVEN_CHINESE = (
    ("qiang", "强"), ("jianguo", "建国"), ("xiuying", "秀英"), ("yang", "洋"),
    ("lihua", "丽华"), ("bo", "波"), ("wenjie", "文杰"), ("yuting", "雨婷"),
    ("zhigang", "志刚"), ("min", "敏"), ("haitao", "海涛"), ("xue", "雪"),
)  # fmt: skip
_ENGLISH = (
    "Ward", "Delgado", "Fischer", "Nakamura", "Pruitt", "Osei", "Lindqvist", "Barros",
    "Calloway", "Novak", "Ibarra", "Keane", "Mercer", "Roy", "Stanton", "Vu",
)  # fmt: skip
_GIVEN_ENGLISH = (
    "Helen", "Marcus", "Priya", "Owen", "Grace", "Daniel", "Sofia", "Ethan", "Ruth", "Carlos", "Nora", "Felix",
)  # fmt: skip

_POSTS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "zh-CN": (
        ("生产主管", ("user",)),
        ("副总经理", ("economic-buyer", "decision-maker")),
        ("设备工程师", ("technical-buyer",)),
        ("采购经理", ("procurement", "influencer")),
    ),
    "en": (
        ("Operations planner", ("user",)),
        ("Vice president", ("economic-buyer", "decision-maker")),
        ("Plant engineer", ("technical-buyer",)),
        ("Buyer", ("procurement", "influencer")),
    ),
}


def buyers_of(team: SalesTeam, account: str) -> tuple[Buyer, ...]:
    """The four people of an account: who works with it, who pays, who tests, who buys."""
    keys = [key for key, _ in team.accounts]
    first = keys.index(account) * 4
    return tuple(
        _buyer(team, first + place, title, roles)
        for place, (title, roles) in enumerate(_POSTS[team.language])
    )


def _buyer(team: SalesTeam, number: int, title: str, roles: tuple[str, ...]) -> Buyer:
    # No two numbers below 48 have the same pair of names.
    family, given = number % 16, (number // 16 + number) % 12
    if team.language == "zh-CN":
        (written, surname), (called, name) = _CHINESE[family], _GIVEN_CHINESE[given]
        return Buyer(f"{written}.{called}", f"{surname}{name}", title, roles)
    surname, name = _ENGLISH[family], _GIVEN_ENGLISH[given]
    return Buyer(f"{name}.{surname}".lower(), f"{name} {surname}", title, roles)
