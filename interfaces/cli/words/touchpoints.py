"""What is said of touchpoints, rotting deals and the scorecard; in English and in Chinese."""

from collections.abc import Mapping

TOUCHPOINTS: Mapping[str, tuple[str, str]] = {
    # Deals that rot or are stalled
    "days-idle": ("Days idle", "停滞天数"),
    "rots-after": ("Limit", "停滞上限"),
    "last-activity": ("Last activity", "最近动态"),
    "last-activity-on": ("{what}, {when} (event {version})", "{when}，{what}（事件 {version}）"),
    # The scorecard
    "by-person": ("Person", "人员"),
    "by-week": ("Week", "周"),
    "by-month": ("Month", "月份"),
    "by-quarter": ("Quarter", "季度"),
    "touchpoints": ("Touchpoints", "沟通次数"),
    "touchpoints-by-kind": ("By kind", "沟通方式"),
    "kind-count": ("{kind} {number}", "{kind} {number}"),
    "appointments-made": ("Appointments made", "新约"),
    "appointments-held": ("Held", "如期完成"),
    "appointments-missed": ("Missed", "未成行"),
    "hours-to-touchpoint": ("Hours to first touch", "响应小时数"),
    "leads-waiting": ("Leads waiting", "待联系线索"),
    "leads-mql": ("MQL", "MQL"),
    "leads-sql": ("SQL", "SQL"),
    "leads-opportunity": ("Opportunity", "商机"),
    "mql-to-sql": ("MQL → SQL", "MQL → SQL"),
    "sql-to-opportunity": ("SQL → opportunity", "SQL → 商机"),
    "ae-won": ("AE deals won", "客户经理签单率"),
    "bdr-won": ("BDR deals won", "商务拓展签单率"),
    "contracts-signed": ("Contracts", "签约数"),
    "contracts-of-sql": ("Contracts ÷ SQL", "签约转化率"),
    "share-of": ("{share} ({reached}/{number})", "{share}（{reached}/{number}）"),
    "bought-again": ("Bought again", "复购商机"),
    "accounts-again": ("Accounts", "复购客户"),
    "referred-by": ("Referred by", "转介绍来源"),
    "no-acts": (
        (
            "Nothing of this kind happened. Ask about another period or other deals; --per week shows touchpoints, "
            "--per month leads and contracts, --per quarter wins."
        ),
        (
            "没有此类记录。请换一个期间或放宽筛选条件；--per week 显示沟通情况，--per month 显示线索与签约，"
            "--per quarter 显示签单。"
        ),
    ),
    "counts-for-each": (
        "What several people had a part in counts for each of them, so the rows add up to more than there was.",
        "多人参与的事项计入每个人，因此各行之和大于总数。",
    ),
    "left-out-undated-acts": (
        "{number} things are left out: nobody knows when they happened.",
        "有 {number} 项未计入：发生日期不详。",
    ),
    "how-to-read-scorecard-week": (
        (
            "Touchpoints that were held count for their hosts, else for the deal's owner then. Made, held, missed: "
            "appointments, each in the week in which that happened. Hours to first touch: from a lead's acceptance to "
            "the next touchpoint of the deal (median); waiting are those without one."
        ),
        (
            "完成的沟通计入我方参加人；未写明时计入当时的负责人。新约、如期完成、未成行：均按发生的那一周统计的预约。"
            "响应小时数：从线索认可到该商机下一次沟通（中位数）；待联系线索：其后尚无沟通的线索。"
        ),
    ),
    "how-to-read-scorecard-month": (
        (
            "Leads count in the month of their first acceptance at a level, for the deal's owner and teammates then. "
            "MQL → SQL: of these leads, the share that is accepted at the next level by now. AE and BDR deals won: of "
            "the deals given to a person in that duty in the month, the share won by now. Contracts ÷ SQL: both of "
            "the same month, so not the same deals."
        ),
        (
            "线索按首次认可为该级别的月份统计，计入当时的负责人与团队成员。MQL → SQL：其中至今已认可为下一级别的比例。"
            "客户经理、商务拓展签单率：当月以该职责交给此人的商机中，至今签单的比例。签约转化率：当月签约数 ÷ 当月认可"
            "的 SQL 数，两者并非同一批商机。"
        ),
    ),
    "how-to-read-scorecard-quarter": (
        (
            "Wins count in the quarter of their closing, for the deal's owner and teammates then. Bought again: won "
            "deals that follow another deal (renewal, upsell and so on), and their accounts."
        ),
        (
            "签单按关闭的季度统计，计入当时的负责人与团队成员。复购商机：承接另一商机（续约、增购等）的签单及其客户数。"
        ),
    ),
}
