package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.RawResponse;
import io.gatehouse.testkit.Script;
import io.gatehouse.testkit.TestOrigin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An approval runs exactly the request that was approved, and that once: from socket to socket. */
class ApprovedRequestTest {
    private static final Pattern ID = Pattern.compile("apr_[0-9a-z]{26}");
    private static final String CONFIG = """
            version: 1
            server:
              listeners: [{ name: public, address: "127.0.0.1:0" }]
              admin: { address: "127.0.0.1:0", tokens: [{ name: ada, token: "${APPROVER}" }] }
              drain: 1s
            stores: { database: "sqlite:gatehouse.db" }
            policies: { files: [policies.yaml] }
            audit: { folder: audit }
            upstreams: { origin: { targets: ["http://127.0.0.1:@ORIGIN@"] } }
            routes:
              - name: all
                match: { path: /** }
                to: origin
                risk: 80
                boundHeaders: [X-Bound]
                filters:
                  - request-id
                  - api-key: { keys: [{ client: agent, key: "${KEY}", roles: [agent] }] }
                  - authorize
                  - approve
            """;
    private static final String POLICIES = """
            policies:
              - { id: agents, effect: permit, target: { roles: [agent] } }
              - { id: risky, effect: require-approval, target: { roles: [agent] }, when: action.risk >= 70, reason: risky }
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit makes it
    Path folder;

    private final TestOrigin origin = TestOrigin.start(Script.json("{}"));

    @SuppressWarnings("NullAway.Init") // started before every test
    private RunningGateway gateway;

    @BeforeEach
    void start() throws IOException {
        Files.writeString(folder.resolve("policies.yaml"), POLICIES);
        gateway = RunningGateway.start(folder, CONFIG.replace("@ORIGIN@", Integer.toString(origin.port())));
    }

    @AfterEach
    void stop() {
        gateway.close();
        origin.close();
    }

    /** A request in its parts. */
    record Sent(String method, String target, String host, String bound, String free, String body) {
        static final Sent BASE =
                new Sent("POST", "/orders/7/refund?full=true&to=a", "api.example", "b1", "f1", "{\"amount\": 12.50}");

        Sent withMethod(String value) {
            return new Sent(value, target, host, bound, free, body);
        }

        Sent withTarget(String value) {
            return new Sent(method, value, host, bound, free, body);
        }

        Sent withHost(String value) {
            return new Sent(method, target, value, bound, free, body);
        }

        Sent withBound(String value) {
            return new Sent(method, target, host, value, free, body);
        }

        Sent withFree(String value) {
            return new Sent(method, target, host, bound, value, body);
        }

        Sent withBody(String value) {
            return new Sent(method, target, host, bound, free, value);
        }

        String bytes(String approval) {
            return method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer "
                    + RunningGateway.KEY
                    + "\r\n" + (bound.isEmpty() ? "" : "X-Bound: " + bound + "\r\n")
                    + (free.isEmpty() ? "" : "Accept-Language: " + free + "\r\n")
                    + (approval.isEmpty() ? "" : "Gatehouse-Approval: " + approval + "\r\n")
                    + "Content-Length: " + body.getBytes(StandardCharsets.ISO_8859_1).length + "\r\n\r\n" + body;
        }
    }

    /** One way to write another request; {@code same}: the gateway must take it for the approved one. */
    record Mutation(String name, boolean same, BiFunction<Sent, Random, Sent> change) {}

    private static final List<Mutation> MUTATIONS = List.of(
            new Mutation("nothing", true, (sent, random) -> sent),
            new Mutation("unbound header", true, (sent, random) -> sent.withFree("f" + random.nextInt())),
            new Mutation("no unbound header", true, (sent, random) -> sent.withFree("")),
            new Mutation("case of the host", true, (sent, random) -> sent.withHost("API.Example")),
            new Mutation(
                    "dot segments",
                    true,
                    (sent, random) -> sent.withTarget("/x" + random.nextInt(9) + "/.." + sent.target)),
            new Mutation(
                    "escaped letter",
                    true,
                    (sent, random) -> sent.withTarget(sent.target.replace("/orders", "/%6frders"))),
            new Mutation("byte of the body", false, (sent, random) -> sent.withBody(flip(sent.body, random))),
            new Mutation(
                    "longer body",
                    false,
                    (sent, random) -> sent.withBody(sent.body + " ".repeat(1 + random.nextInt(3)))),
            new Mutation(
                    "shorter body",
                    false,
                    (sent, random) -> sent.withBody(sent.body.substring(0, random.nextInt(sent.body.length())))),
            new Mutation(
                    "method",
                    false,
                    (sent, random) -> sent.withMethod(
                            List.of("PUT", "PATCH", "DELETE", "PURGE").get(random.nextInt(4)))),
            new Mutation(
                    "path",
                    false,
                    (sent, random) ->
                            sent.withTarget(sent.target.replace("/7/", "/" + (8 + random.nextInt(99)) + "/"))),
            new Mutation(
                    "case of the path",
                    false,
                    (sent, random) -> sent.withTarget(sent.target.replace("refund", "Refund"))),
            new Mutation(
                    "slash at the end of the path",
                    false,
                    (sent, random) -> sent.withTarget(sent.target.replace("refund?", "refund/?"))),
            new Mutation("query value", false, (sent, random) -> sent.withTarget(sent.target + random.nextInt())),
            new Mutation("query order", false, (sent, random) -> sent.withTarget("/orders/7/refund?to=a&full=true")),
            new Mutation(
                    "query escape", false, (sent, random) -> sent.withTarget(sent.target.replace("to=a", "to=%61"))),
            new Mutation("no query", false, (sent, random) -> sent.withTarget("/orders/7/refund")),
            new Mutation("empty query", false, (sent, random) -> sent.withTarget("/orders/7/refund?")),
            new Mutation("host", false, (sent, random) -> sent.withHost("api" + random.nextInt(99) + ".example")),
            new Mutation("port", false, (sent, random) -> sent.withHost(sent.host + ":" + (1 + random.nextInt(999)))),
            new Mutation("bound header", false, (sent, random) -> sent.withBound(sent.bound + random.nextInt(99))),
            new Mutation("no bound header", false, (sent, random) -> sent.withBound("")),
            new Mutation(
                    "bound header twice",
                    false,
                    (sent, random) -> sent.withBound(sent.bound + "\r\nX-Bound: " + random.nextInt(99))));

    private static String flip(String body, Random random) {
        var bytes = body.getBytes(StandardCharsets.ISO_8859_1);
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(7));
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private String approved(Sent sent) throws IOException, InterruptedException {
        try (var client = gateway.client()) {
            var waiting = client.exchange(sent.bytes(""));
            assertThat(waiting.status()).isEqualTo(202);
            var id = ID.matcher(waiting.text());
            assertThat(id.find()).isTrue();
            gateway.approve(id.group());
            return id.group();
        }
    }

    @Test
    void fiveHundredMutationsNeverRideOnAnApprovalThatIsNotTheirs() throws Exception {
        var random = new Random(20261122);
        var id = approved(Sent.BASE);
        var wrong = new ArrayList<String>();
        int calls = 0;
        for (int i = 0; i < 506; i++) {
            var mutation = MUTATIONS.get(i % MUTATIONS.size());
            RawResponse answer;
            try (var client = gateway.client()) {
                answer = client.exchange(
                        mutation.change().apply(Sent.BASE, random).bytes(id));
            }
            boolean ran = answer.status() == 200;
            if (ran != mutation.same() || (!ran && answer.status() != 403)) {
                wrong.add(mutation.name() + ": " + answer.status() + " " + answer.text());
            }
            if (ran) {
                calls++;
                id = approved(Sent.BASE);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(calls).isEqualTo(22 * 6);
        assertThat(origin.calls()).isEqualTo(calls);
        assertThat(origin.requests()).allSatisfy(seen -> {
            assertThat(seen.target()).isEqualTo(Sent.BASE.target());
            assertThat(seen.text()).isEqualTo(Sent.BASE.body());
            assertThat(seen.headers().has("gatehouse-approval")).isFalse();
            assertThat(seen.headers().has("authorization")).isFalse();
        });
    }

    @Test
    void twoHundredConcurrentUsesRunOnce() throws Exception {
        var id = approved(Sent.BASE);
        var answers = new ArrayList<Future<Integer>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Integer> use = () -> {
                try (var client = gateway.client()) {
                    return client.exchange(Sent.BASE.bytes(id)).status();
                }
            };
            for (int i = 0; i < 200; i++) {
                answers.add(threads.submit(use));
            }
        }
        var statuses = new ArrayList<Integer>();
        for (var answer : answers) {
            statuses.add(status(answer));
        }
        assertThat(statuses).filteredOn(status -> status == 200).hasSize(1);
        assertThat(statuses).filteredOn(status -> status == 409).hasSize(199);
        assertThat(origin.calls()).isEqualTo(1);
    }

    private static int status(Future<Integer> answer) throws InterruptedException, ExecutionException {
        return answer.get();
    }

    @Test
    void aRunWhoseEndNobodySawIsNeverRunAgain() throws Exception {
        var id = approved(Sent.BASE);
        origin.next(Script.close());
        try (var client = gateway.client()) {
            assertThat(client.exchange(Sent.BASE.bytes(id)).status()).isEqualTo(502);
            var again = client.exchange(Sent.BASE.bytes(id));
            assertThat(again.status()).isEqualTo(409);
            assertThat(again.text()).contains("approval_used");
        }
        assertThat(origin.calls()).isEqualTo(1);
    }

    @Test
    void aRequestThatWasNeverSentMayBeSentAgain() throws Exception {
        var id = approved(Sent.BASE);
        origin.close();
        try (var client = gateway.client()) {
            var answer = client.exchange(Sent.BASE.bytes(id));
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.text()).contains("upstream_unreachable");
        }
        try (var back = TestOrigin.start(origin.port(), Script.json("{}"))) {
            org.awaitility.Awaitility.await().untilAsserted(() -> {
                try (var client = gateway.client()) {
                    assertThat(client.exchange(Sent.BASE.bytes(id)).status()).isEqualTo(200);
                }
            });
            assertThat(back.calls()).isEqualTo(1);
        }
    }

    @Test
    void aReloadTakesPoliciesAtOnceAndAFaultyOneChangesNothing() throws Exception {
        Files.writeString(folder.resolve("policies.yaml"), "policies: [{ id: none, effect: forbid }]\n");
        assertThat(gateway.gateway().reload().errors()).isEmpty();
        try (var client = gateway.client()) {
            assertThat(client.exchange(Sent.BASE.bytes("")).status()).isEqualTo(403);
        }
        Files.writeString(folder.resolve("policies.yaml"), "policies: [{ id: none, effect: permitt }]\n");
        assertThat(gateway.gateway().reload().errors()).isNotEmpty();
        try (var client = gateway.client()) {
            assertThat(client.exchange(Sent.BASE.bytes("")).status()).isEqualTo(403);
        }
        assertThat(origin.calls()).isZero();
    }
}
