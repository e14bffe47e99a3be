// What a plan's figures are called in words: the twin of geo/report/plan_words.py for a choice of one's own.

import { fill } from "./saying.js";

const SAME = 1e-9;

// sayer(told) -> { value, difference, rules }; `told` is what the page brought of the plan, and what they are given what
// `worth` of plan_site_value.js returns.
export function sayer({ words, objective, measure, whole, mean, best }) {
  const cost = (value, digits) =>
    measure === "seconds"
      ? fill(words.minutes, { cost: number(value / 60, 1) })
      : fill(words.metres, { cost: number(value, digits) });
  const told = {
    cover: (value) => number(value, 0),
    all: (value) => fill(words.count, { count: number(value, 0) }),
    // A sum over all demand is told as what it is for one; what a place changes of that is little.
    distance: (value, digits) => cost(value * mean, digits),
    farthest: (value) => cost(value, 0),
  };
  const worse = (value) => (objective === "cover" ? best - value : value - best);

  // Of all demand, as shares are told.
  const points = (loss) => (whole ? number((100 * Math.abs(loss)) / whole, 2) : words.unknown);

  return {
    value({ value, beyond }) {
      if (beyond !== null) return fill(words.beyond, { value: told[objective](beyond, 0) });
      if (!Number.isFinite(value)) return words.unknown;
      if (objective !== "cover" || !whole) return told[objective](value, 0);
      return fill(words.share, { share: `${((100 * value) / whole).toFixed(1)}%`, weight: number(value, 0) });
    },
    // Against the plan: "" where it is the same.
    difference({ value, beyond, unserved }) {
      if (beyond !== null) return words.farther;
      if (unserved || !Number.isFinite(value)) return words.lacking;
      const loss = worse(value);
      if (Math.abs(loss) <= SAME * Math.max(Math.abs(best), 1)) return "";
      const part = objective === "cover" ? points(loss) : best ? `${((100 * Math.abs(loss)) / Math.abs(best)).toFixed(2)}%` : words.unknown;
      return fill(loss > 0 ? words.worse : words.better, { amount: told[objective](Math.abs(loss), 1), part });
    },
    rules(names) {
      const called = names.map((name) => words.rule[name.split(":")[0]] || name);
      return fill(words.broken, { rules: [...new Set(called)].join(words.and) });
    },
  };
}

function number(value, digits) {
  return new Intl.NumberFormat("en-US", { maximumFractionDigits: digits }).format(value);
}
