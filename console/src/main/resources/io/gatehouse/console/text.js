// Text that strangers wrote. Whatever a reader could not see, or would see in another order, is spelled out.
import { html } from "./html.js";

/** Controls, format and bidi characters, odd spaces, fillers, variation selectors and tags, private and unassigned ones. */
const HIDDEN =
  /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180F\u2800\u3164\uFFA0\uFFFC\uFE00-\uFE0F\u{E0100}-\u{E01EF}]|(?! )\p{Zs}/gu;

const NAMES = {
  0x09: "TAB",
  0x0a: "LINE FEED",
  0x0d: "CARRIAGE RETURN",
  0x1b: "ESCAPE",
  0xa0: "NO-BREAK SPACE",
  0xad: "SOFT HYPHEN",
  0x200b: "ZERO WIDTH SPACE",
  0x200c: "ZERO WIDTH NON-JOINER",
  0x200d: "ZERO WIDTH JOINER",
  0x200e: "LEFT-TO-RIGHT MARK",
  0x200f: "RIGHT-TO-LEFT MARK",
  0x202a: "LEFT-TO-RIGHT EMBEDDING",
  0x202b: "RIGHT-TO-LEFT EMBEDDING",
  0x202c: "POP DIRECTIONAL FORMATTING",
  0x202d: "LEFT-TO-RIGHT OVERRIDE",
  0x202e: "RIGHT-TO-LEFT OVERRIDE",
  0x2060: "WORD JOINER",
  0x2066: "LEFT-TO-RIGHT ISOLATE",
  0x2067: "RIGHT-TO-LEFT ISOLATE",
  0x2068: "FIRST STRONG ISOLATE",
  0x2069: "POP DIRECTIONAL ISOLATE",
  0xfeff: "ZERO WIDTH NO-BREAK SPACE",
};

const codePoint = (character) => `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;

/** One line: every hidden character is shown, line breaks too. */
export const line = (text) => html`<bdi class="line">${spell(text, () => false)}</bdi>`;

/** Several lines: line breaks and tabs stay what they are. */
export const lines = (text) => spell(text, (character) => character === "\n" || character === "\t");

/** How many characters of `text` are shown as their code points. */
export const hiddenCount = (text) =>
  [...text.matchAll(HIDDEN)].filter(([character]) => character !== "\n" && character !== "\t").length;

function spell(text, keeps) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(HIDDEN)) {
    const [character] = match;
    if (keeps(character)) continue;
    parts.push(text.slice(from, match.index), mark(character));
    from = match.index + character.length;
  }
  parts.push(text.slice(from));
  return parts;
}

function mark(character) {
  const name = NAMES[character.codePointAt(0)];
  const code = codePoint(character);
  return html`<span class="hidden-character" title=${name ? `${code} ${name}` : code}>${code}</span>`;
}
