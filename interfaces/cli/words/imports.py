"""What is said of imports from other systems; in English and in Chinese."""

from collections.abc import Mapping

IMPORTS: Mapping[str, tuple[str, str]] = {
    "file": ("File", "文件"),
    "import-finding-in-file": (
        "  {file}, line {line}, {deal}: {told}",
        "  {file} 第 {line} 行，{deal}：{told}",
    ),
    "import-unchanged-events": ("events that were there already", "已有的事件"),
    "import-passed-over": (
        "These files tell nothing that is known here, and were not read: {files}",
        "以下文件内容无法识别，未读取：{files}",
    ),
}
