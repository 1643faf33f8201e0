package io.gatehouse.audit.merkle;

/**
 * The right edge of a growing tree: one hash for each set bit of its size. Adding a leaf costs one node hash on average and
 * allocates nothing.
 */
public final class MerkleFrontier {
    /** Told of each hash that a tile of level 1 and above holds, as soon as its subtree is full. */
    @FunctionalInterface
    public interface TileHashes {
        /**
         * Takes one hash.
         *
         * @param level the tile's level, from 1
         * @param hash valid only during the call
         */
        void full(int level, byte[] hash);
    }

    private static final int HEIGHTS = 64;
    private static final int TILE_HEIGHT = 8;

    private final MerkleHash hash = new MerkleHash();
    private final TileHashes tiles;
    private final byte[][] edge = new byte[HEIGHTS][MerkleHash.LENGTH];
    private final byte[] carry = new byte[MerkleHash.LENGTH];
    private long size;

    public MerkleFrontier(TileHashes tiles) {
        this.tiles = tiles;
    }

    /** The frontier of a tree that exists already. */
    public static MerkleFrontier of(long size, HashSource source, TileHashes tiles) {
        var frontier = new MerkleFrontier(tiles);
        for (int height = 0; height < HEIGHTS - 1; height++) {
            if (((size >>> height) & 1) == 1) {
                byte[] node = source.node(height, (size >>> height) - 1);
                System.arraycopy(node, 0, frontier.edge[height], 0, MerkleHash.LENGTH);
            }
        }
        frontier.size = size;
        return frontier;
    }

    public void add(byte[] leafHash, int at) {
        System.arraycopy(leafHash, at, carry, 0, MerkleHash.LENGTH);
        int height = 0;
        while (((size >>> height) & 1) == 1) {
            hash.node(edge[height], carry, carry);
            height++;
            if (height % TILE_HEIGHT == 0) {
                tiles.full(height / TILE_HEIGHT, carry);
            }
        }
        System.arraycopy(carry, 0, edge[height], 0, MerkleHash.LENGTH);
        size++;
    }

    public long size() {
        return size;
    }

    public byte[] root() {
        if (size == 0) {
            return hash.empty();
        }
        int height = Long.numberOfTrailingZeros(size);
        byte[] root = edge[height].clone();
        for (height++; height < HEIGHTS; height++) {
            if (((size >>> height) & 1) == 1) {
                hash.node(edge[height], root, root);
            }
        }
        return root;
    }
}
