package io.gatehouse.adapters.mcp;

import io.gatehouse.proxy.filter.Denial;
import java.util.Map;

/**
 * A refusal in the protocol's own words.
 *
 * @param code of JSON-RPC or of the specification
 * @param status HTTP status that carries it
 * @param name stable code for logs, metrics and audit
 * @param data further facts; empty for none
 */
record RpcError(int code, int status, String name, String message, Map<String, Object> data) {
    static RpcError parse(String message) {
        return new RpcError(-32700, 400, "malformed_message", "Parse error: " + message, Map.of());
    }

    static RpcError invalidRequest(String message) {
        return new RpcError(-32600, 400, "invalid_request", "Invalid request: " + message, Map.of());
    }

    static RpcError methodNotFound(boolean modern) {
        return new RpcError(-32601, modern ? 404 : 200, "method_not_found", "Method not found", Map.of());
    }

    static RpcError badEnvelope(String message) {
        return new RpcError(-32602, 400, "invalid_params", "Invalid params: " + message, Map.of());
    }

    static RpcError invalidParams(String message) {
        return new RpcError(-32602, 200, "invalid_params", "Invalid params: " + message, Map.of());
    }

    static RpcError unknownTool(String name) {
        return new RpcError(
                -32602,
                200,
                "unknown_tool",
                "Unknown tool: " + (name.length() > 128 ? name.substring(0, 128) + "..." : name),
                Map.of());
    }

    static RpcError headerMismatch(String message) {
        return new RpcError(-32020, 400, "header_mismatch", "Header mismatch: " + message, Map.of());
    }

    static RpcError unsupportedVersion(String requested) {
        return new RpcError(
                -32022,
                400,
                "unsupported_protocol_version",
                "Unsupported protocol version",
                Map.of("supported", Versions.ALL, "requested", requested));
    }

    static RpcError sessionMissing() {
        return invalidRequest("expected `MCP-Protocol-Version: " + Versions.MODERN
                + "`, an initialize request, or one `Mcp-Session-Id`");
    }

    static RpcError sessionUnknown() {
        return new RpcError(-32600, 404, "unknown_session", "Session not found: initialize again", Map.of());
    }

    /** How the rest of the gateway counts and records it; its status is never below 400. */
    Denial denial() {
        return new Denial(name, status < 400 ? 400 : status, message, message);
    }

    /** Thrown while a message is read; carries no stack. */
    @SuppressWarnings("serial") // never serialised
    static final class Refused extends RuntimeException {
        private final transient RpcError error;

        Refused(RpcError error) {
            super(error.message(), null, false, false);
            this.error = error;
        }

        RpcError error() {
            return error;
        }
    }
}
