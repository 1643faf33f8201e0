package io.gatehouse.gateway.config;

import io.gatehouse.config.ConfigError;
import io.gatehouse.config.ConfigTree;
import io.gatehouse.config.FoundSecret;
import io.gatehouse.config.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Refuses secrets that anyone would guess, and warns of those that stand in the file. */
record SecretChecks(List<ConfigError> errors, List<ConfigError> warnings) {
    private static final int SHORTEST = 16;
    private static final int LEAST_DIFFERENT = 5;
    private static final int LEAST_LEFT = 8;
    private static final Pattern WELL_KNOWN = Pattern.compile(
            "change-?me|replace-?me|your|please|password|passw0rd|secret|admin|default|gatehouse|letmein|example|sample|"
                    + "test|token|key|qwerty|welcome|123456789|12345678|1234567|123456|12345|1234|abcdef|abc|insert|here|foobar");

    private static final String REMEDY = " (`openssl rand -hex 32` makes one)";

    static SecretChecks of(ConfigTree tree) {
        List<ConfigError> errors = new ArrayList<>();
        List<ConfigError> warnings = new ArrayList<>();
        for (FoundSecret found : tree.secrets()) {
            // the credentials of engines and collectors are given by their makers, who chose their length
            boolean ours = !found.path().startsWith("engines") && !found.path().startsWith("telemetry");
            if (ours && found.value().reveal().length() < SHORTEST) {
                errors.add(
                        tree.positions().error(found.path(), "expected a secret of at least 16 characters" + REMEDY));
            } else if (isGuessable(found.value(), ours)) {
                errors.add(tree.positions()
                        .error(found.path(), "expected a secret that nobody can guess" + (ours ? REMEDY : "")));
            } else if (found.literal()) {
                warnings.add(tree.positions()
                        .error(
                                found.path(),
                                "the secret stands in the file; take it from `${NAME}` or `${file:path}`"));
            }
        }
        return new SecretChecks(List.copyOf(errors), List.copyOf(warnings));
    }

    private static boolean isGuessable(Secret secret, boolean ours) {
        var text = secret.reveal().toLowerCase(Locale.ROOT);
        var left = WELL_KNOWN.matcher(text).replaceAll("").replaceAll("[^a-z0-9]", "");
        return ours ? left.length() < LEAST_LEFT || text.chars().distinct().count() < LEAST_DIFFERENT : left.isEmpty();
    }
}
