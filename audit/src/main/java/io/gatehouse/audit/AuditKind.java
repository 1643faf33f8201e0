package io.gatehouse.audit;

/** What an event is about; {@link #wireName()} is its stable name in the log. */
public enum AuditKind {
    DECISION("decision"),
    OUTCOME("outcome"),
    APPROVAL("approval"),
    CONFIGURATION("configuration"),
    LIFECYCLE("lifecycle"),
    GAP("gap");

    private final String wireName;

    AuditKind(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }
}
