package io.gatehouse.proxy.http.origin;

import io.gatehouse.proxy.address.Address;
import io.gatehouse.proxy.address.Networks;
import io.gatehouse.proxy.filter.ClientCertificate;
import io.gatehouse.proxy.http.message.FlatHeaders;
import io.gatehouse.proxy.http.message.RequestHead;
import io.netty.util.AsciiString;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Who is at the other end of a client's connection. One a connection, used on its event loop only. Not SPI. */
public final class ClientOrigin {
    /** Characters that are remembered of what a proxy says; chains of proxies are shorter. */
    private static final int LONGEST_KEPT = 1024;

    private final Networks trusted;
    private final @Nullable Address peer;
    private final @Nullable SSLSession session;
    private final RequestOrigin direct;
    /** What a trusted proxy said last, and what came of it: one that sends on for one client says the same again. */
    private @Nullable FlatHeaders lastSaid;

    private @Nullable RequestOrigin lastOrigin;
    private boolean certificateRead;
    private @Nullable ClientCertificate certificate;

    /**
     * Who is there.
     *
     * @param trusted whose word on their own clients is taken
     * @param peer the address of the socket, or what a PROXY protocol header said instead
     * @param session after the handshake, or {@code null} where the connection is clear text
     */
    public ClientOrigin(Networks trusted, @Nullable Address peer, @Nullable SSLSession session) {
        this.trusted = trusted;
        this.peer = peer;
        this.session = session;
        this.direct = new RequestOrigin(List.of(peer == null ? "" : peer.text()), session != null);
    }

    /** Where requests come from that no trusted proxy passes on. */
    public RequestOrigin direct() {
        return direct;
    }

    /** Where a request comes from, or {@code null} where the trusted proxies contradict themselves. */
    @Nullable
    public RequestOrigin of(RequestHead head) {
        var said = head.forwarding;
        var from = peer;
        if (said == null || from == null || !trusted.contain(from)) {
            return direct;
        }
        if (lastOrigin != null && isSame(said, lastSaid)) {
            return lastOrigin;
        }
        var origin = new Forwarders(trusted, from, session != null).judge(said);
        boolean kept = isShort(said);
        lastOrigin = kept ? origin : null;
        lastSaid = kept ? said : null;
        return origin;
    }

    private static boolean isShort(FlatHeaders said) {
        int length = 0;
        for (int i = 0; i < said.fieldCount(); i++) {
            length += said.valueAt(i).length();
        }
        return length <= LONGEST_KEPT;
    }

    private static boolean isSame(FlatHeaders said, @Nullable FlatHeaders before) {
        if (before == null || said.fieldCount() != before.fieldCount()) {
            return false;
        }
        for (int i = 0; i < said.fieldCount(); i++) {
            if (!said.nameAt(i).equals(before.nameAt(i))
                    || !AsciiString.contentEquals(said.valueAt(i), before.valueAt(i))) {
                return false;
            }
        }
        return true;
    }

    /**
     * The certificate that the client showed, or {@code null}.
     *
     * @throws IllegalArgumentException where it cannot be read
     */
    @Nullable
    public ClientCertificate certificate() {
        if (!certificateRead && session != null) {
            certificate = read(session);
            certificateRead = true;
        }
        return certificate;
    }

    private static @Nullable ClientCertificate read(SSLSession session) {
        try {
            return session.getPeerCertificates()[0] instanceof X509Certificate shown
                    ? ClientCertificate.of(shown)
                    : null;
        } catch (SSLPeerUnverifiedException none) {
            return null;
        }
    }
}
