package io.gatehouse.admin;

import static io.gatehouse.admin.AdminFixture.ALICE;
import static io.gatehouse.admin.AdminFixture.BOB;
import static io.gatehouse.admin.AdminFixture.CAROL;
import static io.gatehouse.admin.AdminFixture.PROMETHEUS;
import static io.gatehouse.admin.AdminFixture.bearer;
import static io.gatehouse.admin.AdminFixture.vote;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.approvals.Approval;
import io.gatehouse.testkit.MutableClock;
import io.gatehouse.testkit.RawResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ApprovalApiTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

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
    void showsWhatIsAskedAndWhy() {
        var approval = admin.open("client:assistant", "crm: delete_customer", "{\"id\":42}");

        var shown = json(admin.get("/v1/approvals/" + approval.id(), bearer(ALICE)));

        assertThat(shown.get("state").asString()).isEqualTo("pending_approval");
        assertThat(shown.get("title").asString()).isEqualTo("crm: delete_customer");
        assertThat(shown.get("body").asString()).isEqualTo("{\"id\":42}");
        assertThat(shown.get("requester").asString()).isEqualTo("client:assistant");
        assertThat(shown.get("decisionDigest").asString()).isEqualTo(approval.decisionDigest());
        assertThat(shown.at("/demands/0/reason").asString()).isEqualTo("deleting a customer cannot be undone");
        assertThat(shown.get("facts").valueStream().map(fact -> fact.get("name").asString()))
                .containsExactly("Risk", "Client address", "Host");
    }

    @Test
    void approvesWhatWasSeen() {
        var approval = admin.open("client:assistant", "DELETE /customers/42", "");

        var answer = admin.vote(approval, true, "asked for by support", bearer(ALICE));

        assertThat(answer.status()).isEqualTo(200);
        var after = json(answer);
        assertThat(after.get("state").asString()).isEqualTo("approved");
        assertThat(after.at("/votes/0/approver").asString()).isEqualTo("user:alice");
        assertThat(after.at("/votes/0/reason").asString()).isEqualTo("asked for by support");
    }

    @Test
    void deniesWithAReasonAndNotWithout() {
        var approval = admin.open("client:assistant", "DELETE /customers/42", "");

        assertRefused(admin.vote(approval, false, "  ", bearer(ALICE)), 400, "reason_required");
        var denied = admin.vote(approval, false, "wrong customer", bearer(ALICE));

        assertThat(json(denied).get("state").asString()).isEqualTo("rejected");
    }

    @Test
    void refusesAVoteOnSomethingElseThanWasSeen() {
        var approval = admin.open("client:assistant", "DELETE /customers/42", "");
        String path = "/v1/approvals/" + approval.id() + "/approve";

        assertRefused(admin.post(path, vote("", "0".repeat(64)), bearer(ALICE)), 409, "approval_mismatch");
        assertRefused(admin.post(path, "{\"reason\":\"\"}", bearer(ALICE)), 400, "invalid_request");
        assertThat(state(approval)).isEqualTo("pending_approval");
    }

    @Test
    void refusesTheSecondVote() {
        var approval = admin.open("client:assistant", "DELETE /customers/42", "");
        admin.vote(approval, true, "", bearer(ALICE));

        assertRefused(admin.vote(approval, true, "", bearer(ALICE)), 409, "approval_conflict");
        assertRefused(admin.vote(approval, false, "too late", bearer(BOB)), 409, "approval_conflict");
        assertThat(state(approval)).isEqualTo("approved");
    }

    @Test
    void countsEachApproverOnceTowardsTheQuorum() {
        var approval = admin.open(
                "client:assistant", "DELETE /customers/42", "", List.of(AdminFixture.level(Set.of("approver"), 2)));

        assertThat(json(admin.vote(approval, true, "", bearer(ALICE)))
                        .get("state")
                        .asString())
                .isEqualTo("pending_approval");
        assertRefused(admin.vote(approval, true, "", bearer(ALICE)), 409, "already_voted");
        assertThat(json(admin.vote(approval, true, "", bearer(BOB)))
                        .get("state")
                        .asString())
                .isEqualTo("approved");
    }

    @Test
    void refusesALateVote() {
        var approval = admin.open("client:assistant", "DELETE /customers/42", "");

        clock.advance(Duration.ofMinutes(11));

        var refused = admin.vote(approval, true, "", bearer(ALICE));
        assertThat(refused.status()).isEqualTo(409);
        assertThat(json(refused).get("code").asString()).isIn("approval_expired", "approval_conflict");
        assertThat(state(approval)).isEqualTo("expired");
    }

    @Test
    void refusesTheRequesterAndWhoIsNoApprover() {
        var own = admin.open("user:alice", "DELETE /customers/42", "");

        assertRefused(admin.vote(own, true, "", bearer(ALICE)), 403, "self_approval");
        assertRefused(admin.vote(own, false, "no", bearer(ALICE)), 403, "self_approval");
        assertRefused(admin.vote(own, true, "", bearer(CAROL)), 403, "not_an_approver");
        assertThat(state(own)).isEqualTo("pending_approval");
    }

    @Test
    void oneOfManyConcurrentVotesDecides() throws InterruptedException {
        var approval = admin.open("client:assistant", "DELETE /customers/42", "");
        var statuses = java.util.Collections.synchronizedList(new ArrayList<Integer>());

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, 40)
                    .forEach(i -> threads.execute(() ->
                            statuses.add(admin.vote(approval, true, "", bearer(i % 2 == 0 ? ALICE : BOB))
                                    .status())));
        }

        assertThat(statuses).hasSize(40).containsOnly(200, 409);
        assertThat(statuses.stream().filter(status -> status == 200)).hasSize(1);
    }

    @Test
    void pagesThroughTheNewestFirst() {
        var ids = new ArrayList<String>();
        for (int i = 0; i < 5; i++) {
            ids.addFirst(
                    admin.open("client:assistant", "DELETE /customers/" + i, "").id());
            clock.advance(Duration.ofMillis(10));
        }

        var first = json(admin.get("/v1/approvals?limit=3&state=pending_approval", bearer(ALICE)));
        var second = json(admin.get(
                "/v1/approvals?limit=3&state=pending_approval&cursor="
                        + first.get("next_cursor").asString(),
                bearer(ALICE)));

        assertThat(ids(first)).containsExactlyElementsOf(ids.subList(0, 3));
        assertThat(ids(second)).containsExactlyElementsOf(ids.subList(3, 5));
        assertThat(second.get("next_cursor").isNull()).isTrue();
    }

    @Test
    void refusesOddQueries() {
        for (var query : List.of(
                "limit=0",
                "limit=101",
                "limit=x",
                "limit=1&limit=2",
                "state=PENDING",
                "cursor=!!",
                "page=2",
                "%zz=1")) {
            assertThat(admin.get("/v1/approvals?" + query, bearer(ALICE)).status())
                    .as(query)
                    .isEqualTo(400);
        }
    }

    @Test
    void knowsNoApprovalButItsOwn() {
        assertRefused(admin.get("/v1/approvals/apr_unknown", bearer(ALICE)), 404, "approval_unknown");
        assertRefused(
                admin.post("/v1/approvals/apr_unknown/approve", vote("", "0".repeat(64)), bearer(ALICE)),
                404,
                "approval_unknown");
        assertRefused(admin.get("/v1/approvals/..%2fmetrics", bearer(ALICE)), 404, "not_found");
    }

    @Test
    void keepsMetricsTokensAwayFromApprovals() {
        assertRefused(admin.get("/v1/approvals", bearer(PROMETHEUS)), 403, "forbidden");
        assertRefused(admin.get("/v1/approvals/events", bearer(PROMETHEUS)), 403, "forbidden");
    }

    @Test
    void readsVotesStrictly() {
        var approval = admin.open("client:assistant", "DELETE /customers/42", "");
        String digest = approval.decisionDigest();
        for (var body : List.of(
                "",
                "null",
                "[]",
                "{",
                "{\"decisionDigest\":\"" + digest + "\"} {}",
                "{\"decisionDigest\":\"" + digest + "\",\"reason\":7}",
                "{\"decisionDigest\":\"" + digest + "\",\"force\":true}",
                "{\"decisionDigest\":\"" + "0".repeat(64) + "\",\"decisionDigest\":\"" + digest + "\"}",
                "{\"decisionDigest\":\"" + digest + "\",\"reason\":\"" + "x".repeat(1001) + "\"}")) {
            assertThat(admin.post("/v1/approvals/" + approval.id() + "/approve", body, bearer(ALICE))
                            .status())
                    .as(body)
                    .isEqualTo(400);
        }
        var asForm = admin.post(
                "/v1/approvals/" + approval.id() + "/approve",
                vote("", digest),
                bearer(ALICE),
                "Content-Type: text/plain");
        assertRefused(asForm, 400, "invalid_request");
        assertThat(state(approval)).isEqualTo("pending_approval");
    }

    @Test
    void recordsNothingWhileTheAuditLogFails() {
        var approval = admin.open("client:assistant", "DELETE /customers/42", "");
        admin.audit.fail("disk full");

        assertRefused(admin.vote(approval, true, "", bearer(ALICE)), 503, "unavailable");
        assertThat(state(approval)).isEqualTo("pending_approval");
    }

    @Test
    void tellsOpenStreamsOfEachChange() {
        try (var client = admin.connect()) {
            client.send(admin.request("GET", "/v1/approvals/events", null, bearer(ALICE)));
            var head = client.readHead();
            assertThat(head.header("content-type")).isEqualTo("text/event-stream");
            assertThat(nextEvent(client)).isEqualTo("{\"pending\":0,\"more\":false}");

            var approval = admin.open("client:assistant", "DELETE /customers/42", "");
            assertThat(nextEvent(client)).isEqualTo("{\"pending\":1,\"more\":false}");

            admin.vote(approval, true, "", bearer(ALICE));
            assertThat(nextEvent(client)).isEqualTo("{\"pending\":0,\"more\":false}");
        }
    }

    private static String nextEvent(io.gatehouse.testkit.RawClient client) {
        var text = new StringBuilder();
        while (!text.toString().matches("(?s).*data: [^\n]*\n\n.*")) {
            text.append((char) client.readBytes(1)[0]);
        }
        return text.toString().replaceAll("(?s).*data: ([^\n]*)\n\n.*", "$1");
    }

    private String state(Approval approval) {
        return json(admin.get("/v1/approvals/" + approval.id(), bearer(ALICE)))
                .get("state")
                .asString();
    }

    private static List<String> ids(JsonNode page) {
        return page.get("items")
                .valueStream()
                .map(item -> item.get("id").asString())
                .toList();
    }

    private static JsonNode json(RawResponse response) {
        return MAPPER.readTree(response.body());
    }

    private static void assertRefused(RawResponse response, int status, String code) {
        assertThat(response.status()).as(response.toString()).isEqualTo(status);
        assertThat(json(response).get("code").asString()).isEqualTo(code);
    }
}
