package io.gatehouse.gateway.demo;

/** What the quickstart prints: the addresses, and commands that work as they stand, in this order, in one shell. */
public final class Steps {
    private static final String TEXT = """
            ready: the gateway is on http://@PUBLIC@, the approver page on http://@ADMIN@

            An agent may use a customer register; deleting a customer needs a person. In a second terminal, in this folder:

            # set up
            $ KEY='@KEY@' F='@FOLDER@'
            $ call() { curl -sS -X POST "http://@PUBLIC@/customers/$1" -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' "${@:2}"; }
            $ export GATEHOUSE_URL=http://@ADMIN@

            # 1. a harmless call passes
            $ call list -d '{}'

            # 2. a risky call waits: 202, and the id of an approval
            $ call delete -d '{"id":"42"}'
            $ ID=$(call delete -d '{"id":"42"}' | sed -n 's/.*"approval":"\\([^"]*\\)".*/\\1/p'); echo "$ID"

            # 3. a person approves it: on http://@ADMIN@ with the token @TOKEN@
            #    or here
            $ ./gatehouse approval approve "$ID" --token-file "$F/approver.token" --reason 'the customer asked for it' --yes

            # 4. the same approval with one argument changed is refused
            $ call delete -H "Gatehouse-Approval: $ID" -d '{"id":"43"}'

            # 5. exactly what was approved runs, once
            $ call delete -H "Gatehouse-Approval: $ID" -d '{"id":"42"}'
            $ call delete -H "Gatehouse-Approval: $ID" -d '{"id":"42"}'

            # 6. anyone can verify what happened, offline
            $ sleep 1; ./gatehouse audit evidence --approval "$ID" --folder "$F/audit" -o "$F/evidence.json"
            $ ./gatehouse audit verify "$F/evidence.json" --key "$F/audit/log.vkey"

            # 7. one byte of the log is changed, and found
            $ cp -r "$F/audit" "$F/tampered"; printf '\\377' | dd of="$(ls "$F"/tampered/segments/* | head -n 1)" bs=1 seek=300 conv=notrunc status=none
            $ ./gatehouse audit verify "$F/tampered" --key "$F/audit/log.vkey"

            MCP clients find the same register as tools at http://@PUBLIC@/mcp, with the header Authorization: Bearer $KEY.
            The configuration is @FOLDER@/gatehouse.yaml: change it, and it is reloaded. Ctrl-C ends the gateway.
            """;

    private Steps() {}

    /** The text for a gateway whose files are {@code files}. */
    public static String text(DemoFiles files, String publicAddress, String adminAddress) {
        return TEXT.replace("@PUBLIC@", publicAddress)
                .replace("@ADMIN@", adminAddress)
                .replace("@KEY@", files.agentKey())
                .replace("@TOKEN@", files.approverToken())
                .replace("@FOLDER@", files.folder().toString());
    }
}
