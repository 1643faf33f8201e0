package io.gatehouse.proxy.http.target;

import io.gatehouse.proxy.http.message.MalformedException;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.resolver.dns.DnsNameResolverException;
import java.io.IOException;

/** Whose doing it is that something failed on a connection to a target. */
final class Blame {
    private Blame() {}

    /** Whether the target, or the way to it, is to blame. What is not known to be theirs is the gateway's own. */
    static boolean isTargets(Throwable failure) {
        var cause = failure.getCause();
        var root = failure instanceof CodecException && cause != null ? cause : failure; // what TLS reads comes wrapped
        return root instanceof IOException
                || root instanceof MalformedException
                || root instanceof CodecException
                || root instanceof Http2Exception;
    }

    /** As {@link #isTargets}, of a connection that did not come to be: its name and its address are the target's, too. */
    static boolean isTargetsAddress(Throwable failure) {
        return isTargets(failure)
                || failure instanceof DnsNameResolverException
                || failure instanceof IllegalArgumentException; // an address of a kind that is not spoken here
    }
}
