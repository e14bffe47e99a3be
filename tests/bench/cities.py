"""Synthetic stations over China: most in clusters, as towns are, the rest anywhere."""

import csv
from pathlib import Path

import numpy as np

__all__ = ["COUNT", "sample_points", "write_csv"]

COUNT = 200_000
_CLUSTERS = 300
_CLUSTERED = 0.72
_HOURS = (
    "24小时",
    "周一至周五8:30-12:00,14:00-17:30(法定节假日除外)",
    "每日7:00-22:00",
    "工作日9:00-17:00",
    "夏季8:00-18:30,冬季8:30-17:30",
    "周二至周日9:00-17:00(周一闭馆)",
    "7:30-次日2:00",
    "以公告为准",
)
_FACILITIES = ("饮水机", "微波炉", "空调", "桌椅", "手机充电", "应急药箱", "卫生间", "WiFi", "冰箱", "雨伞")
_HEADER = (
    "序号",
    "编号",
    "站点名称",
    "类别",
    "所属区县",
    "详细地址",
    "经度",
    "纬度",
    "坐标系",
    "使用面积(㎡)",
    "开放时间",
    "服务设施",
    "建设方式",
    "星级",
    "负责人",
    "联系电话",
)
_KINDS = ("爱心驿站", "爱心派水点", "母婴关爱室")


def sample_points(count: int, *, seed: int) -> np.ndarray:
    """Return (count, 2) positions, WGS-84 degrees, lon lat."""
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(1).uniform([98.0, 22.0], [124.0, 46.0], (_CLUSTERS, 2))
    near = centres[rng.integers(0, _CLUSTERS, count)] + rng.normal(0.0, 0.12, (count, 2))
    anywhere = rng.uniform([98.0, 22.0], [124.0, 46.0], (count, 2))
    return np.where((rng.random(count) < _CLUSTERED)[:, None], near, anywhere)


def write_csv(path: Path, count: int = COUNT) -> None:
    """Write a list of stations as clerks write them, some 15 columns, one row in 500 doubtful."""
    rng = np.random.default_rng(2)
    points = sample_points(count, seed=3)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADER)
        for number in range(count):
            chosen = rng.random(len(_FACILITIES)) < 0.5
            hour = 6 + number % 4
            hours = _HOURS[number % 8] if number % 3 else f"{hour}:{number // 4 % 60:02d}-{hour + 12}:00"
            facilities = "、".join(f for f, there in zip(_FACILITIES, chosen, strict=True) if there)
            if number % 500 == 0:
                facilities += "、时光机"
            writer.writerow(
                (
                    number + 1,
                    f"N{number}",
                    f"合成路{number}号爱心驿站",
                    _KINDS[int(rng.integers(0, 3))],
                    f"合成{number % 900}区",
                    f"合成省合成市合成路{number}号",
                    f"{points[number, 0]:.6f}",
                    f"{points[number, 1]:.6f}",
                    "WGS84",
                    int(rng.integers(5, 80)),
                    hours,
                    facilities,
                    "自建" if number % 2 else "共建",
                    number % 6 or "",
                    "某某",
                    "19900000000",
                )
            )
