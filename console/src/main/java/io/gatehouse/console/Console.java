package io.gatehouse.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** The page's files, held in memory. */
public final class Console {
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final List<File> FILES = List.of(
            new File("/", "index.html", "text/html; charset=utf-8"),
            new File("/console/console.css", "console.css", "text/css; charset=utf-8"),
            new File("/console/icon.svg", "icon.svg", "image/svg+xml"),
            script("api.js"),
            script("app.js"),
            script("approval.js"),
            script("events.js"),
            script("html.js"),
            script("list.js"),
            script("sign-in.js"),
            script("text.js"),
            script("time.js"),
            script("vendor/htm.mjs"),
            script("vendor/preact.mjs"));

    private final List<Asset> assets;

    private Console(List<Asset> assets) {
        this.assets = assets;
    }

    /** Reads all files from the class path. */
    public static Console load() {
        return new Console(FILES.stream().map(File::load).toList());
    }

    public List<Asset> assets() {
        return assets;
    }

    private static File script(String name) {
        return new File("/console/" + name, name, SCRIPT);
    }

    private record File(String path, String resource, String contentType) {
        Asset load() {
            try (var stream = Console.class.getResourceAsStream(resource)) {
                if (stream == null) {
                    throw new IllegalStateException("the console's file `" + resource + "` is missing");
                }
                var bytes = stream.readAllBytes();
                return new Asset(path, contentType, bytes, etag(bytes));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static String etag(byte[] bytes) {
            try {
                var digest = MessageDigest.getInstance("SHA-256").digest(bytes);
                return '"' + HexFormat.of().formatHex(digest, 0, 16) + '"';
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }
    }
}
