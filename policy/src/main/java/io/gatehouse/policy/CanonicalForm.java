package io.gatehouse.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the hash of a policy stands for: every field under its name, in a fixed order, each text with its length in UTF-8
 * bytes before it, so that no two documents have one form. Lists that mean sets are sorted; absent differs from empty.
 */
final class CanonicalForm {
    private final StringBuilder form = new StringBuilder("gatehouse-policy-1\n");

    private CanonicalForm() {}

    /** Lower-case hexadecimal SHA-256 of the canonical form of {@code policy}. */
    static String hash(PolicyDocument policy) {
        return sha256(of(policy));
    }

    /** The version of a set: over the ids and hashes of its policies, whatever files and order they came in. */
    static String version(Collection<Decision.PolicyReference> policies) {
        var form = new CanonicalForm();
        policies.stream().map(p -> p.id() + " " + p.hash()).sorted().forEach(line -> form.text("policy", line));
        return sha256(form.form.toString());
    }

    static String of(PolicyDocument policy) {
        var form = new CanonicalForm();
        form.text("id", policy.id());
        form.text("description", policy.description());
        form.text("effect", policy.effect().name());
        var target = policy.target() == null ? PolicyTarget.ANY : policy.target();
        for (var part : TargetPart.values()) {
            form.set(part.key(), part.sources(target));
        }
        form.text("when", policy.when());
        form.text("unless", policy.unless());
        form.text("reason", policy.reason());
        var levels = policy.approval() == null
                ? List.<PolicyApproval.Level>of()
                : policy.approval().levels();
        form.text("levels", Integer.toString(levels.size()));
        for (var level : levels) {
            form.text("role", level.approvers().role());
            form.set("roles", level.approvers().roles());
            form.set("names", level.approvers().names());
            form.text("quorum", String.valueOf(level.quorum()));
            form.text("within", String.valueOf(level.within()));
        }
        return form.form.toString();
    }

    private void text(String name, @Nullable String value) {
        form.append(name).append(' ');
        if (value == null) {
            form.append('-');
        } else {
            form.append(value.getBytes(UTF_8).length).append(':').append(value);
        }
        form.append('\n');
    }

    private void set(String name, List<String> values) {
        text(name, Integer.toString(values.size()));
        values.stream().sorted().forEach(value -> text(name, value));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
