"""Who plays in the demo: two teams, their customers and what they sell."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Product:
    """Something that is sold, with its usual price in the team's currency."""

    name: str
    price: int


@dataclass(frozen=True, slots=True)
class SalesTeam:
    """A team: its people, customers (stable key, name) and products, all in one currency and zone.

    `caller` brings leads in, `presales` helps in meetings, `people` own the deals.
    """

    name: str
    region: str
    currency: str
    zone: str
    language: str
    manager: str
    caller: str
    presales: str
    people: tuple[str, ...]
    accounts: tuple[tuple[str, str], ...]
    products: tuple[Product, ...]


EAST = SalesTeam(
    name="华东",
    region="East China",
    currency="CNY",
    zone="Asia/Shanghai",
    language="zh-CN",
    manager="chen.jing",
    caller="qian.yu",
    presales="deng.kai",
    people=("li.lei", "han.meimei", "wang.fang", "zhao.ming"),
    accounts=(
        ("ningbo-port", "宁波港务"),
        ("suzhou-precision", "苏州精密机械"),
        ("hangzhou-cloud", "杭州云栖科技"),
        ("wuxi-motor", "无锡电机"),
        ("nanjing-food", "南京金陵食品"),
        ("hefei-display", "合肥显示技术"),
        ("shanghai-pharma", "上海康泽医药"),
        ("qingdao-marine", "青岛海工装备"),
        ("wenzhou-valve", "温州阀门"),
        ("xiamen-sport", "厦门运动用品"),
        ("jinan-steel", "济南钢构"),
        ("nantong-textile", "南通纺织"),
    ),
    products=(
        Product("仓储机器人", 680_000),
        Product("质检相机", 145_000),
        Product("调度软件", 260_000),
        Product("维护合同", 58_000),
    ),
)

AMERICAS = SalesTeam(
    name="Americas",
    region="Americas",
    currency="USD",
    zone="America/New_York",
    language="en",
    manager="maria.santos",
    caller="ben.carter",
    presales="tom.reyes",
    people=("anna.berg", "james.okafor", "lucy.tran"),
    accounts=(
        ("bluewater", "Bluewater Logistics"),
        ("hartmann", "Hartmann Foods"),
        ("northgate", "Northgate Medical"),
        ("cascade", "Cascade Paper"),
        ("orion", "Orion Outdoor"),
        ("silverline", "Silverline Retail"),
        ("tidewater", "Tidewater Shipyards"),
        ("vega", "Vega Instruments"),
        ("prairie", "Prairie Grain Co-op"),
        ("summit", "Summit Components"),
    ),
    products=(
        Product("Warehouse robot", 96_000),
        Product("Inspection camera", 21_000),
        Product("Scheduling suite", 38_000),
        Product("Service contract", 8_400),
    ),
)

LEAD_SOURCES = (
    "referral",
    "website",
    "trade-show",
    "cold-outreach",
    "personal-network",
    "email-campaign",
    "social-media",
)
COMPETITORS = ("Kestrel Systems", "Polaris Automation", "汇川智造")
LOSSES = (
    ("competitor", "price"),
    ("competitor", "missing-feature"),
    ("competitor", "relationship"),
    ("no-decision", "no-follow-up"),
    ("no-decision", "timing"),
    ("declined", "price"),
    ("declined", "product-fit"),
    ("declined", "value-unclear"),
    ("withdrawn", "budget-cut"),
    ("disqualified", "no-budget"),
    ("internal", "delivery"),
)
WINS = ("product-fit", "relationship", "trust", "price", "delivery", "after-sales")
