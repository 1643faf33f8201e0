package io.gatehouse.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** How a {@link TestOrigin} answers one request. Runs on the connection's own thread and may block. */
@FunctionalInterface
public interface Script {
    void answer(RecordedRequest request, Wire wire) throws IOException, InterruptedException;

    /** Whether it answers when the head is complete. The body is then its own to read, and the connection ends with it. */
    default boolean beforeBody() {
        return false;
    }

    /** A complete answer with a Content-Length. */
    static Script of(int status, String contentType, String body) {
        var content = body.getBytes(StandardCharsets.UTF_8);
        var head = "HTTP/1.1 " + status + " Scripted\r\nContent-Type: " + contentType + "\r\nContent-Length: "
                + content.length + "\r\n\r\n";
        return (request, wire) -> {
            var answer = new java.io.ByteArrayOutputStream();
            answer.write(head.getBytes(StandardCharsets.ISO_8859_1));
            if (!request.method().equals("HEAD")) {
                answer.write(content);
            }
            wire.send(answer.toByteArray());
        };
    }

    /** Status 200 and a JSON document. */
    static Script json(String document) {
        return of(200, "application/json", document);
    }

    /** Status 200 in chunks, each sent on its own. */
    static Script chunked(List<String> chunks) {
        return (request, wire) -> {
            wire.send("HTTP/1.1 200 Scripted\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (var chunk : chunks) {
                var content = chunk.getBytes(StandardCharsets.UTF_8);
                wire.send(Integer.toHexString(content.length) + "\r\n");
                wire.send(content);
                wire.send("\r\n");
            }
            wire.send("0\r\n\r\n");
        };
    }

    /** Exactly these bytes (ISO-8859-1); the connection goes on. */
    static Script raw(String bytes) {
        return (request, wire) -> wire.send(bytes);
    }

    /** Exactly these bytes (ISO-8859-1), then the end of the connection: an answer broken off, or garbage. */
    static Script rawThenClose(String bytes) {
        return (request, wire) -> {
            wire.send(bytes);
            wire.close();
        };
    }

    /** The end of the connection, without an answer. */
    static Script close() {
        return (request, wire) -> wire.close();
    }

    /** A TCP reset, without an answer. */
    static Script reset() {
        return (request, wire) -> wire.reset();
    }

    /** These bytes (ISO-8859-1), then silence until the peer leaves. */
    static Script stallAfter(String bytes) {
        return (request, wire) -> {
            wire.send(bytes);
            wire.awaitClose();
            wire.close();
        };
    }

    /** {@code then}, but not before {@code gate} is complete. */
    static Script after(CompletableFuture<?> gate, Script then) {
        return (request, wire) -> {
            try {
                gate.get();
            } catch (ExecutionException e) {
                throw new IOException(e);
            }
            then.answer(request, wire);
        };
    }

    /** {@code script}, started when the head is complete. */
    static Script early(Script script) {
        return new Script() {
            @Override
            public void answer(RecordedRequest request, Wire wire) throws IOException, InterruptedException {
                script.answer(request, wire);
            }

            @Override
            public boolean beforeBody() {
                return true;
            }
        };
    }

    /** Status 200; the body is the request's body. */
    static Script echo() {
        return (request, wire) -> {
            var body = request.body();
            wire.send("HTTP/1.1 200 Scripted\r\nContent-Length: " + body.length + "\r\n\r\n");
            wire.send(body);
        };
    }
}
