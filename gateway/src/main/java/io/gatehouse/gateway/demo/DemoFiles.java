package io.gatehouse.gateway.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Objects;

/** The folder of one quickstart: configuration, policies, and secrets made for it alone. */
public record DemoFiles(Path folder, String agentKey, String approverToken) {
    /** Writes the folder, which must not exist yet; only its owner may read it. */
    public static DemoFiles write(Path folder, int publicPort, int adminPort, int enginePort) throws IOException {
        Files.createDirectories(Objects.requireNonNull(folder.toAbsolutePath().getParent()));
        Files.createDirectory(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        var files = new DemoFiles(folder, "agent-" + secret(), "approver-" + secret());
        files.writeSecret("agent.key", files.agentKey);
        files.writeSecret("approver.token", files.approverToken);
        files.writeSecret("admin.token", secret());
        var config = resource("gatehouse.yaml")
                .replace("@PUBLIC@", Integer.toString(publicPort))
                .replace("@ADMIN@", Integer.toString(adminPort))
                .replace("@ENGINE@", Integer.toString(enginePort));
        Files.writeString(files.config(), config);
        Files.writeString(folder.resolve("policies.yaml"), resource("policies.yaml"));
        return files;
    }

    public Path config() {
        return folder.resolve("gatehouse.yaml");
    }

    private static String secret() {
        var bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private void writeSecret(String name, String value) throws IOException {
        var file = Files.createFile(
                folder.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, value + "\n", StandardOpenOption.WRITE);
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = DemoFiles.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public String toString() {
        return "DemoFiles[" + folder + "]";
    }
}
