package io.gatehouse.approvals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.approvals.RequestDigest.HttpRequest;
import io.gatehouse.approvals.RequestDigest.Subject;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RequestDigestTest {
    private static final Subject SUBJECT = new Subject("acme", "client", "agent", "crm");

    @Test
    void hashesTheBytesThatTheDocumentGives() throws Exception {
        var request = new HttpRequest(
                "POST",
                "Api.Example.COM:8443",
                "/a",
                null,
                Map.of("X-Mode", List.of("dry", "run"), "x-none", List.of()));
        byte[] body = "{}".getBytes(StandardCharsets.UTF_8);

        var expected = new Encoded()
                .text("gatehouse/request/http/1")
                .text("acme")
                .text("client")
                .text("agent")
                .text("crm")
                .text("POST")
                .text("api.example.com:8443")
                .text("/a")
                .text(null)
                .count(2)
                .text("x-mode")
                .count(2)
                .text("dry")
                .text("run")
                .text("x-none")
                .count(0)
                .text("{}");
        assertThat(RequestDigest.ofHttp(SUBJECT, request, ByteBuffer.wrap(body)))
                .isEqualTo(expected.sha256());
    }

    @Test
    void hashesTheBytesOfACallThatTheDocumentGives() throws Exception {
        var expected = new Encoded()
                .text("gatehouse/request/call/1")
                .text("acme")
                .text("client")
                .text("agent")
                .text("crm")
                .text("mcp\ndelete {\"id\":\"Zoë\"}");

        assertThat(RequestDigest.ofCall(SUBJECT, "mcp\ndelete {\"id\":\"Zoë\"}"))
                .isEqualTo(expected.sha256());
    }

    @Test
    void decisionDigestHashesTheBytesThatTheDocumentGives() throws Exception {
        ApprovalDraft draft = Samples.draft();

        var expected = new Encoded()
                .text("gatehouse/decision/1")
                .text(draft.requestDigest())
                .text("crm: delete_customer")
                .text("{\"id\": 42, \"note\": \"Zoë\"}")
                .count(2)
                .text("risk")
                .text("80")
                .text("address")
                .text("192.0.2.7")
                .count(1)
                .text("dangerous")
                .text("cd".repeat(32));
        assertThat(DecisionDigest.of(draft)).isEqualTo(expected.sha256());
    }

    @Test
    void leavesTheBodyAsItWas() {
        ByteBuffer body = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}).position(1);

        String digest = RequestDigest.ofHttp(SUBJECT, request(), body);

        assertThat(body.position()).isEqualTo(1);
        assertThat(digest).isEqualTo(RequestDigest.ofHttp(SUBJECT, request(), ByteBuffer.wrap(new byte[] {2, 3, 4})));
    }

    @Test
    void refusesTextWithoutBytesOfItsOwn() {
        assertThatThrownBy(() -> RequestDigest.ofCall(SUBJECT, "\ud800"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected text, got an unpaired surrogate");
    }

    @Test
    void refusesAHeaderThatIsNamedTwice() {
        var headers = Map.of("X-Mode", List.of("a"), "x-mode", List.of("b"));

        assertThatThrownBy(() -> new HttpRequest("GET", "h", "/", null, headers))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is named twice");
    }

    private static HttpRequest request() {
        return new HttpRequest("GET", "h", "/", null, Map.of());
    }

    /** The encoding once more, as somebody would write it who has read the document only. */
    private static final class Encoded {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final DataOutputStream out = new DataOutputStream(bytes);

        Encoded text(@Nullable String text) throws IOException {
            if (text == null) {
                return count(-1);
            }
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            out.writeLong(utf8.length);
            out.write(utf8);
            return this;
        }

        Encoded count(long count) throws IOException {
            out.writeLong(count);
            return this;
        }

        String sha256() throws Exception {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
        }
    }
}
