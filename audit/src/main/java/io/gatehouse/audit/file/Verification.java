package io.gatehouse.audit.file;

import java.util.List;

/**
 * What a check of a log's folder found.
 *
 * @param faults the first thousand faults, by place
 * @param faultCount all of them
 * @param notes what is no fault and should be known
 * @param events events in the folder
 * @param covered events that the latest checkpoint covers; the rest is not yet covered
 * @param checkpoints checkpoints that were checked
 * @param key the public key that was used
 * @param keyGiven whether the key came from the caller; else it is the folder's own, and proves only that the folder is of one
 *     piece
 */
public record Verification(
        List<Fault> faults,
        long faultCount,
        List<String> notes,
        long events,
        long covered,
        long checkpoints,
        String key,
        boolean keyGiven) {
    public boolean good() {
        return faultCount == 0;
    }
}
