package io.gatehouse.adapters.mcp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Node and the packages of {@code src/test/npm}, installed once below {@code target}. */
final class Node {
    private static final Path FOLDER = Path.of("target", "npm").toAbsolutePath();

    private Node() {}

    static synchronized void install() throws IOException, InterruptedException {
        Files.createDirectories(FOLDER);
        for (var file : List.of("package.json", "package-lock.json", "client.mjs", "numbers.mjs")) {
            Files.copy(Path.of("src", "test", "npm", file), FOLDER.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        if (!Files.exists(FOLDER.resolve("node_modules/@modelcontextprotocol/client"))) {
            run(start(Map.of(), "npm", "ci", "--ignore-scripts", "--no-fund", "--no-audit"), "");
        }
    }

    static Process start(Map<String, String> environment, String... command) throws IOException {
        var builder = new ProcessBuilder(command).directory(FOLDER.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** What a process that ends well writes. */
    static String run(Process process, String input) throws IOException, InterruptedException {
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new AssertionError("node failed: " + output);
        }
        return output;
    }
}
