package io.gatehouse.audit.evidence;

import io.gatehouse.audit.merkle.StrictBase64;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An inclusion proof in the form of C2SP {@code tlog-proof}.
 *
 * @param index the leaf's place
 * @param path the audit path in base 64, from the leaf's sibling upwards
 * @param checkpoint the signed note
 */
record TlogProof(long index, List<String> path, String checkpoint) {
    private static final String HEAD = "c2sp.org/tlog-proof@v1";

    static String write(long index, List<byte[]> path, String checkpoint) {
        var text = new StringBuilder(HEAD + "\nindex " + index + "\n");
        path.forEach(hash -> text.append(StrictBase64.encode(hash)).append('\n'));
        return text.append('\n').append(checkpoint).toString();
    }

    /** Reads a proof, or throws {@link IllegalArgumentException}; extra data is refused, since nothing authenticates it. */
    static TlogProof parse(String text) {
        int gap = text.indexOf("\n\n");
        var lines = new ArrayList<>(
                Arrays.asList(text.substring(0, Math.max(gap, 0)).split("\n", -1)));
        if (gap < 0 || lines.size() < 2 || !lines.get(0).equals(HEAD)) {
            throw new IllegalArgumentException("proof: expected `" + HEAD + "`");
        }
        if (!lines.get(1).matches("index (0|[1-9]\\d{0,17})")) {
            throw new IllegalArgumentException("proof: expected an index, got `" + lines.get(1) + "`");
        }
        long index = Long.parseLong(lines.get(1).substring("index ".length()));
        return new TlogProof(index, List.copyOf(lines.subList(2, lines.size())), text.substring(gap + 2));
    }

    List<byte[]> hashes() {
        return path.stream().map(StrictBase64::decode).toList();
    }
}
