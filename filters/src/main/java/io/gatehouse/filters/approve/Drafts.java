package io.gatehouse.filters.approve;

import io.gatehouse.approvals.ApprovalDraft;
import io.gatehouse.approvals.RequestDigest;
import io.gatehouse.policy.ApprovalDemand;
import io.gatehouse.policy.Decision.PolicyReference;
import io.gatehouse.proxy.filter.Exchange;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/** Says of a request what approvals need to know, always from the request as it stands. */
final class Drafts {
    private static final List<String> ALWAYS_BOUND = List.of(
            "content-type",
            "content-encoding",
            "content-range",
            "range",
            "x-http-method",
            "x-http-method-override",
            "x-method-override",
            "x-original-url",
            "x-rewrite-url",
            "x-forwarded-prefix",
            "x-forwarded-uri",
            "x-original-host",
            "x-host");

    private Drafts() {}

    static ApprovalDraft of(Exchange exchange, List<ApprovalDemand> demands) {
        var principal = exchange.principal();
        var decision = exchange.decision();
        List<PolicyReference> policies = decision == null ? List.of() : decision.determining();
        var version = decision == null ? exchange.policies().version() : decision.policyVersion();
        return new ApprovalDraft(
                exchange.tenant(),
                principal.reference(),
                principal.id(),
                exchange.routeName(),
                exchange.requestId(),
                digest(exchange),
                Previews.of(exchange),
                demands,
                policies,
                version);
    }

    /**
     * The names of the headers that an approval binds: those that the route names, and those by which many targets read
     * another method, another address or another content than the approver saw.
     */
    static SequencedSet<String> bound(Exchange exchange) {
        var names = new LinkedHashSet<>(ALWAYS_BOUND);
        names.addAll(exchange.route().boundHeaders());
        return names;
    }

    private static String digest(Exchange exchange) {
        var subject = new RequestDigest.Subject(exchange.tenant(), exchange.principal(), exchange.routeName());
        var call = exchange.call();
        if (call != null) {
            return RequestDigest.ofCall(subject, call.canonical());
        }
        var headers = new HashMap<String, List<String>>();
        for (var name : bound(exchange)) {
            headers.put(name, exchange.requestHeaders().getAll(name));
        }
        var request = new RequestDigest.HttpRequest(
                exchange.method().name(), exchange.authority(), exchange.path(), exchange.query(), headers);
        return RequestDigest.ofHttp(subject, request, exchange.body().nioBuffers());
    }
}
