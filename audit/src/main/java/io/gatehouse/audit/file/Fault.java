package io.gatehouse.audit.file;

/**
 * One thing that does not hold.
 *
 * @param file the file in the log's folder
 * @param index the event's place in the log, -1 where the fault is not one event's
 * @param offset bytes from the file's beginning, -1 where it does not apply
 * @param what what is wrong
 */
public record Fault(String file, long index, long offset, String what) {
    @Override
    public String toString() {
        return file + (index < 0 ? "" : ": index " + index) + (offset < 0 ? "" : ": offset " + offset) + ": " + what;
    }
}
