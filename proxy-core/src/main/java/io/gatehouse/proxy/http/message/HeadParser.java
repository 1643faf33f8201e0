package io.gatehouse.proxy.http.message;

import static io.gatehouse.proxy.http.message.MalformedException.badRequest;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Reads message heads (RFC 9112) strictly: every line ends in CR LF, no folded lines, no space before a colon, no control
 * characters, one unambiguous length. What is ambiguous is refused rather than repaired. One instance a connection; the scratch
 * array belongs to the event loop.
 */
public final class HeadParser {
    private static final byte CR = '\r';
    private static final byte LF = '\n';
    /** Of a target up to its query: visible ASCII, without what could be read as a fragment or another separator. */
    private static final boolean[] PATH = new boolean[256];
    /** From the question mark on: browsers send more of it as it is (WHATWG URL, query percent-encode set). */
    private static final boolean[] QUERY = new boolean[256];
    /** What a field value may hold: HTAB, SP, visible ASCII, obs-text. */
    private static final boolean[] VALUE = new boolean[256];

    static {
        for (int c = 0x21; c < 0x7f; c++) {
            QUERY[c] = c != '#' && c != '\\' && c != '<' && c != '>' && c != '"';
            PATH[c] = QUERY[c] && c != '^' && c != '`' && c != '?';
        }
        for (int c = 0x20; c < 0x100; c++) {
            VALUE[c] = c != 0x7f;
        }
        VALUE['\t'] = true;
    }

    private final byte[] scratch;
    private final int lineLimit;
    private final int headLimit;
    private final int countLimit;
    private int scanned;
    private int position;

    /**
     * A parser.
     *
     * @param scratch longer than both limits together
     * @param lineLimit bytes of the first line
     * @param headLimit bytes of all fields
     * @param countLimit number of fields
     */
    public HeadParser(byte[] scratch, int lineLimit, int headLimit, int countLimit) {
        this.scratch = scratch;
        this.lineLimit = lineLimit;
        this.headLimit = headLimit;
        this.countLimit = countLimit;
    }

    public static boolean isLowerCaseToken(byte b) {
        return HeaderName.isToken(b) && !(b >= 'A' && b <= 'Z');
    }

    /** Whether a field value may hold this byte. */
    static boolean isValue(byte b) {
        return VALUE[b & 0xff];
    }

    /** Whether a text holds only what a request target may. */
    static boolean isTarget(AsciiString text) {
        int start = text.arrayOffset();
        return targetEnd(text.array(), start, start + text.length()) == start + text.length();
    }

    /** Where the target that begins at {@code from} ends, at {@code limit} at the latest. */
    private static int targetEnd(byte[] bytes, int from, int limit) {
        int end = from;
        while (end < limit && PATH[bytes[end] & 0xff]) {
            end++;
        }
        if (end < limit && bytes[end] == '?') {
            while (end < limit && QUERY[bytes[end] & 0xff]) {
                end++;
            }
        }
        return end;
    }

    /**
     * Moves a whole head into the scratch array, if it is there.
     *
     * @return its length, or 0 while it is incomplete
     */
    private int take(ByteBuf in) {
        int start = in.readerIndex();
        if (scanned == 0 && in.readableBytes() >= 2 && in.getByte(start) == CR && in.getByte(start + 1) == LF) {
            in.skipBytes(2); // one empty line before a head is allowed (RFC 9112, 2.2)
            start += 2;
        }
        int line = start + scanned;
        while (true) {
            int end = in.indexOf(line, in.writerIndex(), LF);
            if (end < 0) {
                checkLimits(line - start, in.writerIndex() - start);
                return 0;
            }
            if (end == line || in.getByte(end - 1) != CR) {
                throw badRequest("a line does not end in CR LF");
            }
            checkLimits(line - start, end - start);
            if (end - line == 1) {
                if (line == start) {
                    throw badRequest("the message begins with empty lines");
                }
                int length = end + 1 - start;
                in.readBytes(scratch, 0, length);
                scanned = 0;
                return length;
            }
            line = end + 1;
            scanned = line - start;
        }
    }

    /** {@code lines} bytes of whole lines have been seen, {@code seen} bytes in all. */
    private void checkLimits(int lines, int seen) {
        if (lines == 0 && seen > lineLimit) {
            throw MalformedException.of("uri_too_long", 414, "uri too long", "the first line is longer than allowed");
        }
        if (seen > lineLimit + headLimit) {
            throw MalformedException.headersTooLarge("the headers are larger than allowed");
        }
    }

    /** Reads a request's head. Answers false while it is incomplete. */
    public boolean request(ByteBuf in, RequestHead into) {
        int length = take(in);
        if (length == 0) {
            return false;
        }
        into.reset();
        int space = tokenEnd(0);
        into.method = Methods.of(scratch, space);
        int start = space + 1;
        int end = targetEnd(scratch, start, length);
        if (end == start || scratch[end] != ' ') {
            throw badRequest("the request target holds a character that is not allowed");
        }
        into.target = text(start, end);
        position = end + 1;
        into.minorVersion = version();
        if (scratch[position] != CR || scratch[position + 1] != LF) {
            throw badRequest("the request line is malformed");
        }
        position += 2;
        fields(into, length, true);
        return true;
    }

