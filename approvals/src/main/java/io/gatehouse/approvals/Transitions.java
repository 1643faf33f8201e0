package io.gatehouse.approvals;

import static io.gatehouse.approvals.ApprovalState.APPROVED;
import static io.gatehouse.approvals.ApprovalState.CANCELLED;
import static io.gatehouse.approvals.ApprovalState.EXECUTING;
import static io.gatehouse.approvals.ApprovalState.EXPIRED;
import static io.gatehouse.approvals.ApprovalState.FAILED;
import static io.gatehouse.approvals.ApprovalState.OUTCOME_UNKNOWN;
import static io.gatehouse.approvals.ApprovalState.PENDING_APPROVAL;
import static io.gatehouse.approvals.ApprovalState.REJECTED;
import static io.gatehouse.approvals.ApprovalState.SUCCEEDED;

import io.gatehouse.approvals.Approval.Vote;
import io.gatehouse.approvals.ApprovalStep.Kind;
import io.gatehouse.policy.ApprovalLevel;
import io.gatehouse.policy.Principal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state machine: what each step makes of an approval, or the code by which it is refused. Pure; whoever calls has already
 * expired the approval by the clock.
 */
final class Transitions {
    static final int MAX_REASON = 1000;

    private Transitions() {}

    /** An approval as it will stand, and the step that leads there. */
    record Change(Approval next, ApprovalStep step) {}

    /** A vote that wants to be counted. */
    record Ballot(Principal approver, boolean approve, String reason, String decisionDigest) {}

    /** Who or what a step comes from, and what they said. */
    private record Cause(
            @Nullable String actor,
            @Nullable String requestId,
            @Nullable String reason,
            @Nullable String outcome,
            @Nullable Integer level) {
        static final Cause CLOCK = new Cause(null, null, null, null, null);

        static Cause requester(ApprovalDraft draft) {
            return new Cause(draft.requester(), draft.requestId(), null, null, null);
        }

        static Cause gateway(String outcome) {
            return new Cause(null, null, null, outcome, null);
        }
    }

    static Change open(String id, ApprovalDraft draft, List<ApprovalLevel> levels, long now) {
        long expiresAt = now + levels.getFirst().within().toMillis();
        String digest = DecisionDigest.of(draft);
        var approval = new Approval(
                id, draft, digest, levels, PENDING_APPROVAL, List.of(), now, expiresAt, null, null, null, 1);
        return change(Kind.OPEN, approval, Cause.requester(draft), now);
    }

    static Change vote(Approval approval, Ballot ballot, long now) {
        checkReason(ballot);
        if (!FieldHash.same(approval.decisionDigest(), ballot.decisionDigest())) {
            throw refused("approval_mismatch", "what was shown is not what this approval is about");
        }
        if (approval.state() == EXPIRED) {
            throw refused("approval_expired", "the approval has expired");
        }
        if (approval.state() != PENDING_APPROVAL) {
            throw conflict("voted on", approval);
        }
        int level = Levels.current(approval.levels(), approval.votes());
        checkVoter(approval, ballot.approver(), approval.levels().get(level));
        String approver = ballot.approver().reference();
        var votes = new ArrayList<>(approval.votes());
        votes.add(new Vote(approver, level, ballot.approve(), ballot.reason(), now));
        Approval next = ballot.approve() ? approved(approval, votes, now) : denied(approval, votes, now);
        var cause = new Cause(approver, null, ballot.reason(), null, level);
        return change(ballot.approve() ? Kind.APPROVE : Kind.DENY, next, cause, now);
    }

    static Change withdraw(Approval approval, long now) {
        if (approval.state() != PENDING_APPROVAL && approval.state() != APPROVED) {
            throw conflict("withdrawn", approval);
        }
        return change(Kind.WITHDRAW, moved(approval, CANCELLED, null, now), Cause.requester(approval.draft()), now);
    }

    /** Of a pending approval whose request now needs other levels. */
    static Change supersede(Approval approval, long now) {
        if (approval.state() != PENDING_APPROVAL) {
            throw conflict("superseded", approval);
        }
        Approval next = moved(approval, CANCELLED, "superseded", now);
        return change(Kind.SUPERSEDE, next, Cause.gateway("superseded"), now);
    }

    static Change expire(Approval approval, long now) {
        if (!overdue(approval, now)) {
            throw conflict("expired", approval);
        }
        return change(Kind.EXPIRE, moved(approval, EXPIRED, null, now), Cause.CLOCK, now);
    }

    /**
     * Takes the grant.
     *
     * @param asked the request as it is now
     * @param levels what it needs now
     */
    static Change use(Approval approval, ApprovalDraft asked, List<ApprovalLevel> levels, long now) {
        boolean intact = FieldHash.same(approval.decisionDigest(), DecisionDigest.of(approval.draft()));
        if (!FieldHash.same(approval.draft().requestDigest(), asked.requestDigest()) || !intact) {
            throw refused("approval_mismatch", "the request differs from the one that was approved");
        }
        switch (approval.state()) {
            case APPROVED -> {}
            case PENDING_APPROVAL -> throw refused("approval_pending", "the approval still waits for a decision");
            case EXECUTING, SUCCEEDED, FAILED, OUTCOME_UNKNOWN ->
                throw refused("approval_used", "the approval has been used");
            case REJECTED -> throw refused("approval_denied", "the approval was denied");
            case EXPIRED -> throw refused("approval_expired", "the approval has expired");
            case CANCELLED -> throw refused("approval_cancelled", "the approval was withdrawn");
        }
        if (levels.isEmpty() || !Levels.cover(approval.levels(), levels)) {
            throw refused("approval_void", "the policies now ask for another approval than was given");
        }
        return change(Kind.USE, moved(approval, EXECUTING, null, now), Cause.requester(asked), now);
    }

