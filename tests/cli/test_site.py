"""What a planner sees who asks where new stations should go."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from geo.cli import main
from geo.cli.certify import _lines
from geo.cli.site_told import plan_told
from tests.planner.siting import PEOPLE, PLACES, SPOTS, STANDS, TOWN, cover, index_of, metres, subsets

FIRST = [
    *("objective", "p", "chosen", "value", "bound", "certified_bound"),
    *("gap", "proven", "seconds", "certificate"),
]

BOTH = ("--together", "--kind", "care_station", "--kind", "nursing_room")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry of the small town, with its people."""
    folder = tmp_path_factory.mktemp("site")
    index_of(folder / "home")
    rows = [
        f"{TOWN.spot(*place)[0]:.7f},{TOWN.spot(*place)[1]:.7f},{weight:g}"
        for place, weight in zip(PLACES, PEOPLE, strict=True)
    ]
    (folder / "人口.csv").write_text("\n".join(["经度,纬度,人口", *rows]), "utf-8")
    spots = [f"{code},{TOWN.spot(*at)[0]:.7f},{TOWN.spot(*at)[1]:.7f},20" for code, at in SPOTS.items()]
    (folder / "网点.csv").write_text("\n".join(["编号,经度,纬度,床位", *spots]), "utf-8")
    assert run(folder, "load", "demand", str(folder / "人口.csv")).exit_code == 0
    return folder


def run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(main, words, env={"YIZHAN_HOME": str(home / "home")})


def site(home: Path, *words: str) -> dict[str, Any]:
    done = run(home, "site", *words, "--json")
    assert done.exit_code == 0, done.output
    assert done.stdout.count("\n") == 1
    return json.loads(done.stdout)


def best(p: int) -> float:
    stand = list(STANDS.values())
    return max(cover([*stand, *(SPOTS[code] for code in codes)]) for codes in subsets(SPOTS, p))


def test_json_begins_with_what_was_promised(home: Path):
    found = site(home, "-p", "2", "--within", "450m", "--candidates", str(home / "网点.csv"))
    assert list(found)[: len(FIRST)] == FIRST
    assert (found["objective"], found["p"], found["value"], found["proven"]) == ("cover", 2, best(2), True)
    assert found["value"] <= found["bound"] <= found["certified_bound"]
    assert {one["code"] for one in found["chosen"]} <= set(SPOTS)
    assert json.loads(Path(found["certificate"]).read_text("utf-8"))["value"] == found["value"]
    assert Path(found["certificate"]).parent == home / "home" / "plans"
    assert found["asked"]["site"]["candidates"] == "set:网点"


def test_candidates_can_be_loaded_and_named(home: Path):
    assert run(home, "load", "candidates", str(home / "网点.csv"), "--name", "银行").exit_code == 0
    found = site(home, "-p", "2", "--within", "450m", "--candidates", "银行")
    assert found["value"] == best(2)
    wrong = run(home, "site", "-p", "2", "--candidates", "没有")
    assert wrong.exit_code == 1
    assert "银行" in wrong.stderr


def test_the_contracts_options(home: Path):
    own = site(
        home,
        *("-p", "2", "--within", "450m", "--objective", "cover", "--existing", "none", "--demand", "人口"),
        *("--candidates", str(home / "网点.csv"), "--capacity", "床位", "--seconds", "20", "--seed", "3"),
    )
    assert own["value"] == 40.0
    closing = site(home, "-p", "1", "--within", "450m", "--existing", "closable", "--candidates", "demand")
    assert closing["site"]["moves"] == 1
    assert site(home, "--objective", "all", "--within", "700m")["proven"]
    assert site(home, "-p", "1", "--objective", "distance", "--budget", "1")["value"] > 0


def test_in_words_it_can_be_read_out(home: Path):
    done = run(home, "site", "-p", "2", "--within", "450m", "--curve", "3", "--phases", "1,2", "--pool", "2")
    assert done.exit_code == 0, done.output
    assert "新建 2 处" in done.stdout
    assert "93.6%" in done.stdout
    assert "新建 3 个:100.0%" in done.stdout
    assert "第 2 期(共 2 个)" in done.stdout
    assert "说明:候选地点是路口" in done.stdout


def test_nothing_is_called_best_without_a_proof(home: Path):
    found = site(home, "-p", "2", "--within", "450m")
    proven = "\n".join(plan_told(found, found["asked"], []))
    assert "是最优的" in proven
    unsure = found | {"proven": False, "bound": 270.0, "certified_bound": 275.0}
    told = "\n".join(plan_told(unsure, found["asked"], []))
    assert "还没有证明是最优的" in told
    assert "95.5%" in told
    assert told.count("最优") == 1


