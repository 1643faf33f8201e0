package io.gatehouse.policy;

/** Matching with {@code *}: no allocation, and time bounded by pattern times text, since only the last star is retried. */
final class Wildcards {
    private Wildcards() {}

    /** Whether the whole of {@code pattern} matches {@code text} from {@code from} to {@code to}. */
    static boolean match(String pattern, String text, int from, int to) {
        return match(pattern, 0, pattern.length(), text, from, to);
    }

    private static boolean match(String pattern, int start, int end, String text, int from, int to) {
        int p = start;
        int t = from;
        int star = -1;
        int retry = from;
        while (t < to) {
            if (p < end && pattern.charAt(p) == '*') {
                star = p++;
                retry = t;
            } else if (p < end && pattern.charAt(p) == text.charAt(t)) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++retry;
            } else {
                return false;
            }
        }
        while (p < end && pattern.charAt(p) == '*') {
            p++;
        }
        return p == end;
    }

    /**
     * Segment by segment.
     *
     * @param pattern begins with {@code /}, or is empty
     * @param rest whether more segments may follow
     */
    static boolean matchPath(String pattern, boolean rest, String path) {
        int p = 0;
        int t = 0;
        while (p < pattern.length()) {
            int patternEnd = segmentEnd(pattern, p + 1);
            if (t >= path.length() || path.charAt(t) != '/') {
                return false;
            }
            int end = segmentEnd(path, t + 1);
            boolean wholeSegment = patternEnd == p + 2 && pattern.charAt(p + 1) == '*';
            if (wholeSegment ? end == t + 1 : !match(pattern, p + 1, patternEnd, path, t + 1, end)) {
                return false;
            }
            p = patternEnd;
            t = end;
        }
        return t == path.length() || (rest && path.charAt(t) == '/');
    }

    private static int segmentEnd(String text, int from) {
        int end = text.indexOf('/', from);
        return end < 0 ? text.length() : end;
    }
}
