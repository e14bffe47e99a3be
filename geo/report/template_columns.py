"""The columns of our own workbook to fill in, what may stand in them, and how a clerk is told."""

from typing import NamedTuple

from geo.model.facilities import FACILITIES

__all__ = ["COLUMNS", "TemplateColumn"]


class TemplateColumn(NamedTuple):
    """A column of the workbook.

    Parameters
    ----------
    header : str
        One that `yizhan load stations` knows.
    told : str
        How to fill it in.
    choices : tuple of str
        What its drop-down offers; empty: no drop-down.
    example : str
    width : int
        Characters.
    required, text
        Whether a row needs it; whether its cells are kept as text, so that no figure is lost.
    """

    header: str
    told: str
    choices: tuple[str, ...] = ()
    example: str = ""
    width: int = 14
    required: bool = False
    text: bool = False


_Column = TemplateColumn

COLUMNS: tuple[TemplateColumn, ...] = (
    _Column("编号", "自己台账里的编号,一站一个,不要改动:再次导入时凭它认出是同一个站点;也可以写系统里的编号",
            example="12", width=10, text=True),
    _Column("站点名称", "必填,和门头一致", example="文化路爱心驿站", width=28, required=True),
    _Column("类别", "不填按爱心驿站", ("爱心驿站", "爱心派水点", "母婴关爱室"), "爱心驿站"),
    _Column("状态", "不填按开放;撤销的站点选关闭,不要删行",
            ("规划", "在建", "试运行", "开放", "暂停", "关闭"), "开放", 10),
    _Column("关闭或暂停原因", "关闭或暂停时填写", example="房屋到期", width=16),
    _Column("详细地址", "写到门牌号", example="某市某区文化路10号", width=32),
    _Column("所属区县", "写全称;用来核对坐标", example="某区", width=12),
    _Column("街道(镇)", "写全称", example="文化路街道", width=14),
    _Column("工会代码", "主管工会的代码;不填按导入者所在的工会", example="", width=12, text=True),
    _Column("主管工会", "名称", example="某区总工会", width=18),
    _Column("依托类型", "设在什么场所里;没有的可以自己写",
            ("银行", "加油站", "便利店", "商超", "政务大厅", "党群服务中心", "环卫", "物流", "医院", "公园",
             "公厕", "其他"), "银行", 14),
    _Column("依托单位", "场所的名称", example="某银行文化路支行", width=20),
    _Column("建设方式", "", ("自建", "共建", "挂牌", "流动"), "共建", 10),
    _Column("建设单位", "", example="某区总工会", width=16),
    _Column("运营单位", "平时谁来管", example="某街道工会", width=16),
    _Column("经度", "必填,度,至少 5 位小数,如 113.66512;不要写度分秒", example="113.66512",
            width=12, required=True),
    _Column("纬度", "必填,度,至少 5 位小数,如 34.75246", example="34.75246", width=12, required=True),
    _Column("坐标系", "必填:在高德、腾讯地图上取的选 GCJ-02,百度地图选 BD-09,天地图选 CGCS2000,GPS 选 WGS-84",
            ("GCJ-02", "BD-09", "CGCS2000", "WGS-84"), "GCJ-02", 12, True),
    _Column("入口说明", "怎么找到门", example="支行大厅左侧", width=18),
    _Column("楼层", "如 1、-1、3", example="1", width=8, text=True),
    _Column("面积(平方米)", "只写数字", example="20", width=12),
    _Column("可容纳人数", "只写数字", example="12", width=12),
    _Column("开放时间", "写清哪几天、几点到几点,如 24小时、周一至周五 8:30-17:30;不要写“随商场”",
            example="周一至周五 8:30-17:30", width=24),
    _Column("开放季节", "只在一部分月份开放时填写", example="6月至9月", width=12),
    _Column("服务对象", "", ("不限", "户外劳动者", "工会会员", "母婴"), "户外劳动者"),
    _Column("进入方式", "",
            ("自由进入", "扫码", "身份证", "人脸", "按铃", "联系工作人员", "钥匙"), "自由进入"),
    _Column("星级", "", ("1", "2", "3", "4", "5"), "5", 8),
    _Column("荣誉", "几项之间用顿号分开", example="最美工会户外劳动者服务站点", width=20),
    _Column("公开电话", "会公开;不要写个人手机", example="0371-12345678", width=16, text=True),
    _Column("建成时间", "如 2024-05 或 2024-05-01", example="2024-05", width=12, text=True),
    _Column("投用时间", "如 2024-06-01", example="2024-06-01", width=12, text=True),
    _Column("负责人", "内部使用,不公开", example="张三", width=12),
    _Column("负责人电话", "内部使用,不公开", example="13800000000", width=16, text=True),
    _Column("备注", "内部使用,不公开", width=20),
    *(_Column(item.zh, "有或无;不清楚就空着,不要猜", ("有", "无"), "有", 12) for item in FACILITIES.values()),
)  # fmt: skip
"""In their order; the facilities come last, a column each."""
