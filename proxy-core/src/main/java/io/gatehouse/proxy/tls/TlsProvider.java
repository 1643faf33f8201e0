package io.gatehouse.proxy.tls;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which engine shakes hands: BoringSSL where it is there and works, else the JDK's, which costs about four times as much. */
final class TlsProvider {
    private static final Logger LOG = LoggerFactory.getLogger(TlsProvider.class);
    private static final int MOST_STEPS = 1_000;

    private TlsProvider() {}

    /** Proven once, when the first is asked for. */
    private static final class ForClients {
        static final SslProvider PROVEN = thatWorks(SelfSigned.pair());
    }

    /** The best engine for connections that the gateway opens. */
    static SslProvider forClients() {
        return ForClients.PROVEN;
    }

    /**
     * The best engine that shakes hands with itself: a native library may load, and still fail every handshake.
     *
     * @param pair whose files are known to be good, so that a failure is the engine's
     * @throws IllegalArgumentException where no engine works with this kind of key
     */
    static SslProvider thatWorks(KeyPairFiles pair) {
        if (OpenSsl.isAvailable()) {
            try {
                prove(pair, SslProvider.OPENSSL);
                return SslProvider.OPENSSL;
            } catch (SSLException failed) {
                LOG.warn("BoringSSL is there and does not work, the JDK's TLS is used: {}", failed.getMessage());
            }
        }
        try {
            prove(pair, SslProvider.JDK);
            return SslProvider.JDK;
        } catch (SSLException failed) {
            throw new IllegalArgumentException("no handshake succeeds with `" + pair.file() + "`", failed);
        }
    }

    private static void prove(KeyPairFiles pair, SslProvider provider) throws SSLException {
        var server = SslContextBuilder.forServer(pair.key(), pair.chain())
                .sslProvider(provider)
                .build();
        // the partner is this very process, and nothing is sent
        var client = SslContextBuilder.forClient()
                .sslProvider(provider)
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm(null)
                .build();
        var allocator = UnpooledByteBufAllocator.DEFAULT;
        try {
            shake(server.newEngine(allocator), client.newEngine(allocator));
        } finally {
            ReferenceCountUtil.release(server);
            ReferenceCountUtil.release(client);
        }
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
            ReferenceCountUtil.release(client);
            ReferenceCountUtil.release(server);
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
