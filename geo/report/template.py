"""Our own workbook to fill in: drop-downs, a guide, and the version that tells an old one."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from geo.model.template import DATA_SHEET, GUIDE_SHEET, TEMPLATE_VERSION, VERSION_LABEL
from geo.report.tables import harmless
from geo.report.template_columns import COLUMNS, TemplateColumn

if TYPE_CHECKING:
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["template_book"]

_ROWS = 2_000
_LISTS_SHEET = "选项"
_LONGEST_LIST = 255
_HEAD, _NEEDED, _OPTIONAL = "FFFFFF", "0B6E4F", "4A5A63"
_GUIDE = (
    "一行一个站点。绿底的列必填,灰底的列可以空着;空着就是不清楚,不会改掉登记册里已有的内容。",
    "有下拉的格子请从下拉里选。列可以删,也可以换顺序,不要改列名;不要合并单元格,不要加合计行。",
    "坐标必须和坐标系对应:拿不准时,导入页面会把点画在地图上请您核对。",
    "负责人、电话和备注只有管理人员看得到;其他各列会公开,里面不要写个人手机号。",
    "填好后在后台的“导入”里上传。有问题的行会一条条列出来,可以当场改,也可以取消,不会弄乱登记册。",
)


def template_book(*, districts: Sequence[str] = (), units: Sequence[tuple[str, str]] = ()) -> bytes:
    """Return the workbook.

    Parameters
    ----------
    districts : sequence of str
        What the drop-down of districts offers.
    units : sequence of (str, str)
        Codes and names of union units that the drop-downs offer.
    """
    # Some 25 MB, which a process that writes no workbook does without.
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = DATA_SHEET
    own = {
        "所属区县": tuple(map(harmless, districts)),
        "工会代码": tuple(harmless(code) for code, _ in units),
        "主管工会": tuple(harmless(name) for _, name in units),
    }
    columns = [column._replace(choices=column.choices or own.get(column.header, ())) for column in COLUMNS]
    _fill_data(sheet, columns)
    _fill_guide(book.create_sheet(GUIDE_SHEET), columns, units)
    lists = book.create_sheet(_LISTS_SHEET)
    lists.sheet_state = "hidden"
    for number, column in enumerate(columns, 1):
        if column.choices:
            sheet.add_data_validation(_dropdown(lists, number, column))
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def _fill_data(sheet: "Worksheet", columns: Sequence[TemplateColumn]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for number, column in enumerate(columns, 1):
        cell = sheet.cell(1, number, column.header)
        colour = _NEEDED if column.required else _OPTIONAL
        cell.fill = PatternFill("solid", start_color=colour)
        cell.font = Font(bold=True, color=_HEAD)
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        dimension = sheet.column_dimensions[get_column_letter(number)]
        dimension.width = column.width
        if column.text:
            # The style of a whole column costs nothing, where cells would be written one by one.
            dimension.number_format = "@"
    sheet.row_dimensions[1].height = 32
    sheet.freeze_panes = "C2"


def _fill_guide(
    sheet: "Worksheet", columns: Sequence[TemplateColumn], units: Sequence[tuple[str, str]]
) -> None:
    from openpyxl.styles import Alignment, Font

    lines: list[tuple[str, ...]] = [(VERSION_LABEL, TEMPLATE_VERSION), *((text,) for text in _GUIDE), ()]
    heads = [len(lines) + 1]
    lines.append(("列", "是否必填", "怎样填写", "例子"))
    lines += [(c.header, "必填" if c.required else "", c.told, c.example) for c in columns]
    if units:
        lines.append(())
        heads.append(len(lines) + 1)
        lines.append(("代码", "上面“工会代码”一列用的工会"))
        lines += [(harmless(code), harmless(name)) for code, name in units]
    for row, line in enumerate(lines, 1):
        for number, text in enumerate(line, 1):
            cell = sheet.cell(row, number, text)
            cell.alignment = Alignment(vertical="top", wrap_text=len(line) > 1 and number > 1)
            cell.font = Font(bold=row in heads or row == 1)
    for letter, width in zip("ABCD", (18, 20, 80, 30), strict=True):
        sheet.column_dimensions[letter].width = width


def _dropdown(lists: "Worksheet", number: int, column: TemplateColumn) -> "DataValidation":
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    letter = get_column_letter(number)
    said = ",".join(column.choices)
    if len(said) <= _LONGEST_LIST and not any("," in word or '"' in word for word in column.choices):
        formula = f'"{said}"'
    else:
        for row, word in enumerate(column.choices, 1):
            lists.cell(row, number, word)
        formula = f"'{_LISTS_SHEET}'!${letter}$1:${letter}${len(column.choices)}"
    # A warning, not a wall: hosts that are not listed may be written, and a copied cell may be right.
    rule = DataValidation(type="list", formula1=formula, allow_blank=True, errorStyle="warning")
    rule.error, rule.errorTitle = "下拉里没有这一项;确定要这样写吗?", column.header
    if column.told:
        rule.prompt, rule.promptTitle, rule.showInputMessage = column.told[:250], column.header, True
    rule.add(f"{letter}2:{letter}{_ROWS}")
    return rule
