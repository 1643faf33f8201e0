import { html, Component } from "./html.js";
import { signIn } from "./api.js";

const messages = {
  unauthenticated: "This token is not valid.",
  offline: "The gateway cannot be reached. Is it running?",
};

function explain(error) {
  if (error.code === "too_many_attempts") return `Too many attempts. Try again in ${error.retryAfter} seconds.`;
  return messages[error.code] ?? error.message;
}

export class SignIn extends Component {
  state = { error: null, busy: false };

  componentDidMount() {
    this.field.focus();
  }

  submit = async (event) => {
    event.preventDefault();
    const token = this.field.value.trim();
    if (token === "") return this.fail("Enter your token.");
    this.setState({ busy: true, error: null });
    try {
      this.props.onSignedIn(await signIn(token));
    } catch (error) {
      this.field.value = "";
      this.fail(explain(error));
    }
  };

  fail(error) {
    this.setState({ busy: false, error });
    this.field.focus();
  }

  render({ notice }, { error, busy }) {
    return html`<main class="sign-in">
      <form class="card" onSubmit=${this.submit} novalidate>
        <img class="mark" src="/console/icon.svg" alt="" width="40" height="40" />
        <h1>Gatehouse approvals</h1>
        <p class="lead">Sign in with your admin token to see what waits for a decision.</p>
        ${notice && html`<p class="notice info" role="status">${notice}</p>`}
        <label for="token">Token</label>
        <input
          id="token"
          ref=${(element) => (this.field = element)}
          type="password"
          autocomplete="current-password"
          autocapitalize="off"
          spellcheck=${false}
          aria-invalid=${error ? "true" : "false"}
          aria-describedby=${error ? "sign-in-error" : "token-hint"}
        />
        <p id="token-hint" class="hint">The token itself is not stored in the browser.</p>
        <p id="sign-in-error" class="notice bad" role="alert" hidden=${!error}>${error}</p>
        <button class="primary" type="submit" disabled=${busy}>${busy ? "Signing in…" : "Sign in"}</button>
      </form>
    </main>`;
  }
}