    static Change finish(Approval approval, Approvals.Run run, String outcome, long now) {
        if (approval.state() != EXECUTING) {
            throw conflict("finished", approval);
        }
        return switch (run) {
            case SUCCEEDED -> finished(approval, SUCCEEDED, outcome, now);
            case FAILED -> finished(approval, FAILED, outcome, now);
            case UNKNOWN -> finished(approval, OUTCOME_UNKNOWN, outcome, now);
            case NOT_SENT -> change(Kind.RETURN, moved(approval, APPROVED, null, now), Cause.gateway(outcome), now);
        };
    }

    /** Of an approval that was executing when its node went down. */
    static Change lose(Approval approval, long now) {
        if (approval.state() != EXECUTING) {
            throw conflict("lost", approval);
        }
        Approval next = moved(approval, OUTCOME_UNKNOWN, "gateway_restarted", now);
        return change(Kind.LOSE, next, Cause.gateway("gateway_restarted"), now);
    }

    /** Whether the clock alone ends it. */
    static boolean overdue(Approval approval, long now) {
        return (approval.state() == PENDING_APPROVAL || approval.state() == APPROVED) && approval.expiresAt() <= now;
    }

    private static Change finished(Approval approval, ApprovalState state, String outcome, long now) {
        return change(Kind.FINISH, moved(approval, state, outcome, now), Cause.gateway(outcome), now);
    }

    /** A level that begins has its own time; so has the grant: that of the last level, counted from the decision. */
    private static Approval approved(Approval approval, List<Vote> votes, long now) {
        List<ApprovalLevel> levels = approval.levels();
        int level = Levels.current(levels, votes);
        boolean levelDone = level != votes.getLast().level();
        var timed = levels.get(Math.min(level, levels.size() - 1)).within();
        long expiresAt = levelDone ? now + timed.toMillis() : approval.expiresAt();
        return level == levels.size()
                ? next(approval, new Standing(APPROVED, votes, expiresAt, now, null, null))
                : next(approval, new Standing(PENDING_APPROVAL, votes, expiresAt, null, null, null));
    }

    private static Approval denied(Approval approval, List<Vote> votes, long now) {
        return next(approval, new Standing(REJECTED, votes, approval.expiresAt(), now, now, null));
    }

    private static Approval moved(Approval approval, ApprovalState state, @Nullable String outcome, long now) {
        Long finishedAt = state.isFinal() ? now : null;
        return next(
                approval,
                new Standing(state, approval.votes(), approval.expiresAt(), approval.decidedAt(), finishedAt, outcome));
    }

    /** What can change of an approval. */
    private record Standing(
            ApprovalState state,
            List<Vote> votes,
            long expiresAt,
            @Nullable Long decidedAt,
            @Nullable Long finishedAt,
            @Nullable String outcome) {}

    private static Approval next(Approval approval, Standing standing) {
        return new Approval(
                approval.id(),
                approval.draft(),
                approval.decisionDigest(),
                approval.levels(),
                standing.state(),
                standing.votes(),
                approval.createdAt(),
                standing.expiresAt(),
                standing.decidedAt(),
                standing.finishedAt(),
                standing.outcome(),
                approval.version() + 1);
    }

    private static Change change(Kind kind, Approval next, Cause cause, long now) {
        return new Change(
                next,
                new ApprovalStep(
                        kind,
                        cause.actor(),
                        cause.requestId(),
                        cause.reason(),
                        cause.outcome(),
                        cause.level(),
                        next.state(),
                        next.version(),
                        now));
    }

    private static void checkReason(Ballot ballot) {
        if (ballot.reason().length() > MAX_REASON) {
            throw refused(
                    "reason_too_long",
                    "reason: expected at most " + MAX_REASON + " characters, got `"
                            + ballot.reason().length() + "`");
        }
        if (!ballot.approve() && ballot.reason().isBlank()) {
            throw refused("reason_required", "reason: expected one for a denial");
        }
    }

    private static void checkVoter(Approval approval, Principal approver, ApprovalLevel level) {
        if (approver.id().equals(approval.draft().requesterId())) {
            throw refused("self_approval", "nobody decides on their own request");
        }
        // a colon in the type would let one approver look like two
        if (approver.type().indexOf(':') >= 0 || approver.type().equals("anonymous") || !level.admits(approver)) {
            throw refused("not_an_approver", "this approval waits for other approvers");
        }
        for (Vote vote : approval.votes()) {
            if (idOf(vote.approver()).equals(approver.id())) {
                throw refused("already_voted", "an approver has one vote");
            }
        }
    }

    /** The id in {@code type:id}; a type has no colon. */
    static String idOf(String reference) {
        return reference.substring(reference.indexOf(':') + 1);
    }

    private static ApprovalException conflict(String step, Approval approval) {
        return refused(
                "approval_conflict", "an approval that is `" + approval.state().wireName() + "` cannot be " + step);
    }

    private static ApprovalException refused(String code, String message) {
        return new ApprovalException(code, message);
    }
}
