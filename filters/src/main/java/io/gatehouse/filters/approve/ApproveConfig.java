package io.gatehouse.filters.approve;

import io.gatehouse.config.Default;
import io.gatehouse.config.Doc;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings of {@code approve}. */
public record ApproveConfig(
        @Doc("a condition in CEL, as in policies: where it holds a person must agree, whatever the policies ask")
        @Nullable
        String when,

        @Doc("how long a request waits for the decision before it gets 202; 0s to 24h") @Default("0s")
        Duration hold,

        @Doc("who must agree where `when` holds; by default the approvals' own levels")
        List<Level> levels,

        @Doc(
                "whether an approval lets a WebSocket open: it binds the handshake, and nothing of what is said afterwards")
        @Default("false")
        boolean webSockets) {
    static final Duration LONGEST_HOLD = Duration.ofHours(24);

    public ApproveConfig {
        if (hold.isNegative() || hold.compareTo(LONGEST_HOLD) > 0) {
            throw new IllegalArgumentException("hold: expected 0s to 24h, got `" + hold + "`");
        }
        if (!levels.isEmpty() && when == null) {
            throw new IllegalArgumentException("levels: expected only with `when`");
        }
    }

    /** One level. */
    public record Level(
            Approvers approvers,

            @Doc("how many of them, 1 to 20") @Default("1") int quorum,

            @Doc("by when, 1s to 30d") @Default("1h") Duration within) {}

    /** Who may approve. */
    public record Approvers(
            @Doc("short for one role") @Nullable String role,
            @Doc("any of these roles makes an approver") List<String> roles,
            @Doc("any of these ids makes an approver") List<String> names) {}
}
