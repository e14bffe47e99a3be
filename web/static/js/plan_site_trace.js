// How far the search for a plan is: the best value found and the bound on all, over the seconds gone by.

const [WIDTH, HEIGHT] = [360, 220];
const [LEFT, RIGHT, TOP, BOTTOM] = [68, 348, 12, 186];
const STEPS = 4;
const NS = "http://www.w3.org/2000/svg";

// drawTrace(svg, [[seconds, value or null, bound or null], ...])
export function drawTrace(svg, trace) {
  const line = (part) => trace.filter((one) => one[part] !== null).map((one) => [one[0], one[part]]);
  const [value, bound] = [line(1), line(2)];
  const ys = [...value, ...bound].map((point) => point[1]);
  if (!ys.length) return;
  const down = marks(Math.min(...ys), Math.max(...ys));
  const across = marks(0, Math.max(...trace.map(([seconds]) => seconds), 1));
  const x = (seconds) => LEFT + (seconds / across[across.length - 1]) * (RIGHT - LEFT);
  const y = (number) => BOTTOM - ((number - down[0]) / (down[down.length - 1] - down[0])) * (BOTTOM - TOP);
  const names = new Intl.NumberFormat(document.documentElement.lang, { notation: compact(down) });
  const unit = document.documentElement.lang.startsWith("zh") ? "秒" : "s";
  const last = trace[trace.length - 1][0];
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  svg.replaceChildren(
    ...down.flatMap((mark) => [
      made("path", { class: "grid", d: `M${LEFT} ${y(mark)}H${RIGHT}` }),
      made("text", { class: "down", x: LEFT - 8, y: y(mark) }, names.format(mark)),
    ]),
    ...across.map((mark) => made("text", { class: "across", x: x(mark), y: BOTTOM + 20 }, `${mark} ${unit}`)),
    ...[["bound", bound], ["value", value]].map(([kind, points]) =>
      made("polyline", { class: kind, points: stairs(points, last).map((point) => `${x(point[0])},${y(point[1])}`).join(" ") }),
    ),
  );
}

// What was known holds until more is.
function stairs(points, last) {
  const found = [];
  for (const [seconds, number] of points) {
    if (found.length) found.push([seconds, found[found.length - 1][1]]);
    found.push([seconds, number]);
  }
  if (found.length) found.push([last, found[found.length - 1][1]]);
  return found;
}

// Round numbers from one not above the lowest to one not below the highest.
function marks(low, high) {
  const wide = high > low ? high - low : Math.max(Math.abs(low) * 0.1, 1);
  const ten = 10 ** Math.floor(Math.log10(wide / STEPS));
  const step = [1, 2, 5, 10].map((part) => part * ten).find((one) => one >= (wide / STEPS) * (1 - 1e-9));
  const first = Math.floor(low / step + 1e-9);
  const count = Math.max(Math.ceil((low + wide) / step - 1e-9) - first, 1);
  return Array.from({ length: count + 1 }, (_, number) => Number(((first + number) * step).toPrecision(12)));
}

// Long numbers in a small picture are told in thousands, as long as they can still be told apart.
function compact(numbers) {
  return numbers[numbers.length - 1] >= 1e5 && numbers[1] - numbers[0] >= 1e3 ? "compact" : "standard";
}

function made(name, attributes, text = "") {
  const element = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  return element;
}
