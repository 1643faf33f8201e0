package io.gatehouse.proxy.http.client;

import static io.gatehouse.proxy.http.client.FrameClient.encoded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.config.Rate;
import io.gatehouse.config.Size;
import io.gatehouse.proxy.Http2Config;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Exception;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameWatchTest {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final FrameWatch watch = new FrameWatch(
            new Http2Config(100, new Size(64 << 10), new Rate(5, MINUTE), new Rate(20, Duration.ofSeconds(1)), 100), 0);

    private void scan(byte[] bytes) throws Http2Exception {
        watch.scan(Unpooled.wrappedBuffer(bytes));
    }

    private void ping() throws Http2Exception {
        scan(encoded(FrameClient.PING, 0, 0, new byte[8]));
    }

    @Test
    void knowsAHeadThatIsOnItsWay() throws Http2Exception {
        int preface = watch.unfinished();
        assertThat(preface).isNotZero();
        scan(PREFACE);
        scan(encoded(FrameClient.SETTINGS, 0, 0));
        assertThat(watch.unfinished()).isZero();
        scan(encoded(FrameClient.HEADERS, 0, 1, new byte[3]));
        int head = watch.unfinished();
        assertThat(head).isNotZero().isNotEqualTo(preface);
        scan(encoded(FrameClient.CONTINUATION, 0, 1, new byte[3]));
        assertThat(watch.unfinished()).isEqualTo(head);
        scan(encoded(FrameClient.CONTINUATION, FrameClient.END_HEADERS, 1, new byte[3]));
        assertThat(watch.unfinished()).isZero();
    }

    @Test
    void aPartOfDataIsNoHead() throws Http2Exception {
        scan(PREFACE);
        var data = encoded(FrameClient.DATA, 0, 1, new byte[100]);
        watch.scan(Unpooled.wrappedBuffer(data, 0, 50));
        assertThat(watch.unfinished()).isZero();
        watch.scan(Unpooled.wrappedBuffer(data, 50, 59));
        watch.scan(Unpooled.wrappedBuffer(data, 0, 5));
        int first = watch.unfinished();
        assertThat(first).isNotZero();
        watch.scan(Unpooled.wrappedBuffer(data, 5, 104));
        watch.scan(Unpooled.wrappedBuffer(data, 0, 5));
        assertThat(watch.unfinished()).isNotZero().isNotEqualTo(first);
    }

    @Test
    void spendsCreditOnFramesThatCarryNothing() throws Http2Exception {
        scan(PREFACE);
        for (int i = 0; i < 40; i++) {
            ping();
        }
        assertThatThrownBy(this::ping).isInstanceOf(Http2Exception.class);
    }

    @Test
    void timeAndDataRefillTheCredit() throws Http2Exception {
        scan(PREFACE);
        for (int i = 0; i < 1_000; i++) {
            ping();
            switch (i % 3) {
                case 0 -> watch.refill();
                case 1 -> scan(encoded(FrameClient.DATA, 0, 1, new byte[1 << 10]));
                default -> watch.sent(1);
            }
        }
        assertThat(watch.unfinished()).isZero();
    }

    @Test
    void dataExplainsNoMoreThanItCarries() throws Exception {
        scan(PREFACE);
        for (int i = 0; i < 40; i++) {
            ping();
        }
        for (int i = 0; i < 3 * 1024 / 6; i++) { // messages of gRPC with one byte each
            scan(encoded(FrameClient.DATA, 0, 1, new byte[6]));
        }
        for (int i = 0; i < 3; i++) {
            ping();
        }
        assertThatThrownBy(this::ping).isInstanceOf(Http2Exception.class);
    }

    @Test
    void spendsCreditOnDataOfNextToNothing() throws Exception {
        scan(PREFACE);
        for (int i = 0; i < 1_000; i++) {
            scan(encoded(FrameClient.DATA, FrameClient.END_STREAM, 1, (byte) 1)); // as many as there are requests
        }
        for (int i = 0; i < 40; i++) {
            scan(encoded(FrameClient.DATA, 0, 1, new byte[1 + i % 4]));
        }
        assertThatThrownBy(() -> scan(encoded(FrameClient.DATA, 0, 1, (byte) 1)))
                .isInstanceOf(Http2Exception.class);
    }

    @Test
    void paddedDataCarriesWhatCannotBePadding() throws Exception {
        scan(PREFACE);
        for (int i = 0; i < 1_000; i++) {
            scan(encoded(FrameClient.DATA, FrameClient.PADDED, 1, new byte[256 + 1024]));
            ping(); // which the data explains
        }
        for (int i = 0; i < 1_000; i++) {
            scan(encoded(FrameClient.DATA, FrameClient.PADDED, 1, new byte[256 + 5]));
        }
        for (int i = 0; i < 40; i++) {
            scan(encoded(FrameClient.DATA, FrameClient.PADDED, 1, new byte[256 + 4]));
        }
        assertThatThrownBy(this::ping).isInstanceOf(Http2Exception.class);
    }

    @Test
    void countsResetsByTime() throws Http2Exception {
        for (int i = 0; i < 5; i++) {
            watch.reset(0);
        }
        assertThatThrownBy(() -> watch.reset(MINUTE.toNanos())).isInstanceOf(Http2Exception.class);
        assertThatCode(() -> watch.reset(MINUTE.toNanos() + 1)).doesNotThrowAnyException();
    }

    @Test
    void itDoesNotMatterHowTheBytesAreCut() throws Http2Exception {
        var random = new Random(7);
        scan(PREFACE);
        for (int i = 0; i < 2_000; i++) {
            boolean whole = random.nextBoolean();
            int type = random.nextBoolean() ? FrameClient.HEADERS : FrameClient.DATA;
            var frame = encoded(type, whole ? FrameClient.END_HEADERS : 0, 1, new byte[1 + random.nextInt(30)]);
            for (int at = 0; at < frame.length; ) {
                int length = Math.min(frame.length - at, 1 + random.nextInt(12));
                watch.scan(Unpooled.wrappedBuffer(frame, at, length));
                at += length;
            }
            if (type == FrameClient.HEADERS && !whole) {
                assertThat(watch.unfinished()).isNotZero();
                scan(encoded(FrameClient.CONTINUATION, FrameClient.END_HEADERS, 1));
                watch.refill();
            }
            assertThat(watch.unfinished()).isZero();
        }
    }
}
