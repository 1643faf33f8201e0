package io.gatehouse.proxy;

/** What a listener speaks. */
public enum Protocol {
    HTTP1("http/1.1"),
    HTTP2("h2");

    private final String alpnName;

    Protocol(String alpnName) {
        this.alpnName = alpnName;
    }

    /** As TLS negotiates it (RFC 7301). */
    public String alpnName() {
        return alpnName;
    }
}
