package io.gatehouse.proxy.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.proxy.filter.Exchange;
import io.gatehouse.proxy.filter.Filter;
import io.gatehouse.proxy.filter.Verdict;
import io.gatehouse.proxy.http.TestPlane;
import io.gatehouse.testkit.LeakCheck;
import io.gatehouse.testkit.TestOrigin;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Sinks;

/** A read of a connection that goes on over several turns of the event loop, as reads by io_uring do. */
@ExtendWith(LeakCheck.class)
class LongReadTest {
    /** Keeps a read from being over. */
    private static final class Endless extends ChannelInboundHandlerAdapter {
        volatile boolean began;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ctx.fireChannelRead(message);
            began = true;
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            // nobody behind it is told
        }
    }

    @Test
    void aRequestIsSentAmidAReadOfOtherStreams() throws Exception {
        var held = Sinks.<Verdict.Settled>one();
        var holding = new Filter() {
            @Override
            public Verdict onRequest(Exchange exchange) {
                return exchange.path().equals("/held") ? new Verdict.Later(held.asMono()) : Verdict.NEXT;
            }
        };
        var endless = new Endless();
        try (var origin = TestOrigin.start();
                var plane = TestPlane.start(TestPlane.guarded(TestPlane.upstream(origin.uri()), null, holding));
                var client = FrameClient.connect(plane.port())) {
            client.get(1, "/held").roundTrip(); // the read that brought it is over
            plane.state()
                    .loop
                    .submit(() -> plane.state()
                            .clients()
                            .forEach(each -> ((Http2ClientConnection) each)
                                    .context()
                                    .pipeline()
                                    .addFirst(endless)))
                    .sync();
            client.get(3, "/other");
            await().until(() -> endless.began);
            held.tryEmitValue(Verdict.NEXT);
            assertThat(origin.take().path()).isEqualTo("/held");
        }
    }
}
