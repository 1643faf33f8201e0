package io.gatehouse.audit.evidence;

import io.gatehouse.audit.merkle.Checkpoint;
import io.gatehouse.audit.merkle.MerkleHash;
import io.gatehouse.audit.merkle.MerkleProofs;
import io.gatehouse.audit.merkle.VerifierKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Checks an evidence bundle offline, from the file alone. */
public final class EvidenceVerifier {
    private static final int LEAF = 66;
    private static final int DIGEST_AT = 34;
    private static final Set<String> FIELDS = Set.of("format", "explanation", "subject", "key", "checkpoint", "events");
    private static final Set<String> EVENT_FIELDS = Set.of("index", "payload", "salt", "leaf", "proof");
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final List<String> faults = new ArrayList<>();
    private final List<String> events = new ArrayList<>();

    /**
     * What the check found.
     *
     * @param faults everything that does not hold
     * @param events the payloads that were proven
     * @param key the public key that was used
     * @param keyGiven whether the key came from the caller; else it is the bundle's own, and proves only that the bundle is of
     *     one piece
     */
    public record Result(List<String> faults, List<String> events, String key, boolean keyGiven) {
        public boolean good() {
            return faults.isEmpty();
        }
    }

    private EvidenceVerifier() {}

    /** Checks the text of a bundle, with the key that the log's owner has told, or with its own. */
    public static Result verify(String text, Optional<VerifierKey> trusted) {
        var verifier = new EvidenceVerifier();
        String used = trusted.map(VerifierKey::toString).orElse("");
        try {
            var root = JSON.readTree(text);
            used = verifier.bundle(root, trusted).toString();
        } catch (JacksonException e) {
            verifier.faults.add("not a bundle: " + e.getOriginalMessage());
        } catch (IllegalArgumentException e) {
            verifier.faults.add(String.valueOf(e.getMessage()));
        }
        return new Result(List.copyOf(verifier.faults), List.copyOf(verifier.events), used, trusted.isPresent());
    }

    private VerifierKey bundle(JsonNode root, Optional<VerifierKey> trusted) {
        if (!root.isObject()
                || !names(root).equals(FIELDS)
                || !text(root, "format").equals(Evidence.FORMAT)) {
            throw new IllegalArgumentException("format: expected a bundle of `" + Evidence.FORMAT + "`");
        }
        if (!text(root, "explanation").equals(Evidence.EXPLANATION)) {
            faults.add("explanation: was changed");
        }
        var own = VerifierKey.parse(text(root, "key"));
        if (!own.toString().equals(text(root, "key"))) {
            faults.add("key: is not in its one spelling");
        }
        var key = trusted.orElse(own);
        if (!own.equals(key)) {
            faults.add("key: the bundle names `" + own + "`, not the key that is trusted");
        }
        var checkpoint = Checkpoint.open(text(root, "checkpoint"), key);
        var subject = subject(root.path("subject"));
        if (!root.path("events").isArray() || root.path("events").isEmpty()) {
            throw new IllegalArgumentException("events: expected at least one");
        }
        long before = -1;
        var history = new ApprovalHistory(faults::add);
        for (var event : root.path("events")) {
            before = event(event, before, subject, checkpoint, history);
        }
        if (subject.field().equals("approval")) {
            history.end();
        }
        return key;
    }

    private static Subject subject(JsonNode node) {
        if (names(node).size() != 1) {
            throw new IllegalArgumentException("subject: expected approval or requestId");
        }
        String field = names(node).iterator().next();
        return new Subject(field, text(node, field));
    }

    private long event(JsonNode event, long before, Subject subject, Checkpoint checkpoint, ApprovalHistory history) {
        long index = event.path("index").asLong(-1);
        String fault;
        try {
            fault = fault(event, index, before, subject, checkpoint);
        } catch (JacksonException e) {
            fault = "payload is not JSON: " + e.getOriginalMessage();
        } catch (IllegalArgumentException e) {
            fault = e.getMessage();
        }
        if (fault == null) {
            String payload = text(event, "payload");
            events.add(payload);
            if (subject.field().equals("approval")) {
                history.event(index, JSON.readTree(payload));
            }
        } else {
            faults.add("event of index " + index + ": " + fault);
        }
        return index;
    }

    private static @Nullable String fault(
            JsonNode event, long index, long before, Subject subject, Checkpoint checkpoint) {
        if (!names(event).equals(EVENT_FIELDS) || !event.path("index").isIntegralNumber() || index <= before) {
            return "expected the fields of an event, in the log's order";
        }
        byte[] leaf = Evidence.bytes(text(event, "leaf"));
        byte[] salt = Evidence.bytes(text(event, "salt"));
        String payload = text(event, "payload");
        var sha = MerkleHash.sha256();
        sha.update(salt);
        sha.update(payload.getBytes(StandardCharsets.UTF_8));
        if (leaf.length != LEAF || salt.length != 16) {
            return "expected a leaf of 66 and a salt of 16 bytes";
        }
        if (!Arrays.equals(sha.digest(), Arrays.copyOfRange(leaf, DIGEST_AT, LEAF))) {
            return "payload or salt does not match the commitment";
        }
        var proof = TlogProof.parse(text(event, "proof"));
        if (proof.index() != index || !proof.checkpoint().equals(checkpoint.note())) {
            return "the proof is for another place or another checkpoint";
        }
        byte[] leafHash = new MerkleHash().leaf(leaf);
        if (!MerkleProofs.includes(leafHash, index, checkpoint.size(), proof.hashes(), checkpoint.rootHash())) {
            return "the proof does not lead to the checkpoint's root";
        }
        return contents(JSON.readTree(payload), ByteBuffer.wrap(leaf), subject);
    }

    private static @Nullable String contents(JsonNode payload, ByteBuffer leaf, Subject subject) {
        var id = new UUID(leaf.getLong(18), leaf.getLong(26));
        boolean same = payload.path("id").asString("").equals(id.toString())
                && payload.path("sequence").asLong(-1) == leaf.getLong(10)
                && payload.path("time").asLong(-1) == leaf.getLong(2);
        if (!same) {
            return "payload and commitment name different ids, sequence numbers or times";
        }
        return subject.matches(payload) ? null : "is not about the bundle's subject";
    }

    private static Set<String> names(JsonNode node) {
        return new HashSet<>(node.propertyNames());
    }

    private static String text(JsonNode node, String field) {
        var value = node.path(field);
        if (!value.isString()) {
            throw new IllegalArgumentException(field + ": expected a text");
        }
        return value.stringValue();
    }
}
