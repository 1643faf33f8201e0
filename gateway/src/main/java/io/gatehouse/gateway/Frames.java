package io.gatehouse.gateway;

/** Where something failed. */
final class Frames {
    private Frames() {}

    /** What failed and where, with its causes, but without their messages: these may repeat what was put into a configuration. */
    static String of(Throwable failure) {
        var told = new StringBuilder();
        var before = "";
        for (var at = failure; at != null; at = at.getCause()) {
            told.append(before).append(at.getClass().getName());
            for (var frame : at.getStackTrace()) {
                told.append("\n\tat ").append(frame);
            }
            before = "\ncaused by ";
        }
        return told.toString();
    }
}
