"""What Lighthouse thinks of the pages of the demo city on a phone: a mid-range one, on slow 4G, simulated.

Lighthouse comes from npm, at one version, into ``build/`` at the first run; nothing else needs it. A page is
looked at several times in turns with the others, and the median of each of its scores counts.

It takes the phone to be 4 times slower than this machine, by the clock. Where other programs have the
processor, the clock counts them, too: a page is then judged by as much less than 4 as its tasks took longer
than they computed.
"""

import json
import shutil
import statistics
import subprocess
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote
from urllib.request import urlopen

from geo.errors import UnavailableError
from tests.services.browser import PACKAGE, find_chromium
from tests.services.server import running_server

__all__ = ["measure_lighthouse"]

_VERSION = "12.8.2"  # the last that runs on the Node.js of Debian 12
_FOLDER = Path(__file__).resolve().parents[2] / "build" / f"lighthouse-{_VERSION}"
_TURNS = 3
# Without its sandbox, which root and most containers cannot have: it only ever sees our own pages.
_CHROMIUM = "--headless=new --no-sandbox --disable-gpu"
_TRACE = "defaultPass.trace.json"
_SLOWER = 4.0  # what Lighthouse takes a phone to be
_LIMITS = {"performance": 95, "accessibility": 100, "best-practices": 95, "seo": 90}
_MOMENTS = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time")


class _Page(NamedTuple):
    """A page, and what its source holds unless another came in its place."""

    name: str
    path: str
    sign: str


_PAGES = (
    _Page("finder", "/", 'id="ask"'),
    _Page("results", f"/?q={quote('云栖站')}", '<ol class="list"'),
    _Page("station", "/s/YX-0001", '<article class="station"'),
    _Page("embed", "/embed", '<ol class="list"'),
)


def measure_lighthouse(folder: Path) -> list[tuple]:
    """Return (what, value, unit, limit, at_least) of each score of each page."""
    command = _command()
    reports: dict[str, list[dict[str, Any]]] = {page.name: [] for page in _PAGES}
    with running_server(folder / "lighthouse", "--demo") as url:
        for _ in range(_TURNS):
            for page in _PAGES:
                reports[page.name].append(_report(command, url, page, folder / "seen"))
    return [line for name, of_page in reports.items() for line in _lines(name, of_page)]


def _command() -> list[str | Path]:
    """Return how Lighthouse is called, installed if it is not there yet."""
    npm, node, chromium = shutil.which("npm"), shutil.which("node"), find_chromium()
    if npm is None or node is None:
        raise UnavailableError("缺少 npm,请安装:apt-get install npm")
    if chromium is None:
        raise UnavailableError(
            "没有找到 Chromium:请运行 make services,或以 root 运行 apt-get install %(package)s",
            package=PACKAGE,
        )
    # npm writes this list when everything is there.
    if not (_FOLDER / "node_modules" / ".package-lock.json").exists():
        _FOLDER.mkdir(parents=True, exist_ok=True)
        options = ["--no-save", "--ignore-scripts", "--engine-strict", "--no-audit", "--no-fund"]
        subprocess.run([npm, "install", "--prefix", _FOLDER, *options, f"lighthouse@{_VERSION}"], check=True)
    program = _FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js"
    categories = f"--only-categories={','.join(_LIMITS)}"
    return [
        "env",
        f"CHROME_PATH={chromium}",
        node,
        program,
        f"--chrome-flags={_CHROMIUM}",
        categories,
        *("--output=json", "--quiet", "--no-enable-error-reporting"),
    ]


def _report(command: list[str | Path], url: str, page: _Page, folder: Path) -> dict[str, Any]:
    """Return what Lighthouse says of a page, which it looks at first and judges then.

    Raises
    ------
    RuntimeError
        It is not the page that is meant, or Lighthouse could not load it or not judge it.
    """
    with urlopen(url + page.path) as answer:
        if page.sign not in answer.read().decode():
            raise RuntimeError(f"{page.path}: not the {page.name} page")
    shutil.rmtree(folder, ignore_errors=True)
    _run([*command, f"--gather-mode={folder}", url + page.path])
    if not (folder / _TRACE).exists():
        raise RuntimeError(f"{page.path}: did not load")
    slower = _slowdown(folder)
    report = json.loads(
        _run([*command, f"--audit-mode={folder}", f"--throttling.cpuSlowdownMultiplier={slower}"])
    )
    if not all(isinstance(report["categories"][name]["score"], int | float) for name in _LIMITS):
        raise RuntimeError(f"{page.path}: {_costs(report, *_LIMITS)}")
    return report


def _run(command: list[str | Path]) -> str:
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(f"{command[-1]}: {run.stderr}")
    return run.stdout


def _slowdown(folder: Path) -> float:
    """Return how many times slower to take the phone, and note it in what Lighthouse has seen."""
    events = json.loads((folder / _TRACE).read_bytes())["traceEvents"]
    pages = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    tasks = [
        (event["dur"], event["tdur"])
        for event in events
        if event["name"].endswith("RunTask") and "tdur" in event and (event["pid"], event["tid"]) in pages
    ]
    took, computed = (sum(column) for column in zip(*tasks, strict=True))
    slower = round(_SLOWER * min(1, computed / took), 2)
    # It does not judge by other settings than it has looked with.
    seen = folder / "artifacts.json"
    artifacts = json.loads(seen.read_bytes())
    artifacts["settings"]["throttling"]["cpuSlowdownMultiplier"] = slower
    seen.write_text(json.dumps(artifacts))
    return slower


def _lines(name: str, reports: list[dict[str, Any]]) -> list[tuple]:
    moments = (f"{what} {_median_ms(reports, what):.0f} ms" for what in _MOMENTS)
    slower = ", ".join(f"{_slower_of(report):g}" for report in reports)
    print(f"     {name}: {', '.join(moments)}; a phone taken to be {slower} times slower")
    lines = []
    for category, limit in _LIMITS.items():
        score, middle = _median(reports, category)
        if score < limit:
            print(f"     {name}, {category}: {'; '.join(_costs(middle, category))}")
        lines.append((f"Lighthouse, {name} page on a phone: {category}", score, "points", limit, True))
    return lines


def _median(reports: list[dict[str, Any]], category: str) -> tuple[int, dict[str, Any]]:
    """Return the middle one of the scores, of 100, and the report that it is in."""
    scores = [round(100 * report["categories"][category]["score"]) for report in reports]
    median = statistics.median_low(scores)
    return median, reports[scores.index(median)]


def _median_ms(reports: list[dict[str, Any]], audit: str) -> float:
    return statistics.median(report["audits"][audit]["numericValue"] for report in reports)


def _slower_of(report: dict[str, Any]) -> float:
    return report["configSettings"]["throttling"]["cpuSlowdownMultiplier"]


def _costs(report: dict[str, Any], *categories: str) -> list[str]:
    """Return the audits that took points, each with what it found."""
    named = {item["id"]: item for name in categories for item in report["categories"][name]["auditRefs"]}
    audits = [report["audits"][name] for name, item in named.items() if item["weight"]]
    return [
        f"{audit['id']} {audit.get('displayValue') or audit.get('errorMessage') or ''}".strip()
        for audit in audits
        if audit["scoreDisplayMode"] == "error" or (audit["score"] is not None and audit["score"] < 1)
    ]
