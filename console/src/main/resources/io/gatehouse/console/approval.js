import { html, Component } from "./html.js";
import { vote } from "./api.js";
import { hiddenCount, line, lines } from "./text.js";
import { at, duration, left } from "./time.js";
import { StateBadge, urgency } from "./list.js";

/** What a refused vote means, for the person who cast it. */
const REFUSALS = {
  self_approval: "You asked for this yourself. Somebody else has to decide it.",
  not_an_approver: "You are not among the approvers of this request. Nothing was recorded.",
  already_voted: "You have already decided this request. Your first decision stands.",
  approval_conflict: "This request was already decided. Your decision was not needed and not recorded.",
  approval_expired: "This request has expired. It can no longer be approved or run.",
  approval_mismatch: "The record is no longer what you were shown. Read it again before you decide.",
  approval_unknown: "This request no longer exists.",
  offline: "The connection was lost, so it is not known whether your decision arrived. It is checked as soon as the gateway answers.",
  unavailable: "The gateway cannot record decisions now. Nothing was recorded; try again.",
};

const OUTCOMES = {
  approved: "Approved. It may now run once, exactly as shown.",
  executing: "Approved, and running now.",
  succeeded: "Approved. It ran once and succeeded.",
  failed: "Approved. It ran once, and the engine answered with a failure.",
  outcome_unknown: "Approved. It may have run: the gateway lost sight of it, and will never run it again by itself.",
  rejected: "Denied. It will not run.",
  expired: "Expired. It will not run.",
  cancelled: "Withdrawn by the requester. It will not run.",
};

function Facts({ item }) {
  return html`<dl class="facts">
    <div><dt>Requested by</dt><dd class="mono">${line(item.requester)}</dd></div>
    <div><dt>Route</dt><dd class="mono">${line(item.route)}</dd></div>
    ${item.facts.map((fact) => html`<div><dt>${line(fact.name)}</dt><dd class="mono">${line(fact.value)}</dd></div>`)}
    <div><dt>Requested at</dt><dd><time datetime=${item.createdAt}>${at(item.createdAt)}</time></dd></div>
  </dl>`;
}

function Reasons({ item }) {
  return html`<ul class="reasons">
    ${item.demands.map((demand) => html`<li>${line(demand.reason || "Approval is required.")} <span class="source mono">${line(demand.source)}</span></li>`)}
  </ul>`;
}

function Content({ item }) {
  const hidden = hiddenCount(item.title) + hiddenCount(item.body);
  return html`
    ${hidden > 0 &&
    html`<p class="notice warn">
      <strong>Hidden characters.</strong> ${" "}${hidden === 1 ? "One character" : `${hidden} characters`} in this request would
      be invisible or reorder the text. They are spelled out below.
    </p>`}
    ${item.body === ""
      ? html`<p class="empty">No arguments and no body.</p>`
      : html`<pre class="body" tabindex="0" aria-label="Arguments or body"><code>${lines(item.body)}</code></pre>`}
  `;
}

const people = (level) => [...level.roles.map((role) => `role ${role}`), ...level.names].join(" or ");

function Votes({ item }) {
  return html`<ol class="levels">
    ${item.levels.map((level, index) => {
      const votes = item.votes.filter((given) => given.level === index);
      const approvals = votes.filter((given) => given.approve).length;
      return html`<li>
        <p>${approvals} of ${level.quorum} ${level.quorum === 1 ? "approval" : "approvals"} by ${line(people(level))}</p>
        ${votes.map(
          (given) => html`<p class="vote">
            <span class="badge ${given.approve ? "good" : "bad"}">${given.approve ? "Approved" : "Denied"}</span>
            <span class="mono">${line(given.approver)}</span> <time datetime=${given.at}>${at(given.at)}</time>
            ${given.reason && html`<q>${line(given.reason)}</q>`}
          </p>`,
        )}
      </li>`;
    })}
  </ol>`;
}

function Evidence({ item }) {
  return html`<details class="evidence">
    <summary>Digests and policy versions</summary>
    <dl class="facts">
      <div><dt>Approval</dt><dd class="mono">${item.id}</dd></div>
      <div><dt>Decision digest</dt><dd class="mono">${item.decisionDigest}</dd></div>
      <div><dt>Request digest</dt><dd class="mono">${item.requestDigest}</dd></div>
      <div><dt>Request id</dt><dd class="mono">${line(item.requestId)}</dd></div>
      ${item.policies.map((policy) => html`<div><dt>Policy ${line(policy.id)}</dt><dd class="mono">${policy.hash}</dd></div>`)}
      <div><dt>Policy set</dt><dd class="mono">${item.policyVersion}</dd></div>
    </dl>
  </details>`;
}

