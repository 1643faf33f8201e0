package io.gatehouse.filters.approve;

import io.gatehouse.approvals.ApprovalDraft;
import io.gatehouse.approvals.RequestDigest;
import io.gatehouse.policy.ApprovalDemand;
import io.gatehouse.policy.Decision.PolicyReference;
import io.gatehouse.proxy.filter.Exchange;
import java.util.List;

/** Says of a request what approvals need to know, always from the request as it stands. */
final class Drafts {
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

    private static String digest(Exchange exchange) {
        var subject = new RequestDigest.Subject(exchange.tenant(), exchange.principal(), exchange.routeName());
        var call = exchange.call();
        if (call != null) {
            return RequestDigest.ofCall(subject, call.canonical());
        }
        var headers = BoundHeaders.of(exchange);
        var request = new RequestDigest.HttpRequest(
                exchange.method().name(), exchange.authority(), exchange.path(), exchange.query(), headers);
        return RequestDigest.ofHttp(subject, request, exchange.body().nioBuffers());
    }
}
