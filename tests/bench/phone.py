"""How long a phone computes over 5,000 stations: distances, filters, open states, sorting; 4 times slower."""

import subprocess
from pathlib import Path

from tests.bench.cities import write_csv
from tests.services.browser import PHONE, running_browser
from tests.services.server import YIZHAN, clean_environment, running_server

__all__ = ["measure_phone"]

_STATIONS = 5000
_SLOWER = 4
_FRAME_MS = 16
# A question as a rider asks it: a kind, two facilities, open now, nearest first.
_FILTER = """async ([rounds]) => {
  const base = document.querySelector('script[type=module]').src.replace(/js\\/.*/, "js/");
  const [{ fetchPack }, near] = await Promise.all([import(base + "pack.js"), import(base + "near.js")]);
  const pack = await fetchPack("rest");
  const here = { lon: 113.66, lat: 34.75 };
  const wants = { kinds: ["care_station"], facilities: ["toilet", "drinking_water"], when: "now" };
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    const metres = near.distances(pack, here);
    const found = near.matching(pack, wants, { at: Date.now() });
    near.byDistance(found.rows, metres).slice(0, 20);
    times.push(performance.now() - start);
    await new Promise((next) => setTimeout(next));
  }
  // The first rounds are the compiler's.
  const settled = times.slice(rounds / 4).sort((a, b) => a - b);
  return [pack.count, settled[settled.length >> 1]];
}"""


def measure_phone(folder: Path) -> list[tuple]:
    """Return (what, value, unit, limit, at_least)."""
    home = folder / "phone"
    write_csv(folder / "phone.csv", _STATIONS)
    load = [YIZHAN, "load", "stations", folder / "phone.csv", "--crs", "wgs84"]
    subprocess.run(load, env=clean_environment(home), check=True, capture_output=True)
    with running_server(home) as url, running_browser() as browser:
        page = browser.new_context(**PHONE).new_page()
        page.goto(f"{url}/")
        session = page.context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
        count, ms = page.evaluate(_FILTER, [200])
    what = f"filter and sort {count:,} stations on a phone {_SLOWER} times slower"
    return [(what, ms, "ms", _FRAME_MS, False)]
