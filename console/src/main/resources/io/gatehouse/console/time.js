// Times for people.

const clock = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
];

export const at = (text) => clock.format(new Date(text));

/** A duration in its two largest units: `4 min 12 s`. */
export function duration(millis) {
  let rest = Math.max(0, millis);
  const parts = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 || parts.length > 0) parts.push(`${count} ${unit}`);
  }
  return parts.slice(0, 2).join(" ") || "0 s";
}

export const left = (text, now) => Math.max(0, Date.parse(text) - now);

/** `12 min ago`, in one unit, since lists are scanned. */
export function ago(text, now) {
  const millis = now - Date.parse(text);
  for (const [unit, size] of UNITS) {
    if (millis >= size) return `${Math.floor(millis / size)} ${unit} ago`;
  }
  return "just now";
}
