package io.gatehouse.audit.merkle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Inclusion and consistency proofs: made as RFC 6962 section 2.1 says, checked as RFC 9162 section 2.1 says. */
public final class MerkleProofs {
    private final HashSource source;
    private final MerkleHash hash = new MerkleHash();

    public MerkleProofs(HashSource source) {
        this.source = source;
    }

    /** The root of the first {@code size} leaves. */
    public byte[] root(long size) {
        return size == 0 ? hash.empty() : range(0, size);
    }

    /** The audit path of a leaf in the tree of {@code size} leaves, from the leaf's sibling upwards. */
    public List<byte[]> inclusion(long index, long size) {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("index: expected one below " + size + ", got `" + index + "`");
        }
        List<byte[]> path = new ArrayList<>();
        path(index, 0, size, path);
        return path;
    }

    /** The proof that the tree of {@code from} leaves is the beginning of the tree of {@code to} leaves. */
    public List<byte[]> consistency(long from, long to) {
        if (from < 1 || from > to) {
            throw new IllegalArgumentException("size: expected 1 to " + to + ", got `" + from + "`");
        }
        List<byte[]> proof = new ArrayList<>();
        subproof(from, 0, to, true, proof);
        return proof;
    }

    private void path(long index, long from, long to, List<byte[]> path) {
        if (to - from == 1) {
            return;
        }
        long split = from + leftPart(to - from);
        if (index < split) {
            path(index, from, split, path);
            path.add(range(split, to));
        } else {
            path(index, split, to, path);
            path.add(range(from, split));
        }
    }

    private void subproof(long size, long from, long to, boolean whole, List<byte[]> proof) {
        if (size == to) {
            if (!whole) {
                proof.add(range(from, to));
            }
            return;
        }
        long split = from + leftPart(to - from);
        if (size <= split) {
            subproof(size, from, split, whole, proof);
            proof.add(range(split, to));
        } else {
            subproof(size, split, to, false, proof);
            proof.add(range(from, split));
        }
    }

    private byte[] range(long from, long to) {
        long width = to - from;
        if (Long.bitCount(width) == 1) {
            int height = Long.numberOfTrailingZeros(width);
            return source.node(height, from >>> height);
        }
        long split = from + leftPart(width);
        return hash.node(range(from, split), range(split, to));
    }

    /** The largest power of two below {@code width}. */
    private static long leftPart(long width) {
        return Long.highestOneBit(width - 1);
    }

    /** Whether {@code path} proves that the leaf stands at {@code index} in the tree of that size and root. */
    public static boolean includes(byte[] leafHash, long index, long size, List<byte[]> path, byte[] root) {
        if (index < 0 || index >= size) {
            return false;
        }
        var hash = new MerkleHash();
        byte[] result = leafHash;
        long at = index;
        long last = size - 1;
        for (byte[] sibling : path) {
            if (last == 0 || sibling.length != MerkleHash.LENGTH) {
                return false;
            }
            if ((at & 1) == 1 || at == last) {
                result = hash.node(sibling, result);
                while ((at & 1) == 0 && at != 0) {
                    at >>>= 1;
                    last >>>= 1;
                }
            } else {
                result = hash.node(result, sibling);
            }
            at >>>= 1;
            last >>>= 1;
        }
        return last == 0 && Arrays.equals(result, root);
    }

    /** Whether {@code proof} proves that the first tree is the beginning of the second. */
    public static boolean consistent(long from, byte[] fromRoot, long to, byte[] toRoot, List<byte[]> proof) {
        if (from < 1 || from > to) {
            return false;
        }
        if (from == to) {
            return proof.isEmpty() && Arrays.equals(fromRoot, toRoot);
        }
        List<byte[]> path = new ArrayList<>(proof);
        if (Long.bitCount(from) == 1) {
            path.addFirst(fromRoot);
        }
        if (path.isEmpty() || path.stream().anyMatch(node -> node.length != MerkleHash.LENGTH)) {
            return false;
        }
        return climb(from, fromRoot, to, toRoot, path);
    }

    private static boolean climb(long from, byte[] fromRoot, long to, byte[] toRoot, List<byte[]> path) {
        var hash = new MerkleHash();
        int shift = Long.numberOfTrailingZeros(~(from - 1));
        long at = (from - 1) >>> shift;
        long last = (to - 1) >>> shift;
        byte[] older = path.getFirst();
        byte[] newer = older;
        for (byte[] node : path.subList(1, path.size())) {
            if (last == 0) {
                return false;
            }
            if ((at & 1) == 1 || at == last) {
                older = hash.node(node, older);
                newer = hash.node(node, newer);
                while ((at & 1) == 0 && at != 0) {
                    at >>>= 1;
                    last >>>= 1;
                }
            } else {
                newer = hash.node(newer, node);
            }
            at >>>= 1;
            last >>>= 1;
        }
        return last == 0 && Arrays.equals(older, fromRoot) && Arrays.equals(newer, toRoot);
    }
}
