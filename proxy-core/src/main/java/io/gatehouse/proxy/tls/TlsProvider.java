package io.gatehouse.proxy.tls;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** Which engine shakes hands: BoringSSL where it is there and works, else the JDK's, which costs about four times as much. */
final class TlsProvider {
    private static final int MOST_STEPS = 1_000;

    private TlsProvider() {}

    /** The engines to try, best first. */
    static SslProvider preferred() {
        return OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
    }

    /**
     * Shakes hands with itself: a native library may load, and still fail every handshake.
     *
     * @throws SSLException where it does not work
     */
    static void prove(SslContext server, SslProvider provider, boolean clientsShowCertificates) throws SSLException {
        if (clientsShowCertificates) {
            return; // there is no client certificate to shake hands with; another listener, or the first client, shows
            // it
        }
        var client = SslContextBuilder.forClient()
                .sslProvider(provider)
                // the partner is this very process, and nothing is sent
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm(null)
                .build();
        var allocator = UnpooledByteBufAllocator.DEFAULT;
        shake(server.newEngine(allocator), client.newEngine(allocator));
    }

    private static void shake(SSLEngine server, SSLEngine client) throws SSLException {
        int size = Math.max(
                server.getSession().getPacketBufferSize(), client.getSession().getPacketBufferSize());
        var toServer = ByteBuffer.allocate(4 * size);
        var toClient = ByteBuffer.allocate(4 * size);
        var plain = ByteBuffer.allocate(4 * size);
        client.beginHandshake();
        server.beginHandshake();
        try {
            for (int step = 0; step < MOST_STEPS; step++) {
                step(client, toClient, toServer, plain);
                step(server, toServer, toClient, plain);
                if (isDone(client) && isDone(server)) {
                    return;
                }
            }
            throw new SSLException("the handshake does not end");
        } finally {
            client.closeOutbound();
            server.closeOutbound();
            io.netty.util.ReferenceCountUtil.release(client);
            io.netty.util.ReferenceCountUtil.release(server);
        }
    }

    private static boolean isDone(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out, ByteBuffer plain) throws SSLException {
        switch (engine.getHandshakeStatus()) {
            case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out);
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                in.flip();
                plain.clear();
                engine.unwrap(in, plain);
                in.compact();
            }
            case NEED_TASK -> {
                for (var task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                    task.run();
                }
            }
            case FINISHED, NOT_HANDSHAKING -> {
                // the other side is not there yet
            }
        }
    }
}