def test_the_folder_holds_the_plan_and_the_study(home: Path, tmp_path: Path):
    out = tmp_path / "out"
    found = site(home, "-p", "1", "--within", "450m", "--out", str(out))
    assert found["certificate"] == str(out / "plan.json")
    assert {path.suffix for path in out.iterdir()} >= {".json", ".html", ".xlsx", ".gpkg"}
    done = run(home, "certify", str(out / "plan.json"))
    assert (done.exit_code, "没有更好的选法" in done.stdout) == (0, True)
    told = json.loads(run(home, "certify", str(out / "plan.json"), "--json").stdout)
    assert told == {"value": found["value"], "certified_bound": found["certified_bound"], "gap": 0.0}


def test_kinds_share_buildings(home: Path, tmp_path: Path):
    """All stations that stand are of one kind; the other kind's people are the same by default."""
    words = ("-p", "2", "--within", "450m", *BOTH, "--candidates", str(home / "网点.csv"))
    found = site(home, *words, "--weight", "nursing_room=人口")
    stand = list(STANDS.values())
    both = {
        codes: [cover([*kept, *(SPOTS[code] for code in codes)]) for kept in (stand, [])]
        for codes in subsets(SPOTS, 2)
    }
    assert found["value"] == max(sum(values) for values in both.values())
    assert [part["value"] for part in found["kinds"]] in both.values()
    curve = site(home, *words, "--curve", "3")["curve"]
    assert [point["p"] for point in curve] == [1, 2, 3]
    assert curve[1]["value"] == found["value"]
    told = run(
        home, "site", *words, "--budget", "9", "--kind-cost", "nursing_room=1.5", "--out", str(tmp_path)
    )
    assert told.exit_code == 0, told.output
    assert "爱心驿站、母婴关爱室" in told.stdout
    assert "母婴关爱室:" in told.stdout


def test_an_altered_plan_is_no_plan(home: Path, tmp_path: Path):
    found = site(home, "-p", "1", "--within", "450m")
    text = Path(found["certificate"]).read_text("utf-8")
    for changed in (text.replace("路口-", "路囗-", 1), text[:-10], "{}", "不是方案"):
        (tmp_path / "plan.json").write_text(changed, "utf-8")
        done = run(home, "certify", str(tmp_path / "plan.json"))
        assert done.exit_code == 1
        assert "没有通过核对" in done.stderr
    (tmp_path / "plan.json").write_bytes(b"\xff\xfe{}")
    assert run(home, "certify", str(tmp_path / "plan.json")).exit_code == 1
    assert run(home, "certify", str(tmp_path / "没有.json")).exit_code == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "文件是空的"),
        ("不是方案", "不是 JSON"),
        ("[" * 100_000, "不是 JSON"),
        ("[1]", "digest"),
        ('{"digest": "0"}', "没有方案的 sense"),
        ("驿站".encode("gbk"), "不是 JSON"),
    ],
)
def test_what_is_no_plan_is_said_in_one_sentence(tmp_path: Path, content: Any, said: str):
    path = tmp_path / "plan.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    done = run(tmp_path, "certify", str(path))
    assert done.exit_code == 1
    assert said in done.stderr
    assert "Error" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "文件夹" in run(tmp_path, "certify", str(tmp_path)).stderr


def test_a_plan_that_holds_is_told_in_its_unit(home: Path, tmp_path: Path):
    found = site(home, "-p", "2", "--within", "450m")
    done = run(home, "certify", found["certificate"])
    assert done.exit_code == 0, done.output
    assert f"值 {found['value']:,.0f}(覆盖的权重);证明:任何选法都不超过 {found['value']:,.0f}" in done.stdout
    found = site(home, "-p", "2", "--objective", "farthest")
    assert " 米(最远的路程);证明:任何选法都不少于 " in run(home, "certify", found["certificate"]).stdout


def test_figures_to_certify_are_rounded_away_from_the_value():
    plan = {"objective": "cover", "sense": "max"}
    told = _lines(plan, {"value": 281237.04, "certified_bound": 281300.01})
    assert told[1] == "值 281,237(覆盖的权重);证明:任何选法都不超过 281,300.1,相差 0.03%"
    plan = {"objective": "all", "sense": "min"}
    assert "都不少于 8.3 个" in _lines(plan, {"value": 10, "certified_bound": 8.39})[1]


