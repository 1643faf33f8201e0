import { html, render, Component } from "./html.js";
import * as api from "./api.js";
import { follow } from "./events.js";
import { SignIn } from "./sign-in.js";
import { ApprovalList } from "./list.js";
import { ApprovalDetail, confirmation } from "./approval.js";

const TICK_MILLIS = 1000;
const announcements = document.getElementById("announcements");

/** Read out by screen readers, and nowhere else on the page. */
function announce(text) {
  announcements.textContent = text;
}

const selectedId = () => /^#\/approvals\/([A-Za-z0-9_-]{1,64})$/.exec(location.hash)?.[1] ?? null;

class App extends Component {
  state = {
    who: null,
    starting: api.signedIn(),
    notice: null,
    online: true,
    loaded: false,
    pending: [],
    cursor: null,
    decided: [],
    item: null,
    missing: false,
    result: null,
    now: Date.now(),
  };

  async componentDidMount() {
    addEventListener("hashchange", () => this.select());
    setInterval(() => this.setState({ now: Date.now() }), TICK_MILLIS);
    if (!api.signedIn()) return;
    try {
      this.enter(await api.whoAmI());
    } catch (error) {
      this.leave(error.status === 401 ? "Your session has ended. Sign in again." : error.message);
    }
  }

  enter = (who) => {
    this.setState({ who, starting: false, notice: null });
    this.stream = new AbortController();
    this.select();
    this.refresh();
    follow({
      signal: this.stream.signal,
      changed: () => this.refresh(),
      connection: (online) => this.setState({ online }),
      ended: (error) => this.leave(error.status === 403 ? error.message : "Your session has ended. Sign in again."),
    });
  };

  leave(notice) {
    this.stream?.abort();
    api.forgetSession();
    document.title = "Approvals - Gatehouse";
    this.setState({ who: null, starting: false, notice, loaded: false, pending: [], decided: [], item: null, result: null, online: true });
  }

  signOut = async () => {
    this.stream.abort();
    const ended = await api.signOut().then(() => true, () => false);
    this.leave(ended ? "You are signed out." : "The gateway could not be told. This browser can no longer use the session.");
  };

  /** Reads the lists anew, and the open approval where it has changed. */
  async refresh() {
    try {
      const [waiting, newest] = await Promise.all([api.pending(), api.newest()]);
      this.tellOfNew(waiting.items);
      const decided = newest.items.filter((item) => item.state !== "pending_approval").slice(0, 12);
      this.setState({ loaded: true, pending: waiting.items, cursor: waiting.next_cursor, decided, online: true });
      if (selectedId() !== null) await this.load(selectedId());
    } catch (error) {
      this.failed(error);
    }
  }

  more = async () => {
    try {
      const page = await api.pending(this.state.cursor);
      this.setState(({ pending }) => ({ pending: [...pending, ...page.items], cursor: page.next_cursor }));
    } catch (error) {
      this.failed(error);
    }
  };

  tellOfNew(items) {
    const known = new Set(this.state.pending.map((item) => item.id));
    const fresh = items.filter((item) => !known.has(item.id)).length;
    if (fresh > 0) announce(`${fresh} new ${fresh === 1 ? "request waits" : "requests wait"} for a decision.`);
    document.title = `${items.length > 0 ? `(${items.length}) ` : ""}Approvals - Gatehouse`;
  }

  select() {
    this.setState({ item: null, missing: false, result: null });
    const id = selectedId();
    if (id !== null && api.signedIn()) this.load(id);
  }

  async load(id) {
    try {
      const item = await api.approval(id);
      if (id === selectedId()) this.setState({ item, missing: false });
    } catch (error) {
      if (error.code === "approval_unknown") this.setState({ item: null, missing: true });
      else this.failed(error);
    }
  }

  failed(error) {
    if (error.status === 401) this.leave("Your session has ended. Sign in again.");
    else this.setState({ online: false });
  }

  decided = (item) => {
    this.setState({ item, result: { tone: item.state === "rejected" ? "info" : "good", text: confirmation(item) } });
    this.refresh();
  };

  refused = (error, text) => {
    if (error.status === 401) return this.leave("Your session has ended. Sign in again. Nothing was recorded.");
    this.setState({ result: { tone: "bad", text } });
    this.refresh();
  };

  render(_, { who, starting, notice }) {
    if (starting) return html`<p class="unseen" role="status">Loading</p>`;
    if (who === null) return html`<${SignIn} notice=${notice} onSignedIn=${this.enter} />`;
    return html`${this.banner()}<div class="shell ${selectedId() === null ? "" : "with-detail"}">
      <${ApprovalList}
        loaded=${this.state.loaded}
        pending=${this.state.pending}
        more=${this.state.cursor !== null}
        decided=${this.state.decided}
        selected=${selectedId()}
        now=${this.state.now}
        onMore=${this.more}
      />
      <main>${this.detail()}</main>
    </div>`;
  }

  banner() {
    const { who, online } = this.state;
    return html`<header class="banner">
      <a class="brand" href="#/"><img src="/console/icon.svg" alt="" width="24" height="24" /> Gatehouse <span>Approvals</span></a>
      <p class="connection ${online ? "on" : "off"}" role="status">${online ? "Live" : "Connection lost, trying again"}</p>
      <p class="who"><span class="unseen">Signed in as </span>${who.id}</p>
      <button class="quiet" onClick=${this.signOut}>Sign out</button>
    </header>`;
  }

  detail() {
    const { item, missing, result, now } = this.state;
    if (item !== null) {
      return html`<${ApprovalDetail}
        item=${item}
        result=${result}
        now=${now}
        onDecided=${this.decided}
        onRefused=${this.refused}
      />`;
    }
    if (missing) return html`<p class="placeholder">There is no such approval.</p>`;
    if (selectedId() !== null) return html`<p class="placeholder">Loading…</p>`;
    return html`<p class="placeholder">Choose a request to see exactly what would be done.</p>`;
  }
}

render(html`<${App} />`, document.getElementById("app"));
