package io.gatehouse.proxy.http.client;

import io.gatehouse.proxy.Http2Config;
import io.gatehouse.proxy.http.exchange.EventLoopState;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameTypes;

/**
 * Follows what a client sends on an HTTP/2 connection, frame by frame and before any of it is acted on. Frames that carry nothing
 * use up a credit, which time and moved data refill, and so do cancelled streams: what costs the gateway more than the client
 * ends the connection (rapid reset, floods of SETTINGS, PING, PRIORITY, WINDOW_UPDATE, DATA of next to nothing and CONTINUATION). It also
 * tells how long a head has been on its way.
 */
final class FrameWatch {
    private static final int HEADER_BYTES = 9;
    private static final int SETTINGS_COST = 5;
    private static final int END_STREAM = 0x1;
    private static final int ACK = 0x1;
    private static final int END_HEADERS = 0x4;
    private static final int PADDED = 0x8;
    /** A piece of a body that holds less carries nothing: the emptiest message of gRPC is as long. */
    private static final int LEAST_DATA = 5;
    /** How much of a padded frame may be padding, with the byte that tells how much is. */
    private static final int MOST_PADDING = 256;
    /** So many bytes, of an answer or of a body, explain one more frame of the client. */
    private static final int BYTES_EXPLAINED = 1 << 10;

    private final long mostCredit;
    private final long creditPerTick;
    private final long mostResets;
    private final long resetNanos;
    private long credit;
    /** Bytes of bodies that have explained no frame yet. */
    private int carried;

    private long resets;
    private long resetsSince;
    private int preface = Http2CodecUtil.connectionPrefaceBuf().readableBytes();
    private int headerBytes;
    private int length;
    private int type;
    private int flags;
    /** Bytes of the present frame that are still to come. */
    private int left;
    /** Whether a head goes on in the next frame. */
    private boolean headGoesOn;
    /** Counts the frames, a head that goes on in further frames as one. */
    private int units = 1;

    FrameWatch(Http2Config config, long now) {
        var rate = config.idleFrames();
        mostCredit = Math.max(1, rate.count() * 1_000 / rate.per().toMillis() * 2);
        creditPerTick = Math.max(
                1, rate.count() * EventLoopState.TICK_MILLIS / rate.per().toMillis());
        credit = mostCredit;
        mostResets = config.resets().count();
        resetNanos = config.resets().per().toNanos();
        resetsSince = now;
    }

    /** Looks at what has come, and moves nothing. */
    void scan(ByteBuf in) throws Http2Exception {
        int at = in.readerIndex();
        int end = in.writerIndex();
        while (at < end) {
            if (preface > 0) {
                int skipped = Math.min(preface, end - at);
                preface -= skipped;
                at += skipped;
            } else if (left > 0) {
                int skipped = Math.min(left, end - at);
                left -= skipped;
                at += skipped;
                if (left == 0) {
                    frameEnds();
                }
            } else {
                header(in.getByte(at++) & 0xff);
            }
        }
    }

    private void header(int octet) throws Http2Exception {
        switch (headerBytes++) {
            case 0 -> {
                length = octet;
                if (!headGoesOn) {
                    units++;
                }
            }
            case 1, 2 -> length = length << 8 | octet;
            case 3 -> type = octet;
            case 4 -> {
                flags = octet;
                weigh();
            }
            case HEADER_BYTES - 1 -> {
                headerBytes = 0;
                left = length;
                if (left == 0) {
                    frameEnds();
                }
            }
            default -> {
                // the stream, which is nothing to us
            }
        }
    }

    private void frameEnds() {
        if (type == Http2FrameTypes.HEADERS || type == Http2FrameTypes.CONTINUATION) {
            headGoesOn = (flags & END_HEADERS) == 0;
        }
    }

    private void weigh() throws Http2Exception {
        switch (type) {
            case Http2FrameTypes.HEADERS -> {
                // what requests cost is bounded by their number
            }
            case Http2FrameTypes.DATA -> {
                int data = (flags & PADDED) == 0 ? length : length - MOST_PADDING;
                if (data >= LEAST_DATA) {
                    carried += data;
                    credit = Math.min(mostCredit, credit + carried / BYTES_EXPLAINED);
                    carried %= BYTES_EXPLAINED;
                } else if ((flags & END_STREAM) == 0) {
                    spend(1);
                }
            }
            case Http2FrameTypes.SETTINGS -> spend((flags & ACK) == 0 ? SETTINGS_COST : 1);
            case Http2FrameTypes.RST_STREAM -> {
                spend(1);
                reset(System.nanoTime());
            }
            default -> spend(1);
        }
    }

    private void spend(int cost) throws Http2Exception {
        credit -= cost;
        if (credit < 0) {
            throw Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "too many frames that carry nothing");
        }
    }

    /** Counts a stream that the client has cancelled, or that ends because of what the client sent. */
    void reset(long now) throws Http2Exception {
        if (now - resetsSince > resetNanos) {
            resetsSince = now;
            resets = 0;
        }
        if (++resets > mostResets) {
            throw Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "too many streams reset");
        }
    }

    /** So much of an answer is sent: the client has reason to give its window back. */
    void sent(int bytes) {
        credit = Math.min(mostCredit, credit + 2 + bytes / BYTES_EXPLAINED);
    }

    /** A tick has passed in which the client took what it was sent. */
    void refill() {
        credit = Math.min(mostCredit, credit + creditPerTick);
    }

    /**
     * The head, or frame other than DATA, of which only a part has come: a number that no other has, or 0 where there is none. How
     * slowly DATA may come is the body's affair.
     */
    int unfinished() {
        boolean data = type == Http2FrameTypes.DATA && headerBytes == 0 && left > 0;
        boolean partial = preface > 0 || headerBytes > 0 || left > 0 || headGoesOn;
        return partial && !data ? units : 0;
    }
}
