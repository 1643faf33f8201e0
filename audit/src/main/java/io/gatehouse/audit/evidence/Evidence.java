package io.gatehouse.audit.evidence;

import io.gatehouse.audit.AuditDamagedException;
import io.gatehouse.audit.file.AuditReader;
import io.gatehouse.audit.file.RecordedEvent;
import io.gatehouse.audit.merkle.StrictBase64;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Makes evidence bundles from a log's folder, also while a gateway writes to it. */
public final class Evidence {
    static final String FORMAT = "gatehouse-evidence/1";

    static final String EXPLANATION = """
            This file shows that the events below stand in a Gatehouse audit log, unaltered, at the places given. \
            Check it with `gatehouse audit verify FILE --key VKEY`, where VKEY is the log's public key as its owner told you; \
            the key in this file only shows that the file is of one piece. \
            By hand: for each event, SHA-256 over salt and payload is the last 32 bytes of the leaf; the leaf is the entry \
            whose inclusion the C2SP tlog-proof shows (SHA-256, RFC 6962); the checkpoint that ends the proof is a signed note \
            of the log's Ed25519 key. \
            It does not show that no other event about the same subject exists, nor that the log's owner kept no second log: \
            compare the checkpoint with others that you or a witness hold.""";

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /**
     * A bundle.
     *
     * @param json the file's text
     * @param events events in it
     * @param uncovered events about the subject that no checkpoint covers yet, and that are therefore not in it
     */
    public record Bundle(String json, int events, int uncovered) {}

    private Evidence() {}

    public static Bundle collect(AuditReader log, Subject subject) throws IOException {
        var key = log.key();
        var checkpoint =
                log.checkpoint(key).orElseThrow(() -> new AuditDamagedException("checkpoint: the log has none yet"));
        List<RecordedEvent> found = new ArrayList<>();
        log.events(event -> {
            if (event.payload().contains(subject.id()) && subject.matches(JSON.readTree(event.payload()))) {
                found.add(event);
            }
        });
        var covered = found.stream()
                .filter(event -> event.index() < checkpoint.size())
                .toList();
        var root = JSON.createObjectNode();
        root.put("format", FORMAT);
        root.put("explanation", EXPLANATION);
        root.putObject("subject").put(subject.field(), subject.id());
        root.put("key", key.toString());
        root.put("checkpoint", checkpoint.note());
        var events = root.putArray("events");
        for (var event : covered) {
            String proof =
                    TlogProof.write(event.index(), log.inclusion(event.index(), checkpoint.size()), checkpoint.note());
            events.add(entry(event, proof));
        }
        return new Bundle(JSON.writeValueAsString(root) + "\n", covered.size(), found.size() - covered.size());
    }

    private static ObjectNode entry(RecordedEvent event, String proof) {
        return JSON.createObjectNode()
                .put("index", event.index())
                .put("payload", event.payload())
                .put("salt", event.salt())
                .put("leaf", event.leaf())
                .put("proof", proof);
    }

    /** The bytes of a base 64 text, in its one spelling. */
    static byte[] bytes(String base64) {
        return StrictBase64.decode(base64);
    }
}
