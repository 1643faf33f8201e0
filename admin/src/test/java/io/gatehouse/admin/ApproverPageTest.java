package io.gatehouse.admin;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static io.gatehouse.admin.AdminFixture.ALICE;
import static io.gatehouse.admin.AdminFixture.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.gatehouse.approvals.Approval;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The approver page in Chromium, found by the system property {@code chromium} or on the path. Screenshots go to
 * {@code target/screenshots}.
 */
@Tag("real")
class ApproverPageTest {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static Playwright playwright;
    private static Browser browser;

    @TempDir
    Path folder;

    /** Console errors and uncaught exceptions; a violated content security policy is one of them. */
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    /** What a resource may fail to load for. */
    private String tolerated = "the server responded with a status of";

    private AdminFixture admin;
    private BrowserContext context;
    private Page page;

    @BeforeAll
    static void launch() {
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium())
                        .setHeadless(true)
                        .setArgs(List.of(
                                "--headless",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync")));
    }

    @AfterAll
    static void quit() {
        browser.close();
        playwright.close();
    }

    private static Path chromium() {
        String given = System.getProperty("chromium");
        if (given != null) {
            return Path.of(given);
        }
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(directory -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError("these tests need chromium on the path"));
    }

    @BeforeEach
    void start() {
        admin = new AdminFixture(folder, InstantSource.system());
        open(ColorScheme.LIGHT, 1280, 900);
    }

    private void open(ColorScheme scheme, int width, int height) {
        context = browser.newContext(new Browser.NewContextOptions()
                .setColorScheme(scheme)
                .setLocale("en-GB")
                .setViewportSize(width, height));
        page = context.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                complaints.add(message.text() + " " + message.location());
            }
        });
        page.onPageError(complaints::add);
    }

    @AfterEach
    void stop() {
        context.close();
        admin.close();
        // Chromium itself reports there what did not load; that is what these tests provoke
        complaints.removeIf(text -> text.startsWith("Failed to load resource: " + tolerated));
        assertThat(complaints).isEmpty();
    }

    @Test
    void signsInWithTheRightTokenOnly() {
        page.navigate("http://" + admin.host() + "/");
        assertThat(page.getByLabel("Token")).isFocused();
        screenshot("sign-in");

        signIn("wrong");
        assertThat(page.getByRole(AriaRole.ALERT)).hasText("This token is not valid.");
        assertThat(page.getByLabel("Token")).isFocused();
        screenshot("sign-in-refused");

        signIn(ALICE);
        assertThat(page.getByText("Nothing waits for a decision.")).isVisible();
        assertThat(page.getByText("Live")).isVisible();

        page.reload();
        assertThat(page.getByText("Signed in as alice")).isVisible();
        button("Sign out").click();
        assertThat(page.getByText("You are signed out.")).isVisible();
        page.reload();
        assertThat(page.getByLabel("Token")).isVisible();
    }

    @Test
    void showsWhatWillBeDoneAndApprovesIt() {
        enter();
        var approval = admin.open("client:support-assistant", "crm: delete_customer", BODY);
        row("crm: delete_customer").click();

        var detail = page.getByRole(AriaRole.ARTICLE);
        assertThat(detail.getByRole(AriaRole.HEADING).first()).isFocused();
        assertThat(detail).containsText("deleting a customer cannot be undone");
        assertThat(detail).containsText("client:support-assistant");
        assertThat(detail).containsText("85 of 100");
        assertThat(detail.locator("pre")).hasText(BODY);
        screenshot("pending");

        page.getByLabel("Reason").fill("Ticket 4711: the customer asked for it.");
        button("Approve").click();

        assertThat(page.locator("#result")).hasText("Approved. It may now run once, exactly as shown.");
        assertThat(page.locator("#result")).isFocused();
        assertThat(detail).containsText("user:alice");
        assertThat(button("Approve")).hasCount(0);
        assertThat(page.getByText("Recently decided")).isVisible();
        screenshot("approved");
        assertThat(stored(approval)).contains("\"state\":\"approved\"", "Ticket 4711");
    }

    private static final String BODY = """
            {
              "customer": 42,
              "cascade": true,
              "reason": "duplicate of 17"
            }""";

    @Test
    void deniesWithAReason() {
        enter();
        var approval = admin.open("client:support-assistant", "DELETE /customers/42", "");
        row("DELETE /customers/42").click();

        button("Deny").click();
        assertThat(page.getByRole(AriaRole.ALERT)).hasText("Give a reason to deny this request.");
        assertThat(page.getByLabel("Reason")).isFocused();

        page.getByLabel("Reason").fill("Not this customer.");
        button("Deny").click();

        assertThat(page.locator("#result")).hasText("Denied. It will not run.");
        screenshot("denied");
        assertThat(stored(approval)).contains("\"state\":\"rejected\"", "Not this customer.");
    }

    @Test
    void saysThatSomebodyElseWasFaster() {
        enter();
        var approval = admin.open("client:support-assistant", "DELETE /customers/42", "");
        row("DELETE /customers/42").click();
        assertThat(button("Approve")).isEnabled();
        // holds back the news, so that the page still shows what is no longer so
        context.route("**/v1/approvals/" + approval.id(), route -> route.abort());
        admin.vote(approval, false, "not today", AdminFixture.bearer(BOB));
        button("Approve").click();

        assertThat(page.locator("#result"))
                .hasText("This request was already decided. Your decision was not needed and not recorded.");
        context.unroute("**/v1/approvals/" + approval.id());
        complaints.removeIf(text -> text.contains("ERR_FAILED"));
        assertThat(stored(approval)).contains("\"state\":\"rejected\"");
    }

    @Test
    void saysWhyARequesterMayNotDecide() {
        enter();
        admin.open("user:alice", "DELETE /customers/42", "");
        row("DELETE /customers/42").click();

        button("Approve").click();

        assertThat(page.getByRole(AriaRole.ALERT).first())
                .hasText("You asked for this yourself. Somebody else has to decide it.");
        assertThat(button("Approve")).isEnabled();
        screenshot("self-approval");
    }

    @Test
    void showsWhatWouldBeHiddenAndNeverAsMarkup() {
        enter();
        String hostile = "<img src=x onerror=alert(1)>\u202Etxt.exe\u200B \u05D0\u05D1 \u001B[2J";
        admin.open("client:assistant", "run " + hostile, hostile + "\n{\"path\": \"/tmp/\u202Efdp.sh\"}");
        row("run <img").click();

        var detail = page.getByRole(AriaRole.ARTICLE);
        assertThat(detail).containsText("Hidden characters.");
        assertThat(detail.locator("h1 .hidden-character")).hasText(new String[] {"U+202E", "U+200B", "U+001B"});
        assertThat(detail.locator("pre")).containsText("<img src=x onerror=alert(1)>U+202Etxt.exe");
        assertThat(detail.locator("img")).hasCount(0);
        screenshot("hidden-characters");
    }

    @Test
    void tellsWhenTheGatewayIsGone() {
        enter();
        tolerated = "net::ERR_";
        admin.server.close();

        assertThat(page.getByText("Connection lost, trying again")).isVisible();
    }

    @Test
    void endsWhenTheTokenIsWithdrawn() {
        enter();
        admin.server.replaceTokens(List.of());
        admin.open("client:assistant", "DELETE /customers/42", "");

        assertThat(page.getByText("Your session has ended. Sign in again.")).isVisible();
    }

    @Test
    void isReadableInTheDarkAndOnAPhone() {
        admin.open("client:billing-bot", "POST /invoices/9001/refund", "{\"amount\": 12500, \"currency\": \"EUR\"}");
        admin.open(
                "client:support-assistant",
                "crm: delete_customer",
                BODY,
                List.of(AdminFixture.level(Set.of("approver"), 2)));
        context.close();
        open(ColorScheme.DARK, 1280, 900);
        enter();
        row("crm: delete_customer").click();
        assertThat(page.getByText("0 of 2 approvals by role approver")).isVisible();
        screenshot("dark");
        context.close();

        open(ColorScheme.LIGHT, 390, 844);
        enter();
        assertThat(row("crm: delete_customer")).isVisible();
        screenshot("phone-list");
        row("POST /invoices/9001/refund").click();
        assertThat(button("Deny")).isVisible();
        screenshot("phone");
        long overflow = ((Number)
                        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .longValue();
        assertThat(overflow).isZero();
        page.getByText("All approvals").click();
        assertThat(row("crm: delete_customer")).isVisible();
    }

    private void enter() {
        page.navigate("http://" + admin.host() + "/");
        signIn(ALICE);
        assertThat(page.getByText("Signed in as alice")).isVisible();
    }

    private void signIn(String token) {
        page.getByLabel("Token").fill(token);
        button("Sign in").click();
    }

    private Locator button(String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private Locator row(String title) {
        return page.getByRole(AriaRole.LINK).filter(new Locator.FilterOptions().setHasText(title));
    }

    private String stored(Approval approval) {
        return admin.get("/v1/approvals/" + approval.id(), AdminFixture.bearer(BOB))
                .text();
    }

    private void screenshot(String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(SCREENSHOTS.resolve(name + ".png"))
                .setFullPage(true));
    }
}
