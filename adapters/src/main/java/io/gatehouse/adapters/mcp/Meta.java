package io.gatehouse.adapters.mcp;

import java.util.Map;

/** Keys of {@code _meta}. */
final class Meta {
    static final String VERSION = "io.modelcontextprotocol/protocolVersion";
    static final String CLIENT_CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";
    static final String CLIENT_INFO = "io.modelcontextprotocol/clientInfo";
    static final String SERVER_INFO = "io.modelcontextprotocol/serverInfo";

    /** What the gateway's own requests to a modern server carry. */
    static final Map<String, Object> CLIENT =
            Map.of(VERSION, Versions.MODERN, CLIENT_CAPABILITIES, Map.of(), CLIENT_INFO, Rpc.IMPLEMENTATION);

    private Meta() {}
}
