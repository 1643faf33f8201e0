package io.gatehouse.audit.merkle;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The eight leaves and their roots are the vectors that the Certificate Transparency implementations share. */
class MerkleProofsTest {
    private static final List<String> LEAVES =
            List.of("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f");
    private static final List<String> ROOTS = List.of(
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

    private final MerkleHash hash = new MerkleHash();

    /** Folds as the definition in RFC 6962 section 2.1 says. */
    private byte[] definition(List<byte[]> leaves) {
        if (leaves.size() == 1) {
            return hash.leaf(leaves.getFirst());
        }
        int split = Integer.highestOneBit(leaves.size() - 1);
        return hash.node(definition(leaves.subList(0, split)), definition(leaves.subList(split, leaves.size())));
    }

    private HashSource source(List<byte[]> leaves) {
        return (height, index) -> {
            int from = (int) index << height;
            return definition(leaves.subList(from, from + (1 << height)));
        };
    }

    private static List<byte[]> leaves(int count) {
        List<byte[]> leaves = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            leaves.add(("leaf " + i).getBytes(StandardCharsets.UTF_8));
        }
        return leaves;
    }

    @Test
    void hasTheKnownRoots() {
        var leaves = LEAVES.stream().map(HexFormat.of()::parseHex).toList();
        var frontier = new MerkleFrontier((level, full) -> {});
        assertThat(HexFormat.of().formatHex(frontier.root()))
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        for (int i = 0; i < leaves.size(); i++) {
            frontier.add(hash.leaf(leaves.get(i)), 0);
            assertThat(HexFormat.of().formatHex(frontier.root())).isEqualTo(ROOTS.get(i));
            assertThat(new MerkleProofs(source(leaves)).root(i + 1)).isEqualTo(frontier.root());
        }
    }

    @Test
    void hasTheKnownAuditPath() {
        var leaves = LEAVES.stream().map(HexFormat.of()::parseHex).toList();
        var path = new MerkleProofs(source(leaves)).inclusion(5, 8);
        assertThat(path.stream().map(HexFormat.of()::formatHex))
                .containsExactly(
                        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7");
    }

    @Test
    void provesEveryLeafInEveryTreeAndNothingElse() {
        for (int size = 1; size <= 33; size++) {
            var leaves = leaves(size);
            var proofs = new MerkleProofs(source(leaves));
            byte[] root = definition(leaves);
            for (int index = 0; index < size; index++) {
                var path = proofs.inclusion(index, size);
                byte[] leaf = hash.leaf(leaves.get(index));
                assertThat(MerkleProofs.includes(leaf, index, size, path, root)).isTrue();
                assertThat(MerkleProofs.includes(leaf, index + 1, size, path, root))
                        .isFalse();
                assertThat(MerkleProofs.includes(hash.leaf(new byte[] {9}), index, size, path, root))
                        .isFalse();
                for (int i = 0; i < path.size(); i++) {
                    assertThat(MerkleProofs.includes(leaf, index, size, changed(path, i), root))
                            .isFalse();
                }
            }
        }
    }

    @Test
    void provesThatEveryTreeBeginsWithEveryOlderOneAndNothingElse() {
        var leaves = leaves(33);
        var proofs = new MerkleProofs(source(leaves));
        for (int to = 1; to <= 33; to++) {
            byte[] toRoot = definition(leaves.subList(0, to));
            for (int from = 1; from <= to; from++) {
                byte[] fromRoot = definition(leaves.subList(0, from));
                var proof = proofs.consistency(from, to);
                assertThat(MerkleProofs.consistent(from, fromRoot, to, toRoot, proof))
                        .isTrue();
                assertThat(MerkleProofs.consistent(from, hash.leaf(fromRoot), to, toRoot, proof))
                        .isFalse();
                for (int i = 0; i < proof.size(); i++) {
                    assertThat(MerkleProofs.consistent(from, fromRoot, to, toRoot, changed(proof, i)))
                            .isFalse();
                }
            }
        }
    }

    @Test
    void goesOnFromAStoredEdge() {
        var leaves = leaves(700);
        for (int size : new int[] {1, 2, 255, 256, 257, 511, 512, 699}) {
            var frontier = MerkleFrontier.of(size, source(leaves), (level, full) -> {});
            leaves.subList(size, 700).forEach(leaf -> frontier.add(hash.leaf(leaf), 0));
            assertThat(frontier.root()).isEqualTo(definition(leaves));
        }
    }

    private static List<byte[]> changed(List<byte[]> path, int at) {
        var changed = new ArrayList<>(path);
        byte[] flipped = Arrays.copyOf(path.get(at), 32);
        flipped[at % 32] ^= 1;
        changed.set(at, flipped);
        return changed;
    }
}
