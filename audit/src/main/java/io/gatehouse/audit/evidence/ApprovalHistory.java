package io.gatehouse.audit.evidence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Whether the events about one approval tell one whole story: every step from the first to a final state, each legal after the
 * one before, all about one request, and a run with its decision and its outcome. The log has each step at least once, so the
 * same step may come again.
 */
final class ApprovalHistory {
    private static final Set<String> FINAL =
            Set.of("succeeded", "failed", "outcome_unknown", "rejected", "expired", "cancelled");

    /** What a step may lead from and to, as {@code FROM > TO}; nothing comes before the first. */
    private static final Map<String, Set<String>> LEGAL = Map.of(
            "approval.open", Set.of(" > pending_approval"),
            "approval.approve", Set.of("pending_approval > pending_approval", "pending_approval > approved"),
            "approval.deny", Set.of("pending_approval > rejected"),
            "approval.withdraw", Set.of("pending_approval > cancelled", "approved > cancelled"),
            "approval.supersede", Set.of("pending_approval > cancelled"),
            "approval.expire", Set.of("pending_approval > expired", "approved > expired"),
            "approval.use", Set.of("approved > executing"),
            "approval.return", Set.of("executing > approved"),
            "approval.finish", Set.of("executing > succeeded", "executing > failed", "executing > outcome_unknown"),
            "approval.lose", Set.of("executing > outcome_unknown"));

    /** What every step says alike. */
    private static final List<String> CONSTANT = List.of("requester", "route", "request_digest", "decision_digest");

    private final Consumer<String> faults;
    private final Map<Long, Step> steps = new HashMap<>();
    private final List<Placed> decisions = new ArrayList<>();
    private final Set<String> decided = new HashSet<>();
    private final Set<String> ended = new HashSet<>();
    private final Set<String> voters = new HashSet<>();
    private @Nullable Step first;
    private @Nullable Step last;
    private @Nullable Step use;

    /** Tells {@code faults} what does not hold, with its place. */
    ApprovalHistory(Consumer<String> faults) {
        this.faults = faults;
    }

    private record Placed(long index, JsonNode event) {}

    /** One step, without what differs where it was recorded twice. */
    private record Step(
            long index, long version, String action, String state, String actor, String request, JsonNode event) {
        static Step of(long index, JsonNode event) {
            var details = event.path("details");
            return new Step(
                    index,
                    version(details.path("version").asString("")),
                    event.path("action").asString(""),
                    details.path("state").asString(""),
                    event.path("principal").asString(""),
                    event.path("requestId").asString(""),
                    event);
        }

        private static long version(String text) {
            return text.matches("[1-9]\\d{0,8}") ? Long.parseLong(text) : -1;
        }

        boolean same(Step other) {
            return action.equals(other.action)
                    && state.equals(other.state)
                    && actor.equals(other.actor)
                    && request.equals(other.request)
                    && event.path("time").equals(other.event.path("time"))
                    && event.path("outcome").equals(other.event.path("outcome"))
                    && event.path("details").equals(other.event.path("details"));
        }

        String detail(String name) {
            return event.path("details").path(name).asString("");
        }

        String id() {
            return actor.substring(actor.indexOf(':') + 1);
        }
    }

    /** One event of the bundle, in the log's order. */
    void event(long index, JsonNode event) {
        switch (event.path("kind").asString("")) {
            case "approval" -> step(Step.of(index, event));
            case "decision" -> {
                decisions.add(new Placed(index, event));
                if (!event.path("decision").asString("").equals("deny")) {
                    decided.add(event.path("requestId").asString(""));
                }
            }
            case "outcome" -> ended.add(event.path("requestId").asString(""));
            default -> fault(index, "is no part of an approval");
        }
    }

    private void step(Step step) {
        var known = steps.get(step.version());
        if (known != null) {
            if (!known.same(step)) {
                fault(
                        step.index(),
                        "version " + step.version() + " differs from what index " + known.index() + " says");
            }
            return;
        }
        steps.put(step.version(), step);
        long expected = last == null ? 1 : last.version() + 1;
        if (step.version() != expected) {
            fault(
                    step.index(),
                    "expected version " + expected + " of the approval, got `" + step.detail("version") + "`");
        }
        move(step);
        constant(step);
        vote(step);
        if (first == null) {
            first = step;
        }
        last = step;
        if (step.action().equals("approval.use")) {
            use = step;
        }
    }

    private void move(Step step) {
        var legal = LEGAL.getOrDefault(step.action(), Set.of());
        String from = last == null ? "" : last.state();
        if (!legal.contains(from + " > " + step.state())) {
            fault(step.index(), "`" + step.action() + "` cannot lead from `" + from + "` to `" + step.state() + "`");
        }
    }

    private void constant(Step step) {
        var begin = first == null ? step : first;
        for (var name : CONSTANT) {
            if (step.detail(name).isEmpty() || !step.detail(name).equals(begin.detail(name))) {
                fault(step.index(), name + " differs from that of the first step");
            }
        }
        if (!step.event().path("tenant").equals(begin.event().path("tenant"))) {
            fault(step.index(), "tenant differs from that of the first step");
        }
    }

    private void vote(Step step) {
        boolean votes =
                step.action().equals("approval.approve") || step.action().equals("approval.deny");
        String requester = step.detail("requester");
        if (votes && (step.actor().isEmpty() || !voters.add(step.id()))) {
            fault(step.index(), "a vote of nobody, or a second one of the same person");
        }
        if (votes && step.id().equals(requester.substring(requester.indexOf(':') + 1))) {
            fault(step.index(), "the requester votes on the own request");
        }
    }

    /** What only shows once every event was seen. */
    void end() {
        if (first == null || last == null) {
            faults.accept("approval: the bundle holds none of its steps");
            return;
        }
        if (!FINAL.contains(last.state())) {
            fault(
                    last.index(),
                    "is the last step and leaves the approval `" + last.state()
                            + "`: it was not over, or what followed is missing");
        }
        if (use != null && last.action().equals("approval.finish")) {
            run(use);
        }
        for (var decision : decisions) {
            decision(decision, first);
        }
    }

    private void run(Step use) {
        if (!decided.contains(use.request())) {
            fault(use.index(), "the decision on request `" + use.request() + "`, which used the approval, is missing");
        }
        if (!ended.contains(use.request())) {
            fault(use.index(), "the outcome of request `" + use.request() + "`, which used the approval, is missing");
        }
    }

    private void decision(Placed decision, Step begin) {
        var event = decision.event();
        if (!event.path("details").path("request_digest").asString("").equals(begin.detail("request_digest"))) {
            fault(decision.index(), "was decided on another request than the one that was approved");
        }
        boolean same = event.path("principal").asString("").equals(begin.detail("requester"))
                && event.path("tenant").equals(begin.event().path("tenant"))
                && event.path("details").path("route").asString("").equals(begin.detail("route"));
        if (!same) {
            fault(decision.index(), "tenant, principal or route differ from those of the approval");
        }
        boolean used = steps.values().stream()
                .anyMatch(step -> step.action().equals("approval.use")
                        && step.request().equals(event.path("requestId").asString("")));
        if (!used) {
            fault(decision.index(), "the use of the approval by this request is missing");
        }
    }

    private void fault(long index, String text) {
        faults.accept("event of index " + index + ": " + text);
    }
}