    /** Reads an answer's head. Answers false while it is incomplete. */
    public boolean response(ByteBuf in, AnswerHead into) {
        int length = take(in);
        if (length == 0) {
            return false;
        }
        into.reset();
        position = 0;
        into.minorVersion = version();
        int at = position;
        if (scratch[at] != ' ' || !isDigit(scratch[at + 1]) || !isDigit(scratch[at + 2]) || !isDigit(scratch[at + 3])) {
            throw badRequest("the status line is malformed");
        }
        into.status = (scratch[at + 1] - '0') * 100 + (scratch[at + 2] - '0') * 10 + scratch[at + 3] - '0';
        position = at + 4;
        int reason = scratch[position] == ' ' ? position + 1 : position;
        if (into.status < 100 || (scratch[position] != ' ' && scratch[position] != CR)) {
            throw badRequest("the status line is malformed");
        }
        valueEnd(reason);
        fields(into, length, false);
        return true;
    }

    /** Reads {@code HTTP/1.x} at the position and steps over it. */
    private int version() {
        int at = position;
        boolean known = scratch[at] == 'H'
                && scratch[at + 1] == 'T'
                && scratch[at + 2] == 'T'
                && scratch[at + 3] == 'P'
                && scratch[at + 4] == '/'
                && isDigit(scratch[at + 5])
                && scratch[at + 6] == '.'
                && isDigit(scratch[at + 7]);
        if (!known) {
            throw badRequest("the first line names no HTTP version");
        }
        if (scratch[at + 5] != '1' || scratch[at + 7] > '1') {
            throw MalformedException.of(
                    "version_not_supported", 505, "version not supported", "expected HTTP/1.1 or HTTP/1.0");
        }
        position = at + 8;
        return scratch[at + 7] - '0';
    }

    private void fields(MessageHead into, int length, boolean request) {
        int count = 0;
        while (position < length - 2) {
            if (++count > countLimit) {
                throw MalformedException.headersTooLarge("there are more header fields than allowed");
            }
            int start = position;
            int colon = start;
            while (HeaderName.isToken(scratch[colon])) {
                colon++;
            }
            if (colon == start || scratch[colon] != ':') {
                throw badRequest("a header name holds a character that is not allowed, or a line is folded");
            }
            HeaderName.lowerCase(scratch, start, colon);
            int from = colon + 1;
            while (scratch[from] == ' ' || scratch[from] == '\t') {
                from++;
            }
            int to = valueEnd(from);
            while (to > from && (scratch[to - 1] == ' ' || scratch[to - 1] == '\t')) {
                to--;
            }
            field(into, start, colon, from, to, request);
        }
        if (position != length - 2) {
            throw badRequest("the head is malformed");
        }
        into.finish();
    }

    private void field(MessageHead into, int start, int colon, int from, int to, boolean request) {
        var known = HeaderName.find(scratch, start, colon);
        if (known == null) {
            if (request) {
                refuseUnderscore(scratch, start, colon);
            }
            if (request
                    ? GatewayHeaders.areOurs(scratch, start, colon)
                    : GatewayHeaders.areOursInAnswers(scratch, start, colon)) {
                return;
            }
            into.headers.append(new AsciiString(scratch, start, colon - start, true), text(from, to));
            return;
        }
        switch (known.role()) {
            case END_TO_END -> into.headers.append(known.text(), text(from, to));
            case OF_CLIENT -> {
                if (request) {
                    into.headers.append(known.text(), text(from, to));
                }
            }
            case DROPPED -> {}
            case HOST -> into.host(text(from, to));
            case CONTENT_LENGTH -> into.contentLength(scratch, from, to);
            case TRANSFER_ENCODING -> into.transferEncoding(text(from, to));
            case CONNECTION -> into.connection(text(from, to).toLowerCase(Locale.ROOT));
            case EXPECT -> into.expect(text(from, to));
            case TE -> into.te(text(from, to));
            case UPGRADE -> into.upgrade(text(from, to));
            case FORWARDED -> into.forwarded(known.text(), text(from, to));
        }
    }

    /** Some servers read an underscore as a hyphen, and so another header than the one that was judged. */
    static void refuseUnderscore(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '_') {
                throw badRequest("a header name holds an underscore");
            }
        }
    }

    /** End of the value that starts at {@code from}; steps over the line's end. */
    private int valueEnd(int from) {
        int end = from;
        while (VALUE[scratch[end] & 0xff]) {
            end++;
        }
        if (scratch[end] != CR || scratch[end + 1] != LF) {
            throw badRequest("a header value holds a control character");
        }
        position = end + 2;
        return end;
    }

    private int tokenEnd(int from) {
        int end = from;
        while (HeaderName.isToken(scratch[end])) {
            end++;
        }
        if (end == from || scratch[end] != ' ') {
            throw badRequest("the request line is malformed");
        }
        return end;
    }

    private String text(int from, int to) {
        return new String(scratch, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }
}
