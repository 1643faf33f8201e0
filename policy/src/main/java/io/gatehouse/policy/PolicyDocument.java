package io.gatehouse.policy;

import org.jspecify.annotations.Nullable;

/**
 * One policy as its author wrote it. {@link PolicySet#compile} checks it.
 *
 * @param id unique among all policies: letters, digits, {@code . _ -}, at most 128 characters
 * @param description for whoever reads the file
 * @param effect what follows where the policy matches
 * @param target which requests it is about; left out: all
 * @param when CEL, must be true for the policy to match; left out: true
 * @param unless CEL, must be false for the policy to match; left out: false
 * @param reason for the requester and the approver: why it was stopped, or let through
 * @param approval only with {@link Effect#REQUIRE_APPROVAL}; left out: the configured default levels
 */
public record PolicyDocument(
        String id,
        @Nullable String description,
        Effect effect,
        @Nullable PolicyTarget target,
        @Nullable String when,
        @Nullable String unless,
        @Nullable String reason,
        @Nullable PolicyApproval approval) {}
