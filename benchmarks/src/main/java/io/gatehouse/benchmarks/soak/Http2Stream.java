package io.gatehouse.benchmarks.soak;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One request to the target over HTTP/2, and what becomes of it. */
final class Http2Stream extends ChannelInboundHandlerAdapter {
    private static final long PAUSE_MILLIS = 20;

    private final Tally tally;
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private Load.@Nullable Ask ask;

    Http2Stream(Tally tally) {
        this.tally = tally;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        try {
            if (message instanceof Http2HeadersFrame head) {
                begin(ctx, head.headers());
                if (head.isEndStream()) {
                    end(ctx);
                }
            } else if (message instanceof Http2DataFrame data && ask != null) {
                data.content().readBytes(sent, data.content().readableBytes());
                if (data.isEndStream()) {
                    end(ctx);
                }
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(ChannelHandlerContext ctx, Http2Headers head) {
        tally.count("h2 origin: requests");
        var path = head.path().toString().split("/", -1);
        if (path[3].equals("socket")) {
            tally.count("h2 origin: sockets");
            ctx.writeAndFlush(head(HttpResponseStatus.OK, -1, false));
            Http2Socket.replace(this, ctx);
            return;
        }
        var kind = Kind.valueOf(path[3].toUpperCase(Locale.ROOT));
        ask = new Load.Ask(kind, Integer.parseInt(path[4]), Integer.parseInt(path[5]), true);
        if (kind == Kind.EARLY) {
            // RFC 9113, 8.1: the answer is whole, the rest of the request is not wanted
            plain(ctx, ask.body()).addListener(done -> reset(ctx, Http2Error.NO_ERROR));
        }
    }

    private void end(ChannelHandlerContext ctx) {
        var asked = ask;
        if (asked == null) {
            return;
        }
        if (asked.kind() == Kind.ECHO
                && !(sent.size() == asked.size() && Body.begins(asked.seed(), sent.toByteArray()))) {
            tally.fault("the origin got another body over HTTP/2 than the client sent, for seed " + asked.seed());
        }
        byte[] body = asked.body();
        switch (asked.kind()) {
            case PLAIN, ECHO -> plain(ctx, body);
            case HINTED -> {
                ctx.write(head(HttpResponseStatus.EARLY_HINTS, -1, false));
                plain(ctx, body);
            }
            case EMPTY -> ctx.writeAndFlush(head(HttpResponseStatus.NO_CONTENT, -1, true));
            case CHUNKED -> pieces(ctx, body, 0);
            case TRICKLE -> pieces(ctx, body, PAUSE_MILLIS);
            case CUT -> cut(ctx, body, asked.seed());
            case CUT_CHUNK -> {
                ctx.write(head(HttpResponseStatus.OK, -1, false));
                ctx.writeAndFlush(data(body, 0, body.length, false))
                        .addListener(done -> reset(ctx, Http2Error.INTERNAL_ERROR));
            }
            case SILENT -> reset(ctx, Http2Error.INTERNAL_ERROR);
            case RESET -> {
                ctx.channel().parent().config().setOption(ChannelOption.SO_LINGER, 0);
                ctx.channel().parent().close();
            }
            case GARBAGE -> {
                // past the codec
                var text = Unpooled.copiedBuffer("220 mail.example ESMTP\r\n\r\n", StandardCharsets.US_ASCII);
                ctx.channel().parent().pipeline().firstContext().writeAndFlush(text);
            }
            case TWO_LENGTHS -> {
                var twice = new DefaultHttp2Headers(false).status("200").add("content-length", "1");
                ctx.write(new DefaultHttp2HeadersFrame(twice.add("content-length", "2"), false));
                ctx.writeAndFlush(data(body, 0, Math.min(2, body.length), true));
            }
            case HANG, EARLY -> {} // until the gateway gives up; and what was answered already
        }
    }

    private static ChannelFuture plain(ChannelHandlerContext ctx, byte[] body) {
        ctx.write(head(HttpResponseStatus.OK, body.length, false));
        return ctx.writeAndFlush(data(body, 0, body.length, true));
    }

    /** A body with a length that is not kept: it ends one byte before, or its stream is reset, even without an error. */
    private static void cut(ChannelHandlerContext ctx, byte[] body, int seed) {
        ctx.write(head(HttpResponseStatus.OK, body.length + 1, false));
        var sent = ctx.writeAndFlush(data(body, 0, body.length, seed % 3 == 0));
        if (seed % 3 != 0) {
            sent.addListener(done -> reset(ctx, seed % 3 == 1 ? Http2Error.CANCEL : Http2Error.NO_ERROR));
        }
    }

    private static void pieces(ChannelHandlerContext ctx, byte[] body, long pause) {
        ctx.writeAndFlush(head(HttpResponseStatus.OK, -1, false));
        piece(ctx, body, 0, pause);
    }

    private static void piece(ChannelHandlerContext ctx, byte[] body, int from, long pause) {
        int length = Math.min(Math.max(1, body.length / 5), body.length - from);
        ctx.writeAndFlush(data(body, from, length, from + length == body.length));
        if (from + length < body.length && ctx.channel().isActive()) {
            ctx.executor().schedule(() -> piece(ctx, body, from + length, pause), pause, TimeUnit.MILLISECONDS);
        }
    }

    private static Http2HeadersFrame head(HttpResponseStatus status, int length, boolean last) {
        var headers = new DefaultHttp2Headers().status(status.codeAsText());
        if (length >= 0) {
            headers.setInt("content-length", length);
        }
        return new DefaultHttp2HeadersFrame(headers, last);
    }

    private static Http2DataFrame data(byte[] body, int from, int length, boolean last) {
        ByteBuf piece = Unpooled.wrappedBuffer(body, from, length);
        return new DefaultHttp2DataFrame(piece, last);
    }

    private static void reset(ChannelHandlerContext ctx, Http2Error error) {
        ctx.writeAndFlush(new DefaultHttp2ResetFrame(error));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        tally.count("h2 origin: streams cut off");
        ctx.close();
    }
}
