package io.gatehouse.adapters.mcp;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a request of the modern era must say about itself: in {@code _meta}, and alike in its headers. */
final class ModernLane {
    private ModernLane() {}

    /** Whether a message is of the modern era, by its header or its body. */
    static boolean claims(HttpHeaders headers, Incoming message) {
        var version = message.meta().get(Meta.VERSION);
        boolean inBody = version instanceof String text ? Versions.modern(text) : version != null;
        return inBody || headers.getAll("mcp-protocol-version").stream().anyMatch(Versions::modern);
    }

    /** What is wrong with the envelope, or {@code null}. */
    static @Nullable RpcError fault(HttpHeaders headers, Incoming.Request request) {
        var meta = request.meta();
        if (!(meta.get(Meta.VERSION) instanceof String version)) {
            return RpcError.badEnvelope("expected _meta to hold " + Meta.VERSION);
        }
        if (!(meta.get(Meta.CLIENT_CAPABILITIES) instanceof Map)) {
            return RpcError.badEnvelope("expected _meta to hold " + Meta.CLIENT_CAPABILITIES);
        }
        if (!headers.getAll("mcp-protocol-version").equals(List.of(version))) {
            return RpcError.headerMismatch("expected one MCP-Protocol-Version with the body's version");
        }
        if (!version.equals(Versions.MODERN)) {
            return RpcError.unsupportedVersion(version);
        }
        if (!headers.getAll("mcp-method").equals(List.of(request.method()))) {
            return RpcError.headerMismatch("expected one Mcp-Method with the body's method");
        }
        return null;
    }

    /** What is wrong with the headers that mirror a tool call, or {@code null}. */
    static @Nullable RpcError fault(HttpHeaders headers, ToolCall call) {
        var names = headers.getAll("mcp-name");
        if (names.size() != 1 || !call.tool().name().equals(HeaderText.decode(names.getFirst()))) {
            return RpcError.headerMismatch("expected one Mcp-Name with the body's tool");
        }
        var mismatch = call.tool().headers().mismatch(call.arguments(), headers::getAll);
        return mismatch == null
                ? null
                : RpcError.headerMismatch("expected one " + mismatch + " with the body's argument");
    }
}
