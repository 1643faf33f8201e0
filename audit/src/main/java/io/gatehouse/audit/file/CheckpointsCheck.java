package io.gatehouse.audit.file;

import io.gatehouse.audit.merkle.Checkpoint;
import io.gatehouse.audit.merkle.VerifierKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks the checkpoints that a folder keeps: form, chain, signatures, sizes that only grow. */
final class CheckpointsCheck {
    private final LogFolder folder;
    private final VerifierKey key;
    private final Faults faults;
    private final List<String> notes;

    CheckpointsCheck(LogFolder folder, VerifierKey key, Faults faults, List<String> notes) {
        this.folder = folder;
        this.key = key;
        this.faults = faults;
        this.notes = notes;
    }

    /** Answers the checkpoints that are soundly signed, in order. */
    List<TreeCheck.Claim> run(byte @Nullable [] latest, boolean open) throws IOException {
        if (!Files.exists(folder.checkpoints())) {
            faults.add("checkpoints", "missing");
            return List.of();
        }
        byte[] bytes = Files.readAllBytes(folder.checkpoints());
        var entries = CheckpointFile.read(bytes, 0);
        int end = entries.isEmpty() ? 0 : entries.getLast().end();
        if (end < bytes.length) {
            if (open && bytes.length - end < 1024) {
                notes.add(
                        "checkpoints: ends within a checkpoint: it is being written, or a crash was not yet recovered");
            } else {
                faults.add("checkpoints", -1, end, "checkpoint " + entries.size() + " is malformed or cut short");
            }
        }
        chain(entries);
        latest(entries, latest, open);
        return claims(entries);
    }

    private void chain(List<CheckpointFile.Entry> entries) {
        byte[] chain = CheckpointFile.FIRST_CHAIN;
        for (int i = 0; i < entries.size(); i++) {
            var entry = entries.get(i);
            chain = CheckpointFile.chain(chain, entry.note());
            if (entry.number() != i) {
                faults.add(
                        "checkpoints",
                        -1,
                        entry.at(),
                        "checkpoint " + entry.number() + " stands where " + i + " should");
            }
            if (!HexFormat.of().formatHex(chain).equals(entry.chain())) {
                faults.add("checkpoints", -1, entry.at(), "checkpoint " + i + " does not follow the one before");
                chain = HexFormat.of().parseHex(entry.chain());
            }
        }
    }

    private void latest(List<CheckpointFile.Entry> entries, byte @Nullable [] latest, boolean open) {
        if (latest == null) {
            if (!entries.isEmpty() && !open) {
                faults.add("checkpoint", "missing");
            }
            return;
        }
        var candidates = open || entries.isEmpty() ? entries : List.of(entries.getLast());
        boolean kept = candidates.stream()
                .anyMatch(entry -> Arrays.equals(entry.note().getBytes(StandardCharsets.UTF_8), latest));
        if (!kept) {
            faults.add("checkpoint", "is not the last of those in the file `checkpoints`");
        }
    }

    private List<TreeCheck.Claim> claims(List<CheckpointFile.Entry> entries) {
        List<TreeCheck.Claim> claims = new ArrayList<>();
        long size = 0;
        for (var opened : entries.parallelStream().map(this::open).toList()) {
            var entry = opened.entry();
            var checkpoint = opened.checkpoint();
            if (checkpoint == null) {
                faults.add("checkpoints", -1, entry.at(), "checkpoint " + entry.number() + ": " + opened.fault());
                continue;
            }
            if (checkpoint.size() <= size) {
                faults.add(
                        "checkpoints",
                        -1,
                        entry.at(),
                        "checkpoint " + entry.number() + " is of size " + checkpoint.size() + " after one of size "
                                + size);
            }
            size = Math.max(size, checkpoint.size());
            claims.add(new TreeCheck.Claim("checkpoints", entry.number(), checkpoint));
        }
        return claims;
    }

    /** A record of the file, and the checkpoint in it or what is wrong with it. */
    private record Opened(
            CheckpointFile.Entry entry,
            @Nullable Checkpoint checkpoint,
            @Nullable String fault) {}

    private Opened open(CheckpointFile.Entry entry) {
        try {
            return new Opened(entry, Checkpoint.open(entry.note(), key), null);
        } catch (IllegalArgumentException e) {
            return new Opened(entry, null, e.getMessage());
        }
    }
}