class DecisionForm extends Component {
  state = { busy: null, error: null };

  decide = async (approve) => {
    const reason = this.reason.value.trim();
    if (!approve && reason === "") {
      this.setState({ error: "Give a reason to deny this request." });
      this.reason.focus();
      return;
    }
    this.setState({ busy: approve ? "approve" : "deny", error: null });
    try {
      const { item, onDecided } = this.props;
      onDecided(await vote(item.id, approve, reason, item.decisionDigest));
    } catch (error) {
      this.setState({ busy: null });
      this.props.onRefused(error, REFUSALS[error.code] ?? error.message);
    }
  };

  render({ closed }, { busy, error }) {
    const disabled = busy !== null || closed;
    return html`<form class="decision" onSubmit=${(event) => event.preventDefault()} aria-label="Your decision">
      <label for="reason">Reason <span class="hint">required to deny; kept with the decision</span></label>
      <textarea
        id="reason"
        ref=${(element) => (this.reason = element)}
        rows="2"
        maxlength="1000"
        disabled=${disabled}
        aria-invalid=${error ? "true" : "false"}
        aria-describedby=${error ? "reason-error" : undefined}
      ></textarea>
      <p id="reason-error" class="field-error" role="alert" hidden=${!error}>${error}</p>
      <div class="buttons">
        <button type="button" class="approve" disabled=${disabled} onClick=${() => this.decide(true)}>
          ${busy === "approve" ? "Approving…" : "Approve"}
        </button>
        <button type="button" class="deny" disabled=${disabled} onClick=${() => this.decide(false)}>
          ${busy === "deny" ? "Denying…" : "Deny"}
        </button>
        <p class="hint">An approval is for exactly what is shown, once.</p>
      </div>
    </form>`;
  }
}

/** One approval, whole: what will be done, why it was stopped, and the decision. */
export class ApprovalDetail extends Component {
  componentDidMount() {
    this.heading.focus();
  }

  componentDidUpdate(previous) {
    const { item, result } = this.props;
    if (previous.item.id !== item.id) this.heading.focus();
    else if (result !== null && result !== previous.result) this.outcome.focus();
  }

  render({ item, result, now, onDecided, onRefused }) {
    const pending = item.state === "pending_approval";
    const millis = left(item.expiresAt, now);
    return html`<article class="detail" aria-labelledby="detail-title">
      <a class="back" href="#/">All approvals</a>
      <header>
        <p class="status">
          <${StateBadge} state=${item.state} />
          ${pending &&
          html`<span class="time ${urgency(millis)}">${millis > 0 ? `expires in ${duration(millis)}` : "expired"}</span>`}
        </p>
        <h1 id="detail-title" class="mono" tabindex="-1" ref=${(element) => (this.heading = element)}>${line(item.title)}</h1>
      </header>
      ${result && html`<p
        id="result"
        class="notice ${result.tone}"
        role=${result.tone === "bad" ? "alert" : "status"}
        tabindex="-1"
        ref=${(element) => (this.outcome = element)}
      >
        ${result.text}
      </p>`}
      ${!pending && !result && html`<p class="notice info">${OUTCOMES[item.state] ?? item.state}${item.outcome && html` <span class="mono">${line(item.outcome)}</span>`}</p>`}
      <section aria-labelledby="what-heading"><h2 id="what-heading">What will be done</h2><${Content} item=${item} /></section>
      <section aria-labelledby="why-heading"><h2 id="why-heading">Why it was stopped</h2><${Reasons} item=${item} /></section>
      <section aria-labelledby="who-heading"><h2 id="who-heading">Who asks, and from where</h2><${Facts} item=${item} /></section>
      <section aria-labelledby="votes-heading"><h2 id="votes-heading">Approvals</h2><${Votes} item=${item} /></section>
      ${pending &&
      html`<${DecisionForm} key=${item.id} item=${item} closed=${millis <= 0} onDecided=${onDecided} onRefused=${onRefused} />`}
      <${Evidence} item=${item} />
    </article>`;
  }
}

/** What the approver is told after a vote that counted. */
export function confirmation(item) {
  return OUTCOMES[item.state] ?? "Your approval is recorded. More approvals are needed before it may run.";
}
