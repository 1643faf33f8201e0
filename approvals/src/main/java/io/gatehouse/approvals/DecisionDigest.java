package io.gatehouse.approvals;

/** What an approver's vote binds: the request, what was shown of it, and the policies that stopped it. */
final class DecisionDigest {
    private static final String FORM = "gatehouse/decision/1";

    private DecisionDigest() {}

    static String of(ApprovalDraft draft) {
        var preview = draft.preview();
        FieldHash hash = new FieldHash(FORM)
                .text(draft.requestDigest())
                .text(preview.title())
                .text(preview.body())
                .count(preview.facts().size());
        preview.facts().forEach((label, fact) -> hash.text(label).text(fact));
        hash.count(draft.policies().size());
        draft.policies().forEach(policy -> hash.text(policy.id()).text(policy.hash()));
        return hash.hex();
    }
}
