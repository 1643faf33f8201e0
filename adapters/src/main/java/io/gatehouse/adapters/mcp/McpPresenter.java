package io.gatehouse.adapters.mcp;

import io.gatehouse.proxy.filter.Denial;
import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Key;
import io.gatehouse.proxy.filter.LocalResponse;
import io.gatehouse.proxy.filter.Presenter;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * Says denials and waiting approvals in MCP. A refused tool call becomes a tool result with {@code isError}, which models
 * read and act on; what HTTP clients act on (401, 407, 429, 5xx) keeps its status and becomes a JSON-RPC error, as does every
 * refusal of anything else.
 */
final class McpPresenter implements Presenter {
    /** The longest that a call is held before it is answered as pending; clients give up after 30 s to 60 s. */
    static final Duration HOLD = Duration.ofSeconds(25);

    private static final Key<Refusal> REFUSAL = new Key<>("mcp refusal");

    private record Refusal(RpcError error, Denial denial) {}

    /** The denial of a message that breaks the protocol; {@link #denied} says it in the protocol's words. */
    static Denial refuse(Exchange exchange, RpcError error) {
        var denial = error.denial();
        exchange.put(REFUSAL, new Refusal(error, denial));
        return denial;
    }

    @Override
    public LocalResponse denied(Exchange exchange, Denial denial) {
        var wire = exchange.get(Wire.KEY);
        var refusal = exchange.get(REFUSAL);
        if (refusal != null && refusal.denial().equals(denial)) {
            var error = refusal.error();
            return Rpc.response(
                    error.status(),
                    Rpc.error(wire == null ? null : wire.id(), error.code(), error.message(), error.data()));
        }
        var facts = Map.of("code", denial.code(), "requestId", exchange.requestId());
        if (wire != null && wire.tool() && !transport(denial.status())) {
            var text = denial.title() + ": " + denial.detail() + " [" + denial.code() + "]";
            return Rpc.response(
                    200,
                    Rpc.result(wire.id(), Rpc.toolError(text, wire.modern(), Map.of("io.gatehouse/denial", facts))));
        }
        int code = denial.status() >= 500 ? -32603 : denial.status(); // outside JSON-RPC's own range
        var response =
                Rpc.response(denial.status(), Rpc.error(wire == null ? null : wire.id(), code, denial.detail(), facts));
        denial.headers().forEach(response.headers()::set);
        return response;
    }

    private static boolean transport(int status) {
        return status == 401 || status == 407 || status == 429 || status >= 500;
    }

    @Override
    public LocalResponse waiting(Exchange exchange, Waiting waiting) {
        var wire = exchange.get(Wire.KEY);
        if (wire == null) {
            throw new IllegalStateException("only a tool call can wait");
        }
        var text = "approval " + waiting.approval() + " pending; repeat the identical call";
        var facts = Map.of(
                "id", waiting.approval(),
                "state", "pending_approval",
                "reason", waiting.reason(),
                "status", waiting.statusPath(),
                "expiresAt", Instant.ofEpochMilli(waiting.expiresAtMillis()).toString());
        return Rpc.response(
                200, Rpc.result(wire.id(), Rpc.toolError(text, wire.modern(), Map.of("io.gatehouse/approval", facts))));
    }

    @Override
    public Duration hold(Exchange exchange) {
        var wire = exchange.get(Wire.KEY);
        return wire != null && wire.tool() ? HOLD : Duration.ZERO;
    }

    @Override
    public boolean findsApprovalByDigest() {
        return true;
    }
}
