package io.gatehouse.proxy.http.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.proxy.http.message.FlatHeaders;
import io.gatehouse.proxy.http.transport.LoopScratch;
import io.gatehouse.testkit.LeakCheck;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpMethod;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class UpstreamConnectionTest {
    private static String written(EmbeddedChannel channel) {
        var text = new StringBuilder();
        for (ByteBuf piece = channel.readOutbound(); piece != null; piece = channel.readOutbound()) {
            text.append(piece.toString(StandardCharsets.US_ASCII));
            piece.release();
        }
        return text.toString();
    }

    @Test
    void aTunnelIsNotChunkedWhateverTheRequestWas() {
        var channel = new EmbeddedChannel();
        var upstream = TestUpstreams.of("{ targets: ['http://127.0.0.1:1'] }");
        var pool = new TargetPool(
                new LoopScratch(channel.eventLoop(), UpstreamConnection.LARGEST_HEAD, failure -> {}),
                upstream,
                upstream.endpoints().getFirst());
        var connection = new UpstreamConnection(pool);
        channel.pipeline().addLast(connection);
        var request = new TargetCall.Request(
                HttpMethod.GET, "/", null, "", new FlatHeaders(), Unpooled.EMPTY_BUFFER, OutgoingRequest.UNKNOWN);
        var call = new TargetCall(pool, request, Duration.ofSeconds(5), status -> {});

        call.connected(connection, false);
        assertThat(written(channel)).contains("chunked");
        connection.tunnel(call);
        connection.sendBody(Unpooled.copiedBuffer("bytes", StandardCharsets.US_ASCII));
        connection.flush();
        assertThat(written(channel)).isEqualTo("bytes");
        connection.endRequest(null);
        assertThat(written(channel)).isEmpty();
        connection.close();
        channel.finish();
    }

    @Test
    void whatManyRequestsMayMeetCarriesNoStackTrace() {
        assertThat(List.of(
                        new NotProcessedException(),
                        new NoRoomException(),
                        new Http2TargetStream.NoWebSocketException()))
                .extracting(IOException::getStackTrace)
                .allSatisfy(trace -> assertThat(trace).isEmpty());
    }
}
