package io.gatehouse.proxy.filter;

/** A call that an engine understood. What is judged, shown to the approver, bound by the approval and run is this object. */
public interface Call {
    /**
     * What an approval binds besides tenant, principal and route: the engine, the operation, the hash of its definition and
     * its canonical arguments (RFC 8785). Stable over time and nodes.
     */
    String canonical();

    /** One line for the approver, such as {@code crm: delete_customer}. */
    String title();

    /** The arguments, pretty-printed, for the approver: plain text, never interpreted. */
    String detail();
}