def test_costs_need_neither_places_nor_a_registry(tmp_path: Path):
    ways = metres(SPOTS.values())
    rows = [f"{code},{m},{ways[n, m]}" for n, code in enumerate(SPOTS) for m in range(len(PLACES))]
    (tmp_path / "k.csv").write_text("\n".join(["candidate,demand,cost", *rows]), "utf-8")
    people = [f"{m},{weight}" for m, weight in enumerate(PEOPLE)]
    (tmp_path / "d.csv").write_text("\n".join(["demand,weight", *people]), "utf-8")
    names = [f"{code},{1 + (code == '甲')},{int(code == '乙')}" for code in SPOTS]
    (tmp_path / "c.csv").write_text("\n".join(["candidate,cost,open", *names]), "utf-8")
    given = ("--costs", str(tmp_path / "k.csv"), "--demand", str(tmp_path / "d.csv"))
    found = site(tmp_path, *given, "--candidates", str(tmp_path / "c.csv"), "-p", "2", "--within", "450")
    expected = max(cover([SPOTS["乙"], *(SPOTS[code] for code in codes)]) for codes in subsets(SPOTS, 2))
    assert (found["value"], found["p"]) == (expected, 2)
    assert (tmp_path / "home" / "yizhan.sqlite").exists() is False
    done = run(tmp_path, "site", *given, "-p", "2", "--within", "450", "--out", str(tmp_path / "out"))
    assert done.exit_code == 0, done.output
    assert (tmp_path / "out" / "plan.json").is_file()
    assert "新建 2 处" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--within", "450m"], "新建几个"),
        (["-p", "0"], "p 应在"),
        (["-p", "99", "--candidates", "demand"], "只有 36 个"),
        (["-p", "2", "--objective", "most"], "objective"),
        (["-p", "2", "--phases", "一,二"], "phases"),
        (["-p", "2", "--candidates", "{home}/没有.csv"], "没有名为"),
        (["-p", "2", "--together"], "两类或更多类"),
        (["-p", "2", "--kind-cost", "nursing_room=2"], "--together"),
        (["-p", "2", *BOTH, "--kind-cost", "nursing_room=两"], "类别=费用"),
        (["-p", "2", *BOTH, "--kind-cost", "canteen=2"], "类别=费用"),
        (["-p", "2", *BOTH, "--kind-cost", "nursing_room=2"], "budget"),
        (["-p", "2", *BOTH, "--weight", "人口", "--weight", "母亲"], "2 列"),
        (["-p", "2", *BOTH, "--costs", "{home}/没有.csv", "--weight", "人口"], "--costs"),
        (["-p", "2", "--must", "路口-999999"], "must 里的“路口-999999”不是候选地点的编号"),
        (["-p", "2", "--candidates", "{home}/网点.csv", "--never", "癸"], "never 里的“癸”"),
        (["-p", "2", "--candidates", "demand", "--never", "需求-000037"], "never 里的“需求-000037”"),
        (["-p", "2", "--costs", "{home}/没有.csv"], "没有这个文件"),
        (["-p", "2", "--costs", "{home}/没有.csv", "--at", "10:00"], "--costs"),
        (["-p", "2", "--costs", "{home}/网点.csv", "--within", "450m"], "within 应是一个数"),
    ],
)
def test_what_is_wrong_is_said(home: Path, words: list[str], said: str):
    done = run(home, "site", *(word.format(home=home) for word in words))
    assert done.exit_code == 1, done.output
    assert said in done.stderr
    assert done.stdout == ""


def test_loading_candidates_tells_each_row(home: Path, tmp_path: Path):
    path = tmp_path / "新.csv"
    path.write_text("编号,经度,纬度\nA,113.6,34.7\nA,113.7,34.7\nB,,\n", "utf-8")
    found = json.loads(run(home, "load", "candidates", str(path), "--json").stdout)
    assert (found["added"], found["refused"], found["candidates"]["count"]) == (1, 2, 1)
    assert {one["row"] for one in found["problems"] if one["severity"] == "refused"} == {3, 4}
    assert "不变 1" in run(home, "load", "candidates", str(path)).stdout
    strict = run(home, "load", "candidates", str(path), "--name", "严", "--strict")
    assert strict.exit_code == 1
    assert run(home, "site", "-p", "1", "--candidates", "严").exit_code == 1
