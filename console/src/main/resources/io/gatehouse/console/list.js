import { html } from "./html.js";
import { line } from "./text.js";
import { ago, duration, left } from "./time.js";

/** What each state is called on this page, and how it is coloured. */
export const STATES = {
  pending_approval: ["Waiting", "wait"],
  approved: ["Approved", "good"],
  executing: ["Running", "good"],
  succeeded: ["Approved, ran", "good"],
  failed: ["Approved, failed", "bad"],
  outcome_unknown: ["Outcome unknown", "bad"],
  rejected: ["Denied", "bad"],
  expired: ["Expired", "mute"],
  cancelled: ["Withdrawn", "mute"],
};

export function StateBadge({ state }) {
  const [label, tone] = STATES[state] ?? [state, "mute"];
  return html`<span class="badge ${tone}">${label}</span>`;
}

/** A minute or less is urgent. */
export const urgency = (millis) => (millis <= 60_000 ? "urgent" : "");

function Row({ item, selected, children }) {
  return html`<li>
    <a class="row" href="#/approvals/${item.id}" aria-current=${selected === item.id ? "true" : undefined}>
      <span class="row-title mono">${line(item.title)}</span>
      <span class="row-facts">
        <span>${line(item.requester)}</span>
        ${children}
      </span>
    </a>
  </li>`;
}

function PendingRow({ item, selected, now }) {
  const millis = left(item.expiresAt, now);
  return html`<${Row} item=${item} selected=${selected}>
    <span class="time ${urgency(millis)}">${millis > 0 ? `${duration(millis)} left` : "expired"}</span>
  <//>`;
}

function DecidedRow({ item, selected, now }) {
  return html`<${Row} item=${item} selected=${selected}>
    <${StateBadge} state=${item.state} />
    <span class="time">${ago(item.decidedAt ?? item.finishedAt ?? item.createdAt, now)}</span>
  <//>`;
}

export function ApprovalList({ loaded, pending, more, decided, selected, now, onMore }) {
  return html`<nav class="lists" aria-label="Approvals">
    <section aria-labelledby="pending-heading">
      <h2 id="pending-heading">Waiting <span class="count">${loaded && `${pending.length}${more ? "+" : ""}`}</span></h2>
      ${!loaded
        ? html`<p class="empty">Loading…</p>`
        : pending.length === 0
        ? html`<p class="empty">Nothing waits for a decision. New requests appear here by themselves.</p>`
        : html`<ul>
            ${pending.map((item) => html`<${PendingRow} key=${item.id} item=${item} selected=${selected} now=${now} />`)}
          </ul>`}
      ${more && html`<button class="quiet" onClick=${onMore}>Show more</button>`}
    </section>
    ${decided.length > 0 &&
    html`<section aria-labelledby="decided-heading">
      <h2 id="decided-heading">Recently decided</h2>
      <ul>
        ${decided.map((item) => html`<${DecidedRow} key=${item.id} item=${item} selected=${selected} now=${now} />`)}
      </ul>
    </section>`}
  </nav>`;
}
