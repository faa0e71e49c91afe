"""What is said about what was done: recorded, imported, exported, checked, built; in English and in Chinese."""

from collections.abc import Mapping

ACTS: Mapping[str, tuple[str, str]] = {
    # Writing
    "recorded": (
        "Recorded in {title} ({deal}), now at version {version}:",
        "已记入 {title}（{deal}），当前版本 {version}：",
    ),
    "already-so": ("It is so already: nothing was recorded.", "已是如此，未作记录。"),
    # Pipelines
    "stages-pipeline": ("Pipeline", "销售流程"),
    "stages-label": ("Name", "名称"),
    "stages-revision": ("Revision", "修订号"),
    "stages-state": ("State", "状态"),
    "stages-stages": ("Stages", "阶段"),
    "stages-in-use": ("in use", "使用中"),
    "stages-template": ("template", "模板"),
    "stages-retired": ("retired", "已停用"),
    "stages-title": ("{pipeline}, revision {revision}", "{pipeline}，修订 {revision}"),
    "stages-asks": ("It asks about: {criteria}.", "核实条件：{criteria}。"),
    "stage-stage": ("Stage", "阶段"),
    "stage-label": ("Name", "名称"),
    "stage-phase": ("Phase", "时期"),
    "stage-probability": ("Probability", "赢率"),
    "stage-expected-days": ("Days", "预计天数"),
    "stage-rots-after-days": ("Rots after", "停滞上限"),
    "stage-rules": ("Rules", "规则"),
    "rule-criteria": ("leave with: {criteria}", "离开前确认：{criteria}"),
    "rule-evidence": ("needs evidence", "须提供依据"),
    "rule-no-skip": ("not skipped", "不可跳过"),
    "rule-no-return": ("no way back", "不可退回"),
    "rule-after-win": ("after the win", "签单之后"),
    "pipeline-recorded": (
        "{what}: {pipeline}, now at version {version}.",
        "{what}：{pipeline}，当前版本 {version}。",
    ),
    # In and out
    "importing": ("Importing", "正在导入"),
    "import-done": ("Imported", "导入结果"),
    "import-checked": ("Checked, nothing recorded", "仅检查，未作记录"),
    "import-read": ("rows read", "读取行数"),
    "import-opened": ("new deals", "新商机"),
    "import-recorded": ("events recorded", "记录事件"),
    "import-corrected": ("of them corrections", "其中更正"),
    "import-unchanged": ("rows that were there already", "已有的行"),
    "import-undated": ("events without a date", "日期不详的事件"),
    "import-refused": ("rows left out", "未采纳的行"),
    "import-refused-rows": ("Left out:", "未采纳："),
    "import-refused-file": (
        "The rows that were left out are in {file}, each with its reason: mend them and import them again.",
        "未采纳的行及其原因在 {file} 中：修正后再导入。",
    ),
    "import-contradictions": (
        "{number} things were recorded as told, although they cannot well have been so:",
        "有 {number} 处按来源记录，但前后矛盾：",
    ),
    "import-late": (
        "{number} new lines are older than the last event of their deal:",
        "有 {number} 行新内容早于该商机的最后一个事件：",
    ),
    "import-finding": ("  line {line}, {deal}: {told}", "  第 {line} 行，{deal}：{told}"),
    "import-missing": (
        "{number} deals of this source are not in the file, and stay as they are: {deals}",
        "该来源有 {number} 个商机不在文件中，保持原状：{deals}",
    ),
    "import-more": (
        "Only the first {shown} of each kind are shown; -o json has them all.",
        "每类仅显示前 {shown} 条；用 -o json 查看全部。",
    ),
    "import-next": (
        "Next: `dealtrail pipeline`, `dealtrail report winloss --by owner`, `dealtrail deal list`.",
        "接下来可以试试：`dealtrail pipeline`、`dealtrail report winloss --by owner`、`dealtrail deal list`。",
    ),
    "exported": ("{events} events written.", "已导出 {events} 个事件。"),
    # Read models and the log
    "following": ("Following {url}. Ctrl+C stops.", "正在跟随 {url}，按 Ctrl+C 停止。"),
    "caught-up": ("Caught up with {position} in {ms} ms.", "已跟上至位置 {position}，用时 {ms} 毫秒。"),
    "following-lost": ("{error} Trying on until it works.", "{error} 将持续重试，直到恢复。"),
    "following-back": ("It works again.", "已恢复正常。"),
    "followed": ("Stopped after the last page.", "已在写完当前一页后停止。"),
    "rebuilding": ("Building anew", "正在重建"),
    "rebuilt": ("{name} is built anew.", "{name} 已重建。"),
    "verifying": ("Checking", "正在核对"),
    "rows-agree": (
        "{name}: all {rows} rows are what the log says.",
        "{name}：全部 {rows} 行与事件日志一致。",
    ),
    "rows-differ": (
        "{name}: after {rows} right rows, {difference}",
        "{name}：前 {rows} 行一致，之后有出入：{difference}",
    ),
    "rebuild-them": (
        "Read models can be built anew from the log: `dealtrail projections rebuild`.",
        "读模型可以从事件日志重建：`dealtrail projections rebuild`。",
    ),
    "status-name": ("Read model", "读模型"),
    "status-version": ("Version", "版本"),
    "status-position": ("Position", "位置"),
    "status-head": ("Head", "日志末尾"),
    "status-lag-events": ("Events behind", "落后事件"),
    "status-lag-seconds": ("Seconds behind", "落后秒数"),
    "status-state": ("State", "状态"),
    "status-quarantined": ("Quarantined", "隔离"),
    "store-store-id": ("Store", "库编号"),
    "store-url": ("Place", "位置"),
    "store-timezone": ("Time zone", "时区"),
    "store-created-at": ("Made", "创建时间"),
    "store-schema-version": ("Layout", "结构版本"),
    "store-position": ("Last position", "末尾位置"),
    "store-digest": ("Digest there", "末尾摘要"),
    "store-recorded-at": ("Recorded", "末尾记录时间"),
    "store-empty": (
        "The log is empty. Fill it with `dealtrail import`, `dealtrail deal open` or `dealtrail demo`.",
        "事件日志为空。可用 `dealtrail import`、`dealtrail deal open` 或 `dealtrail demo` 填入商机。",
    ),
    "store-upgraded": (
        "The store {url} is ready (layout {version}).",
        "库 {url} 已就绪（结构版本 {version}）。",
    ),
    "store-granted": (
        "The role {role} may record and read, and no more.",
        "角色 {role} 可以记录和读取，除此之外没有其他权限。",
    ),
    "backup-made": (
        "Copied to {file} and checked: {position} events. Keep its anchor elsewhere:",
        "已复制到 {file} 并核对，共 {position} 个事件。请将锚点另行保存：",
    ),
    "verified": (
        "All {position} events are what was written. The last digest is {digest}.",
        "全部 {position} 个事件均与写入时一致。末尾摘要为 {digest}。",
    ),
    "verified-anchor": (
        "The anchor at position {position} is in it.",
        "位置 {position} 处的锚点与日志相符。",
    ),
}
