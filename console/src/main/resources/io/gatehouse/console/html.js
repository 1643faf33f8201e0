// Views are plain functions that return these elements; text never becomes markup.
import { h } from "./vendor/preact.mjs";
import htm from "./vendor/htm.mjs";

export { render, Component } from "./vendor/preact.mjs";
export const html = htm.bind(h);
