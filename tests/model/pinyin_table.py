"""The table of readings, made anew from pypinyin: ``python -m tests.model.pinyin_table``.

pypinyin (MIT) knows the readings of characters and of tens of thousands of phrases, and takes fifty megabytes
to do so. The program needs only which readings a character has in earnest: that is a small file.
"""

import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

__all__ = ["PATH", "table"]

PATH = Path(__file__).resolve().parents[2] / "data" / "pinyin.txt"
_HAN = range(0x4E00, 0xA000)
# In how many of a character's phrases a reading has to occur to be one people type.
_SHARE = 0.05
# Readings that live in the names of places, in too few phrases to be seen there.
_PLACES = (
    "六lu 厦xia 蚌beng 行hang 行xing 重chong 长chang 乐yue 乐lao 都du 朝chao 单shan 铅yan 浒xu 堡pu "
    "堡bu 番pan 柏bo 莞guan 涡guo 尉yu 蔚yu 解xie 解hai 陂pi 荥xing 荥ying 枞zong 眙yi 犍qian 阿e "
    "陉xing 棱ling 弄long 圩xu 埔bu 埔pu 什shi 刹cha 会kuai 台tai 峙shi 郫pi 大dai 车che 曲qu 坊fang "
    "济ji 洞tong 燕yan 牟mu 筠jun 邗han 澄cheng 侗dong 泌bi 隆long 宓mi 夹jia 任ren 盖ge 仇qiu 区ou "
    "查zha 员yun 缪miao 覃qin 纪ji 召shao 合he 驮tuo 卡ka 地di 场chang "
)
_UMLAUT = {"lv": "lu", "nv": "nu", "lve": "lue", "nve": "nue"}


def table() -> str:
    """Return a line for each syllable: it, and the characters that are read so."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for phrase, readings in PHRASES_DICT.items():
        for char, (reading, *_) in zip(phrase, readings, strict=False):
            seen[char][_plain(reading)] += 1
    syllables: dict[str, set[str]] = defaultdict(set)
    for code in _HAN:
        char = chr(code)
        for reading in _readings(PINYIN_DICT.get(code, ""), seen[char]):
            syllables[reading].add(char)
    for char, *reading in _PLACES.split():
        syllables["".join(reading)].add(char)
    for strict, loose in _UMLAUT.items():
        syllables[loose] |= syllables[strict]
    return "".join(f"{name} {''.join(sorted(syllables[name]))}\n" for name in sorted(syllables))


def _readings(given: str, seen: Counter[str]) -> list[str]:
    first, *others = [_plain(reading) for reading in given.split(",")]
    wanted = [first, *(one for one in others if seen[one] >= _SHARE * seen.total() > 0)]
    return [one for one in wanted if one.isascii() and set(one) & set("aeiouv")]


def _plain(reading: str) -> str:
    """Return a syllable without its tone; ü is written v, as on a keyboard."""
    apart = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(char for char in apart if not unicodedata.combining(char))


if __name__ == "__main__":
    PATH.write_text(table(), "utf-8")
