package io.gatehouse.admin;

import static io.gatehouse.admin.AdminFixture.ALICE;
import static io.gatehouse.admin.AdminFixture.BOB;
import static io.gatehouse.admin.AdminFixture.TOKENS;
import static io.gatehouse.admin.AdminFixture.bearer;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.admin.AdminFixture.Page;
import io.gatehouse.testkit.MutableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthenticationTest {
    @TempDir
    Path folder;

    private final MutableClock clock = MutableClock.start();
    private AdminFixture admin;

    @BeforeEach
    void start() {
        admin = new AdminFixture(folder, clock);
    }

    @AfterEach
    void stop() {
        admin.close();
    }

    @Test
    void answersEveryWrongCredentialAlike() {
        var answers = List.of(
                        List.of("X-None: 1"),
                        List.of(bearer("wrong")),
                        List.of("Authorization: Bearer"),
                        List.of("Authorization: Basic YWxpY2U6eA=="),
                        List.of("X-API-Key: " + ALICE),
                        List.of(bearer(ALICE), bearer(ALICE)),
                        List.of(bearer(ALICE + "x")),
                        List.of(bearer("x".repeat(2000))))
                .stream()
                .map(headers -> admin.get("/v1/approvals", headers.toArray(String[]::new)))
                .toList();

        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.text().replaceAll("\"requestId\":\"[^\"]*\"", ""))
                    .isEqualTo(answers.getFirst().text().replaceAll("\"requestId\":\"[^\"]*\"", ""));
        });
    }

    @Test
    void refusesWrongTokensBeyondTheBoundAndAlwaysLetsTheRightOneIn() {
        for (int i = 0; i < 10; i++) {
            assertThat(admin.get("/v1/whoami", bearer("guess-" + i)).status()).isEqualTo(401);
        }

        var refused = admin.get("/v1/whoami", bearer("guess"));
        assertThat(refused.status()).isEqualTo(429);
        assertThat(Integer.parseInt(String.valueOf(refused.header("retry-after"))))
                .isBetween(1, 60);
        assertThat(admin.get("/v1/whoami", bearer(ALICE)).status()).isEqualTo(200);
        assertThat(admin.get("/v1/whoami", bearer("guess")).status()).isEqualTo(429);
        assertThat(admin.signIn(ALICE).status()).isEqualTo(201);

        clock.advance(Duration.ofMinutes(1));
        assertThat(admin.get("/v1/whoami", bearer("guess")).status()).isEqualTo(401);
    }

    @Test
    void stopsGuessingAtThePageAndThenAnswersTheRightTokenAlike() {
        for (int i = 0; i < 10; i++) {
            assertThat(admin.signIn("guess-" + i).status()).isEqualTo(401);
        }

        assertThat(admin.signIn("guess").status()).isEqualTo(429);
        assertThat(admin.signIn(ALICE).status()).isEqualTo(429);
        assertThat(admin.get("/v1/whoami", bearer(ALICE)).status()).isEqualTo(200);
        assertThat(admin.get("/v1/whoami", bearer("guess")).status()).isEqualTo(401);

        clock.advance(Duration.ofMinutes(1));
        assertThat(admin.signIn(ALICE).status()).isEqualTo(201);
    }

    @Test
    void recordsEachSignInWithItsEnd() {
        admin.signIn("wrong");
        admin.signIn(ALICE);

        assertThat(admin.audit.events("admin.sign_in"))
                .extracting(event -> event.principal() + " " + event.outcome() + " " + event.clientAddress())
                .containsExactly("null unauthenticated 127.0.0.1", "user:alice signed_in 127.0.0.1");
    }

    @Test
    void signsNobodyInWhoCannotBeRecorded() {
        admin.audit.fail("disk full");

        var page = admin.signIn(ALICE);

        assertThat(page.status()).isEqualTo(503);
        assertThat(page.setCookie()).isEmpty();
    }

    @Test
    void setsACookieThatScriptsAndOtherSitesDoNotGet() {
        var page = admin.signIn(ALICE);

        assertThat(page.setCookie())
                .startsWith("gatehouse_" + admin.port() + "=")
                .contains("; Path=/", "; HttpOnly", "; SameSite=Strict", "; Max-Age=28800")
                .doesNotContain("Domain");
        assertThat(page.cookie().length()).isGreaterThan(43);
    }

    @Test
    void needsCookieAndPageKeyTogether() {
        var page = admin.signIn(ALICE);
        var other = admin.signIn(BOB);

        assertThat(admin.get("/v1/approvals", page.cookie(), page.key()).status())
                .isEqualTo(200);
        assertThat(admin.get("/v1/approvals", page.cookie()).status()).isEqualTo(401);
        assertThat(admin.get("/v1/approvals", page.key()).status()).isEqualTo(401);
        assertThat(admin.get("/v1/approvals", page.cookie(), other.key()).status())
                .isEqualTo(401);
        assertThat(admin.get("/v1/approvals", page.cookie(), other.cookie(), page.key())
                        .status())
                .isEqualTo(401);
        assertThat(admin.get("/v1/approvals", page.cookie(), page.key(), bearer("wrong"))
                        .status())
                .isEqualTo(401);
    }

    @Test
    void refusesForgedCallsOfOtherSites() {
        var page = admin.signIn(ALICE);
        var approval = admin.open("client:assistant", "DELETE /customers/42", "");
        String own = "Origin: http://" + admin.host();

        assertThat(vote(approval.id(), page.cookie(), own)).isEqualTo(401);
        assertThat(vote(approval.id(), page.cookie(), page.key())).isEqualTo(401);
        assertThat(vote(approval.id(), page.cookie(), page.key(), "Origin: http://evil.example"))
                .isEqualTo(403);
        assertThat(vote(approval.id(), page.cookie(), page.key(), "Origin: null"))
                .isEqualTo(403);
        assertThat(vote(approval.id(), page.cookie(), page.key(), "Origin: http://127.0.0.1:1"))
                .isEqualTo(403);
        assertThat(vote(approval.id(), page.cookie(), page.key(), own, "Origin: http://evil.example"))
                .isEqualTo(403);
        assertThat(vote(approval.id(), page.cookie(), page.key(), own, "Sec-Fetch-Site: same-site"))
                .isEqualTo(403);
        assertThat(vote(approval.id(), page.cookie(), page.key(), own, "Sec-Fetch-Site: same-origin"))
                .isEqualTo(404);
    }

    /** The digest is right and the approval is another: what is let in is answered 404. */
    private int vote(String id, String... headers) {
        return admin.post("/v1/approvals/" + id + "x/approve", AdminFixture.vote("", "0".repeat(64)), headers)
                .status();
    }

    @Test
    void neverTakesOverASessionIdThatItWasGiven() {
        String planted = "Cookie: gatehouse_" + admin.port() + "=" + "A".repeat(43);

        var page = admin.signIn(ALICE, planted);

        assertThat(page.cookie()).isNotEqualTo(planted);
        assertThat(admin.get("/v1/whoami", planted, page.key()).status()).isEqualTo(401);
    }

    @Test
    void endsTheSessionBeforeWhenSigningInAgain() {
        var first = admin.signIn(ALICE);

        var second = admin.signIn(BOB, first.cookie());

        assertThat(whoAmI(first)).isEqualTo(401);
        assertThat(whoAmI(second)).isEqualTo(200);
    }

    @Test
    void endsSessionsAtSignOutAndInTime() {
        var one = admin.signIn(ALICE);
        var two = admin.signIn(ALICE);
        String origin = "Origin: http://" + admin.host();

        var signedOut = admin.send("DELETE", "/v1/session", null, one.cookie(), one.key(), origin);
        assertThat(signedOut.status()).isEqualTo(204);
        assertThat(signedOut.header("set-cookie")).contains("Max-Age=0");
        assertThat(whoAmI(one)).isEqualTo(401);

        clock.advance(Duration.ofHours(8).minusSeconds(1));
        assertThat(whoAmI(two)).isEqualTo(200);
        clock.advance(Duration.ofSeconds(1));
        assertThat(whoAmI(two)).isEqualTo(401);
    }

    @Test
    void endsTokensAndTheirSessionsWhenTheyAreReplaced() {
        var alice = admin.signIn(ALICE);
        var bob = admin.signIn(BOB);

        admin.server.replaceTokens(
                TOKENS.stream().filter(token -> token.name().equals("bob")).toList());

        assertThat(whoAmI(alice)).isEqualTo(401);
        assertThat(admin.get("/v1/whoami", bearer(ALICE)).status()).isEqualTo(401);
        assertThat(whoAmI(bob)).isEqualTo(200);
    }

    @Test
    void makesRoomForNewSessionsByEndingTheOldest() {
        var oldest = admin.signIn(ALICE);
        for (int i = 0; i < AdminSettings.Limits.DEFAULTS.sessions(); i++) {
            admin.signIn(BOB);
        }

        assertThat(whoAmI(oldest)).isEqualTo(401);
    }

    private int whoAmI(Page page) {
        return admin.get("/v1/whoami", page.cookie(), page.key()).status();
    }
}
